import { Icon, LinkButton } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { toProblem } from '../../api/client';
import { useApi, useMay } from '../../api/hooks';
import { CursorPager } from '../../components/CursorPager';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { FiguresAge, HealthBadge } from '../../components/Health';
import { Count, pageUrl, Quiet, Row, Stack, State } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { perSecond } from '../../figures/words';
import { useUrl } from '../../useUrl';

type Cluster = ResponseOf<Routes['listClusters']>['items'][number];

type Card = ResponseOf<Routes['clusterOverview']>['clusters'][number];

/** @param cardOf what the newest samples say of a cluster; undefined where nothing was collected, or it cannot be had */
const columnsOf = (cardOf: (id: string) => Card | undefined): Column<Cluster>[] => [
  {
    id: 'name',
    header: 'Cluster',
    cell: (row) => (
      <>
        <strong>{row.name}</strong>
        {row.readOnly && (
          <>
            {' '}
            <Icon name="lock" size="sm" title="Read-only in the console" />
          </>
        )}
      </>
    ),
  },
  {
    id: 'state',
    header: 'Connection',
    nowrap: true,
    cell: ({ status }) => <State state={status.state} hint={status.error} />,
  },
  {
    id: 'server',
    header: 'Server',
    cell: ({ status }) =>
      status.server ? (
        `${status.server.name} ${status.server.version}`
      ) : (
        <Quiet>{status.state === 'idle' ? 'opens with the first look' : '–'}</Quiet>
      ),
  },
  { id: 'health', header: 'Findings', nowrap: true, cell: ({ id }) => <HealthBadge card={cardOf(id)} /> },
  {
    id: 'published',
    header: 'Published',
    numeric: true,
    cell: ({ id }) => perSecond(cardOf(id)?.publishedPerSecond),
  },
  { id: 'streams', header: 'Streams', numeric: true, cell: ({ id }) => <Count value={cardOf(id)?.streams} /> },
  { id: 'worstLag', header: 'Worst lag', numeric: true, cell: ({ id }) => <Count value={cardOf(id)?.worstLag} /> },
  {
    id: 'age',
    header: 'Figures',
    nowrap: true,
    cell: ({ id }) => <FiguresAge card={cardOf(id)} />,
  },
  { id: 'urls', header: 'URLs', wide: true, cell: (row) => <Quiet>{row.urls.join(', ')}</Quiet> },
  {
    id: 'slots',
    header: 'Credentials',
    wide: true,
    cell: (row) => <Quiet>{row.slots.map(({ slot, hint }) => `${slot}: ${hint}`).join('; ') || 'none'}</Quiet>,
  },
];

/** Which clusters are there, and can each be reached? */
export function ClustersPage() {
  const url = useUrl();
  const may = useMay();
  const search = url.get('search');
  const cursor = url.get('cursor');
  const clusters = useApi('listClusters', { query: { search, cursor, limit: 50 } }, { every: 10_000 });
  const overview = useApi('clusterOverview', {}, { every: 15_000 });
  const columns = columnsOf((id) => overview.data?.clusters.find((card) => card.id === id));
  const add = may('clusters:create') && (
    <LinkButton icon="plus" href={pageUrl('clusters/new')}>
      Connect a cluster
    </LinkButton>
  );
  const nothingYet = clusters.data?.items.length === 0 && !search;
  return (
    <Stack>
      <Head items={[['Clusters']]} of={clusters} />
      {!nothingYet && (
        <Row>
          <SearchBox
            label="Search clusters"
            placeholder="Cluster  ( f )"
            value={search ?? ''}
            onChange={(text) => url.set({ search: text, cursor: null })}
          />
          {add}
        </Row>
      )}
      <Loaded of={clusters}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title={search ? 'No cluster of this name' : 'No cluster is connected yet'}
              action={search ? undefined : add}
            >
              {search
                ? 'Take the search away to see all.'
                : add
                  ? 'Paste a .creds file, a context of the nats CLI, or fill in URLs and a log-in. A test says what is missing.'
                  : 'An administrator connects one; it appears here then.'}
            </Empty>
          ) : (
            <>
              {overview.error && <Quiet>Figures are not to be had: {toProblem(overview.error).problem.detail}</Quiet>}
              <DataTable
                label="Clusters"
                columns={columns}
                rows={page.items}
                keyOf={(row) => row.id}
                to={(row) => pageUrl(`clusters/${row.id}`)}
              />
              <CursorPager of={page} />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
