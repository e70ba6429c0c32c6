import { Link } from 'react-router-dom';
import { useApi, useMay } from '../../api/hooks';
import { NoClusters } from '../../components/ClusterScope';
import { Head } from '../../components/Head';
import { pageUrl, Panel, Stack } from '../../components/parts';
import { Loaded } from '../../components/States';
import { ClusterCards } from './ClusterCards';
import { Changes } from './Changes';
import { NeedsYou } from './NeedsYou';

/** Figures are collected every 15 s or more seldom: asking more often shows the same. */
const everyMs = 15_000;

/** What needs me now? */
export function OverviewPage() {
  const may = useMay();
  const clusters = useApi('listClusters', { query: { limit: 1000 } }, { every: everyMs });
  const overview = useApi('clusterOverview', {}, { every: everyMs });
  return (
    <Stack>
      <Head items={[['Overview']]} of={overview} />
      <Loaded of={clusters}>
        {({ items }) =>
          items.length === 0 ? (
            <NoClusters />
          ) : (
            <>
              <Loaded of={overview}>{(answer) => <NeedsYou overview={answer} />}</Loaded>
              <Panel title="Clusters">
                <ClusterCards clusters={items} cards={overview.data?.clusters ?? []} />
              </Panel>
              <Panel
                title="What changed in the last hour"
                actions={may('audit_logs:read') && <Link to={pageUrl('audit')}>Who did what</Link>}
              >
                <Changes clusters={items} audit={may('audit_logs:read')} />
              </Panel>
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
