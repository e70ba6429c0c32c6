import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { ago, time } from '../format';
import { heldFor } from './words';
import { useCollection, type Collection } from './useCollection';

/** Collections come every 15 s to a minute; what is older than this is not the usual pace of a large cluster. */
const lateMs = 180_000;

function Notice({ collection }: { collection: Collection }) {
  switch (collection.state) {
    case 'waiting':
      return (
        <Alert severity="info" title="No figures over time yet" data-testid="figures-waiting">
          The console has not collected this cluster so far. The first figures come with the next collection, rates with
          the one after it: usually within a minute. If nothing comes, look whether the console’s worker runs.
        </Alert>
      );
    case 'away':
      return (
        <Alert severity="warning" title="No figures over time right now" data-testid="figures-away">
          {collection.why}
        </Alert>
      );
    case 'collected': {
      const age = Date.now() - collection.atMs;
      if (age < lateMs) return null;
      const at = new Date(collection.atMs).toISOString();
      return (
        <Alert severity="warning" title={`The figures over time are from ${ago(at)}`} data-testid="figures-old">
          Nothing was collected {heldFor(age / 1000)}, since {time(at)}. Either the cluster cannot be reached, or the
          console’s worker does not run.
        </Alert>
      );
    }
    case 'unknown':
      return null;
  }
}

/** Charts side by side. Where there can be none, one sentence says why, in place of one in each of them. */
export function ChartGrid({ clusterId, children }: { clusterId: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  const collection = useCollection(clusterId);
  const drawn = collection.state === 'collected' || collection.state === 'unknown';
  return (
    <>
      <Notice collection={collection} />
      {drawn && <div className={styles.grid}>{children}</div>}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    display: 'grid',
    gap: theme.spacing(2),
    alignItems: 'start',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 520px), 1fr))',
    '& > *': {
      padding: theme.spacing(1, 1.5),
      background: theme.colors.background.primary,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
    },
  }),
});
