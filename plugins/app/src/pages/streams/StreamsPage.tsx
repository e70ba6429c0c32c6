import { Button, LinkButton, RadioButtonGroup } from '@grafana/ui';
import { streamSorts } from '@jetstream-console/contract';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ChartLinks } from '../../charts';
import { ClusterScope } from '../../components/ClusterScope';
import { CursorPager } from '../../components/CursorPager';
import { DataTable } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { Figure, Figures, pageUrl, Quiet, Row, Stack, streamUrl } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { bytes, count, exact } from '../../format';
import { RangePicker } from '../../range/RangePicker';
import { useRange } from '../../range/useRange';
import { sortingFrom, useUrl } from '../../useUrl';
import { useKeys } from '../../useKeys';
import { streamColumns } from './columns';
import { CreateStream } from './CreateStream';
import { RestoreStream } from './RestoreStream';
import { useStreamFigures } from './useStreamFigures';

const kinds = [
  { label: 'Streams', value: 'stream' as const },
  { label: 'Everything', value: 'all' as const },
];
const healths = [
  { label: 'All', value: 'all' as const },
  { label: 'With problems', value: 'problem' as const },
];

export function StreamsPage() {
  const url = useUrl();
  const creating = url.get('create') !== undefined;
  const restoring = url.get('restore') !== undefined;
  const steps = (cluster: { id: string }, step: string): [string, string?][] => [
    ['Streams', pageUrl(`streams?cluster=${cluster.id}`)],
    [step],
  ];
  return (
    <ClusterScope>
      {(cluster, picker) =>
        creating ? (
          <Stack>
            <Head items={steps(cluster, 'Create a stream')}>{picker}</Head>
            <CreateStream key={cluster.id} clusterId={cluster.id} />
          </Stack>
        ) : restoring ? (
          <Stack>
            <Head items={steps(cluster, 'Restore a stream')}>{picker}</Head>
            <RestoreStream key={cluster.id} clusterId={cluster.id} />
          </Stack>
        ) : (
          <Streams key={cluster.id} cluster={cluster} picker={picker} />
        )
      }
    </ClusterScope>
  );
}

function Streams({ cluster, picker }: { cluster: { id: string; name: string }; picker: ReactNode }) {
  const url = useUrl();
  const sorting = sortingFrom(url, streamSorts, { sort: 'bytes', order: 'desc' });
  const query = {
    ...sorting,
    search: url.get('search'),
    subject: url.get('subject'),
    label: url.get('label'),
    kind: url.get('kind') === 'all' ? ('all' as const) : ('stream' as const),
    health: url.get('health') === 'problem' ? ('problem' as const) : ('all' as const),
    limit: 50,
    cursor: url.get('cursor'),
  };
  const narrowed =
    query.search !== undefined ||
    query.subject !== undefined ||
    query.label !== undefined ||
    query.health === 'problem';
  const streams = useApi('listStreams', { params: { clusterId: cluster.id }, query }, { every: 15_000 });
  const range = useRange();
  const names = (streams.data?.items ?? []).map(({ name }) => name);
  const figures = useStreamFigures(cluster.id, names, range.range);
  const filter = (changes: Record<string, string | null>) => url.set({ ...changes, cursor: null });
  const may = useMayChange(cluster.id);
  const mayCreate = may.streams('create');
  useKeys(mayCreate ? { c: () => url.set({ create: 'empty' }, false) } : {});
  const create = mayCreate && (
    <LinkButton
      size="sm"
      icon="plus"
      tooltip="Create ( c )"
      href={pageUrl(`streams?cluster=${cluster.id}&create=empty`)}
    >
      Create a stream
    </LinkButton>
  );
  return (
    <Stack>
      <Head items={[['Streams']]} of={streams}>
        {picker}
        <RangePicker of={range} />
        {create}
        {mayCreate && may.streams('operate') && (
          <LinkButton
            size="sm"
            variant="secondary"
            icon="history"
            href={pageUrl(`streams?cluster=${cluster.id}&restore=1`)}
          >
            Restore
          </LinkButton>
        )}
      </Head>
      <Row>
        <SearchBox
          label="Search streams"
          placeholder="Name, subject or label  ( f )"
          value={query.search ?? ''}
          onChange={(search) => filter({ search })}
        />
        <RadioButtonGroup
          size="md"
          aria-label="Which streams"
          options={kinds}
          value={query.kind}
          onChange={(value) => filter({ kind: value === 'all' ? 'all' : null })}
        />
        <RadioButtonGroup
          size="md"
          aria-label="Health"
          options={healths}
          value={query.health}
          onChange={(value) => filter({ health: value === 'problem' ? 'problem' : null })}
        />
        {query.subject !== undefined && (
          <Button size="sm" variant="secondary" icon="times" onClick={() => filter({ subject: null })}>
            Only those that take {query.subject}
          </Button>
        )}
        {query.label !== undefined && (
          <Button size="sm" variant="secondary" icon="times" onClick={() => filter({ label: null })}>
            Only those with {query.label}
          </Button>
        )}
        {names.length > 0 && (
          <ChartLinks labelled title="the publish rates of these streams" specs={[figures.spec]} range={range.range} />
        )}
      </Row>
      <Loaded of={streams}>
        {(page) => (
          <>
            <Figures source={page.provenance}>
              <Figure name="Streams" value={count(page.totals.streams)} hint={exact(page.totals.streams)} />
              <Figure name="Messages" value={count(page.totals.messages)} hint={exact(page.totals.messages)} />
              <Figure
                name="Stored"
                value={bytes(page.totals.bytes)}
                hint={`${exact(page.totals.bytes)} bytes, one copy of each stream`}
              />
              <Figure name="Consumers" value={count(page.totals.consumers)} />
              {page.missing.length > 0 && (
                <Figure
                  name="No answer"
                  value={page.missing.length}
                  tone="warn"
                  hint={`Their leaders did not answer in time: ${page.missing.join(', ')}`}
                />
              )}
            </Figures>
            {page.items.length === 0 ? (
              <Empty
                title={narrowed ? 'Nothing matches' : 'This account has no streams yet'}
                action={!narrowed && create}
              >
                {narrowed
                  ? 'Take the filter away to see all streams.'
                  : 'Streams that applications or the nats CLI make appear here.'}
              </Empty>
            ) : (
              <>
                {figures.away && <Quiet>Rates, forecasts and lag are not to be had: {figures.away}</Quiet>}
                <DataTable
                  label="Streams"
                  columns={streamColumns(figures.of, (label) => filter({ label }))}
                  rows={page.items}
                  keyOf={(row) => row.name}
                  sorting={sorting}
                  onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
                  to={(row) => streamUrl(cluster.id, row.name)}
                />
                <CursorPager of={page} />
              </>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}
