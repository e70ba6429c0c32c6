import { LinkButton } from '@grafana/ui';
import type { ConsumerRow } from '@jetstream-console/contract';
import { useMay } from '../../api/hooks';
import { Row } from '../../components/parts';
import { looksOf } from './standing';

/** Links to the messages that a consumer stands at, for those who may read them. */
export function Looks({ clusterId, row }: { clusterId: string; row: ConsumerRow }) {
  const may = useMay();
  const looks = looksOf(clusterId, row);
  if (looks.length === 0 || !may('messages:read', { cluster: clusterId, name: row.stream })) return null;
  return (
    <Row>
      {looks.map(({ text, to }) => (
        <LinkButton key={text} size="sm" variant="secondary" icon="envelope" href={to}>
          {text}
        </LinkButton>
      ))}
    </Row>
  );
}
