import { LinkButton } from '@grafana/ui';
import { useApi } from '../../api/hooks';
import { deadLettersUrl, Row } from '../../components/parts';
import { exact } from '../../format';
import type { AboutConsumer } from './about';

/** Leads to what this consumer gave up and nobody has seen to yet. */
export function GivenUp({ about: { clusterId, stream, consumer } }: { about: AboutConsumer }) {
  const { data } = useApi(
    'listDeadLetters',
    { params: { clusterId }, query: { stream, consumer, state: 'open', limit: 1 } },
    { every: 30_000 },
  );
  const total = data?.total ?? 0;
  if (total === 0) return null;
  return (
    <Row>
      <LinkButton
        size="sm"
        variant="secondary"
        icon="exclamation-triangle"
        href={deadLettersUrl(clusterId, stream, consumer)}
      >
        {exact(total)} dead letter{total === 1 ? '' : 's'}
      </LinkButton>
    </Row>
  );
}
