import { Icon, LinkButton } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi, useMay } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { pageUrl, Pager, Quiet, Row, Stack, State } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { useUrl } from '../../useUrl';

type Cluster = ResponseOf<Routes['listClusters']>['items'][number];

const columns: Column<Cluster>[] = [
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
  { id: 'state', header: 'Connection', cell: ({ status }) => <State state={status.state} hint={status.error} /> },
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
              <DataTable
                label="Clusters"
                columns={columns}
                rows={page.items}
                keyOf={(row) => row.id}
                to={(row) => pageUrl(`clusters/${row.id}`)}
              />
              <Pager
                total={page.total}
                shown={page.items.length}
                atStart={cursor === undefined}
                onFirst={() => url.set({ cursor: null })}
                onNext={page.nextCursor === null ? null : () => url.set({ cursor: page.nextCursor }, false)}
              />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
