import { consumerSorts } from '@jetstream-console/contract';
import { Button } from '@grafana/ui';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ClusterScope } from '../../components/ClusterScope';
import { CursorPager } from '../../components/CursorPager';
import { DataTable } from '../../components/DataTable';
import { Head, Refresh } from '../../components/Head';
import { consumerUrl, Row, Stack } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { useKeys } from '../../useKeys';
import { sortingFrom, useUrl } from '../../useUrl';
import { consumerColumns } from './columns';
import { CreateConsumer } from './CreateConsumer';

/** Which consumer falls behind? The worst of the whole cluster first. */
export function ConsumersPage() {
  return (
    <ClusterScope>
      {(cluster, picker) => <Consumers key={cluster.id} clusterId={cluster.id} picker={picker} />}
    </ClusterScope>
  );
}

interface Props {
  readonly clusterId: string;
  /** of this stream alone; without it of the whole cluster */
  readonly stream?: string;
  readonly picker?: ReactNode;
  /** what may be done beside looking */
  readonly children?: ReactNode;
}

/** Consumers of one stream, and the making of another. */
export function StreamConsumers({ clusterId, stream }: { clusterId: string; stream: string }) {
  const url = useUrl();
  const may = useMayChange(clusterId);
  const creating = url.get('create') !== undefined;
  const mayCreate = may.consumers('create', stream);
  const begin = () => url.set({ create: '1' }, false);
  useKeys(mayCreate && !creating ? { c: begin } : {});
  if (creating) return <CreateConsumer clusterId={clusterId} stream={stream} />;
  return (
    <Consumers clusterId={clusterId} stream={stream}>
      {mayCreate && (
        <Button size="sm" icon="plus" tooltip="Create ( c )" onClick={begin}>
          Create a consumer
        </Button>
      )}
    </Consumers>
  );
}

/** Consumers of a cluster, or of one stream. */
function Consumers({ clusterId, stream, picker, children }: Props) {
  const url = useUrl();
  const sorting = sortingFrom(url, consumerSorts, { sort: 'lag', order: 'desc' });
  const query = { ...sorting, search: url.get('search'), limit: 50, cursor: url.get('cursor') };
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
  return (
    <Stack>
      {stream === undefined && (
        <Head items={[['Consumers']]} of={consumers}>
          {picker}
        </Head>
      )}
      <Row>
        <SearchBox
          label="Search consumers"
          placeholder={stream === undefined ? 'Consumer or stream  ( f )' : 'Consumer  ( f )'}
          value={query.search ?? ''}
          onChange={(search) => url.set({ search, cursor: null })}
        />
        {stream !== undefined && <Refresh of={consumers} />}
        {children}
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
                to={(row) => consumerUrl(clusterId, row.stream, row.name)}
              />
              <CursorPager of={page} />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
