import { Button, Icon, Input } from '@grafana/ui';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router-dom';
import { useApi } from '../../api/hooks';
import { ClusterScope } from '../../components/ClusterScope';
import { DataTable, type Sorting } from '../../components/DataTable';
import { Crumbs, From, Pager, pageUrl, Row, Stack } from '../../components/parts';
import { Empty, Loaded } from '../../components/States';
import { useUrl } from '../../useUrl';
import { consumerColumns } from './columns';

export const consumerUrl = (cluster: string, stream: string, consumer: string) =>
  pageUrl(`clusters/${cluster}/streams/${encodeURIComponent(stream)}/consumers/${encodeURIComponent(consumer)}`);

export function ConsumersPage() {
  return (
    <ClusterScope>
      {(cluster, picker) => (
        <Consumers
          key={cluster.id}
          clusterId={cluster.id}
          head={(extra) => (
            <Row>
              <Crumbs items={[['Consumers']]} />
              {picker}
              {extra}
            </Row>
          )}
        />
      )}
    </ClusterScope>
  );
}

/** Consumers of a cluster, or of one stream. */
export function Consumers({
  clusterId,
  stream,
  head,
}: {
  clusterId: string;
  stream?: string;
  head?: (extra: ReactNode) => ReactNode;
}) {
  const url = useUrl();
  const navigate = useNavigate();
  const sorting: Sorting = { sort: url.get('sort') ?? 'lag', order: url.get('order') === 'asc' ? 'asc' : 'desc' };
  const query = {
    search: url.get('search'),
    sort: sorting.sort as 'lag',
    order: sorting.order,
    limit: 50,
    cursor: url.get('cursor'),
  };
  const ofCluster = useApi(
    'listConsumers',
    { params: { clusterId }, query },
    { every: 15_000, enabled: stream === undefined },
  );
  const ofStream = useApi(
    'listStreamConsumers',
    { params: { clusterId, stream: stream ?? '' }, query },
    { every: 10_000, enabled: stream !== undefined },
  );
  const consumers = stream === undefined ? ofCluster : ofStream;
  const extra = (
    <>
      {consumers.data && <From provenance={consumers.data.provenance} />}
      <Button
        variant="secondary"
        fill="text"
        icon="sync"
        aria-label="Refresh"
        onClick={() => {
          void consumers.refetch();
        }}
      />
    </>
  );
  return (
    <Stack>
      {head?.(extra)}
      <Row>
        <Input
          data-search
          width={30}
          prefix={<Icon name="search" />}
          placeholder="Consumer or stream  ( / )"
          aria-label="Search consumers"
          defaultValue={query.search ?? ''}
          onChange={(event) => url.set({ search: event.currentTarget.value, cursor: null })}
        />
        {!head && extra}
      </Row>
      <Loaded of={consumers}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={query.search ? 'Nothing matches' : 'No consumers yet'}>
              {query.search
                ? 'Take the search away to see all.'
                : 'A consumer is what an application reads a stream through. It appears here as soon as one is made.'}
            </Empty>
          ) : (
            <>
              <DataTable
                label="Consumers"
                columns={consumerColumns(stream === undefined)}
                rows={page.items}
                keyOf={(row) => `${row.stream} ${row.name}`}
                sorting={sorting}
                onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
                onRow={(row) => navigate(consumerUrl(clusterId, row.stream, row.name))}
              />
              <Pager
                total={page.total}
                shown={page.items.length}
                atStart={query.cursor === undefined}
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
