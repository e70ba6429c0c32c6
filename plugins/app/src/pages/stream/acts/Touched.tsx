import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { StreamImpact } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { From, Quiet } from '../../../components/parts';
import { Loaded } from '../../../components/States';
import { touchedWords, type Touch } from './touchedWords';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly touch: Touch;
}

/** What an act touches: messages, consumers, and the streams that copy from this one. */
export function Touched({ clusterId, stream, touch }: Props) {
  const impact = useApi('getStreamImpact', { params: { clusterId, stream } });
  return <Loaded of={impact}>{(known) => <TouchedList impact={known} touch={touch} />}</Loaded>;
}

/** The same of what is known already. */
export function TouchedList({ impact, touch }: { impact: StreamImpact; touch: Touch }) {
  const styles = useStyles2(getStyles);
  return (
    <section aria-label="What is touched" className={styles.touched}>
      <ul>
        {touchedWords(impact, touch).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Quiet>as of </Quiet>
      <From provenance={impact.provenance} />
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  touched: css({
    marginBottom: theme.spacing(2),
    overflowWrap: 'anywhere',
    ul: { margin: theme.spacing(0, 0, 0.5, 2) },
  }),
});
