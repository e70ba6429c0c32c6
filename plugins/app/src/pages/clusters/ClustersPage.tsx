import { Button, LinkButton, Input, Icon } from '@grafana/ui';
import { useNavigate } from 'react-router-dom';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi, useMay } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { Crumbs, pageUrl, Quiet, Row, Stack, State } from '../../components/parts';
import { Empty, Loaded } from '../../components/States';
import { useUrl } from '../../useUrl';

type Row = ResponseOf<Routes['listClusters']>['items'][number];

const columns: Column<Row>[] = [
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

export function ClustersPage() {
  const url = useUrl();
  const may = useMay();
  const navigate = useNavigate();
  const search = url.get('search');
  const clusters = useApi('listClusters', { query: { search, limit: 200 } }, { every: 10_000 });
  const add = may('clusters:create') && (
    <LinkButton icon="plus" href={pageUrl('clusters/new')}>
      Connect a cluster
    </LinkButton>
  );
  return (
    <Stack>
      <Row>
        <Crumbs items={[['Clusters']]} />
      </Row>
      <Row>
        <Input
          data-search
          width={30}
          prefix={<Icon name="search" />}
          placeholder="Search clusters  ( / )"
          aria-label="Search clusters"
          defaultValue={search ?? ''}
          onChange={(event) => url.set({ search: event.currentTarget.value })}
        />
        {add}
        <Button
          variant="secondary"
          fill="text"
          icon="sync"
          aria-label="Refresh"
          onClick={() => {
            void clusters.refetch();
          }}
        />
      </Row>
      <Loaded of={clusters}>
        {({ items }) =>
          items.length === 0 ? (
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
            <DataTable
              label="Clusters"
              columns={columns}
              rows={items}
              keyOf={(row) => row.id}
              onRow={(row) => navigate(pageUrl(`clusters/${row.id}`))}
            />
          )
        }
      </Loaded>
    </Stack>
  );
}
