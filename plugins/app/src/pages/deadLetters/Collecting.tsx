import { Alert } from '@grafana/ui';
import type { DeadLetterSummary } from '@jetstream-console/contract';
import { Quiet } from '../../components/parts';
import { exact, time } from '../../format';

/** So many gaps are told one by one. */
const mostGaps = 3;

/** Since when somebody listens, when nobody did, and what stands in the way. */
export function Collecting({ of: { since, now, problem, gaps } }: { of: DeadLetterSummary['collecting'] }) {
  const ended = gaps.filter(({ to }) => to !== null);
  return (
    <>
      {problem !== null && <Alert severity="warning" title={problem} data-testid="collecting-problem" />}
      {since === null ? (
        <Alert severity="info" title="Nobody has listened yet">
          A worker begins within seconds of a cluster being connected. What was given up before is not known.
        </Alert>
      ) : (
        !now && (
          <Alert severity="warning" title="Nobody listens at this moment" data-testid="nobody-listens">
            What is given up now is missed, unless the cluster keeps it for the console. See whether a worker runs and
            reaches the cluster.
          </Alert>
        )
      )}
      {since !== null && (
        <Quiet>
          Collected since {time(since)}
          {ended.length > 0 &&
            `; nobody listened ${ended
              .slice(-mostGaps)
              .map(({ from, to }) => `from ${time(from)} to ${time(to)}`)
              .join(', ')}${ended.length > mostGaps ? ` and ${exact(ended.length - mostGaps)} times before` : ''}`}
          .
        </Quiet>
      )}
    </>
  );
}
