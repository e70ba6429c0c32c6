import { Alert, Badge, Button } from '@grafana/ui';
import {
  deadLetterReasons,
  deadLetterStates,
  type DeadLetter,
  type DeadLetterGroup,
  type DeadLetterSummary,
} from '@jetstream-console/contract';
import { useState, type ReactNode } from 'react';
import { useAct, useApi } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import { Choices } from '../../components/Choices';
import { ClusterScope } from '../../components/ClusterScope';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { Count, Figure, Figures, Pager, Quiet, Row, Stack } from '../../components/parts';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { ago, count, exact, time } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { BulkDrawer } from './BulkDrawer';
import { LetterPanel } from './LetterPanel';
import { useMayRetry } from './mayRetry';
import { Settings } from './Settings';
import { copyWords, fateOf, reasonWords, stateColors, stateWords } from './words';

/** What consumers gave up, why, and what was done about it. */
export function DeadLettersPage() {
  return (
    <ClusterScope>
      {(cluster, picker) => <Letters key={cluster.id} clusterId={cluster.id} picker={picker} />}
    </ClusterScope>
  );
}

const states = [
  { label: 'Open', value: 'open' as const },
  { label: 'Sent again', value: 'retried' as const },
  { label: 'Dropped', value: 'dropped' as const },
  { label: 'Not known', value: 'retrying' as const },
  { label: 'All', value: 'all' as const },
];
/** So many gaps are told one by one. */
const mostGaps = 3;

function Letters({ clusterId, picker }: { clusterId: string; picker: ReactNode }) {
  const url = useUrl();
  const may = useMayRetry(clusterId);
  const params = { clusterId };
  const asked = url.get('state');
  const state = asked === 'all' ? undefined : (deadLetterStates.find((known) => known === asked) ?? 'open');
  const only = {
    stream: url.get('stream'),
    consumer: url.get('consumer'),
    reason: deadLetterReasons.find((known) => known === url.get('reason')),
  };
  const cursor = url.get('cursor');
  const opened = url.get('letter') ?? null;
  const summary = useApi('getDeadLetterSummary', { params }, { every: 10_000 });
  const list = useApi('listDeadLetters', { params, query: { ...only, state, cursor, limit: 50 } }, { every: 10_000 });
  const filter = (changes: Record<string, string | null>) => url.set({ ...changes, cursor: null, letter: null }, false);
  const about = Object.values(only).filter((value) => value !== undefined);
  const [bulk, setBulk] = useState(false);
  const drop = useAct('markDeadLetters');
  const [dropping, setDropping] = useState(false);
  useRowFocus(opened);
  const step = (by: number) => {
    const items = list.data?.items ?? [];
    const next = items[items.findIndex(({ id }) => id === opened) + by];
    if (next) url.set({ letter: next.id });
  };
  const open = openOf(summary.data, only);
  return (
    <Stack>
      <Head items={[['Dead letters']]} of={list}>
        {picker}
        {may.settings && summary.data && (
          <Button size="sm" variant="secondary" icon="cog" onClick={() => url.set({ settings: '1' }, false)}>
            How they are kept
          </Button>
        )}
      </Head>
      {may.settings && url.get('settings') !== undefined && summary.data && (
        <Settings clusterId={clusterId} summary={summary.data} may={may} onClose={() => url.set({ settings: null })} />
      )}
      {bulk && (
        <BulkDrawer
          clusterId={clusterId}
          filter={only}
          about={about.length === 0 ? 'All open ones of the cluster' : `The open ones of ${about.join(', ')}`}
          onClose={() => setBulk(false)}
        />
      )}
      <Loaded of={summary}>
        {(known) => (
          <>
            <Collecting of={known.collecting} />
            <Figures>
              <Figure
                name="Open"
                value={count(known.totals.open)}
                hint={exact(known.totals.open)}
                tone={known.totals.open > 0 ? 'warn' : undefined}
              />
              <Figure name="Sent again" value={count(known.totals.retried)} hint={exact(known.totals.retried)} />
              <Figure name="Dropped" value={count(known.totals.dropped)} hint={exact(known.totals.dropped)} />
              {known.totals.retrying > 0 && (
                <Figure
                  name="Not known"
                  value={count(known.totals.retrying)}
                  tone="bad"
                  hint="Being sent now, or cut off: look into the stream before they are sent once more"
                />
              )}
              {known.keep.copies > 0 && <Figure name="Copies" value={count(known.keep.copies)} />}
            </Figures>
            {opened === null && <Groups of={known} only={only} onOpen={filter} />}
          </>
        )}
      </Loaded>
      <Row>
        <Choices
          label="Which dead letters"
          options={states}
          value={state ?? 'all'}
          onChange={(value) => filter({ state: value === 'open' ? null : value })}
        />
        {about.length > 0 && (
          <Button
            size="sm"
            variant="secondary"
            icon="times"
            onClick={() => filter({ stream: null, consumer: null, reason: null })}
          >
            Only {about.map((value) => (value === only.reason ? reasonWords[only.reason] : value)).join(', ')}
          </Button>
        )}
        {state === 'open' && open > 0 && may.retry(only.stream) && (
          <Button size="sm" icon="repeat" onClick={() => setBulk(true)}>
            Send all {exact(open)} again
          </Button>
        )}
        {state === 'open' && open > 0 && may.mark(only.stream) && (
          <Button size="sm" variant="secondary" icon="times" onClick={() => setDropping(true)}>
            Drop all {exact(open)}
          </Button>
        )}
      </Row>
      {dropping && (
        <ActDialog
          title={`Drop ${exact(open)} dead letters`}
          text="Drop"
          busyText="Dropping"
          act={drop}
          onClose={() => setDropping(false)}
          onAct={() =>
            drop.mutate({ params, body: { ...only, as: 'dropped' } }, { onSuccess: () => setDropping(false) })
          }
        >
          <Alert severity="info" title="No message is touched, and they can be opened again one by one" />
        </ActDialog>
      )}
      <Split
        label="The opened dead letter"
        open={
          opened === null ? null : (
            <LetterPanel
              key={opened}
              clusterId={clusterId}
              id={opened}
              may={may}
              onStep={step}
              onClose={() => url.set({ letter: null })}
            />
          )
        }
      >
        <Loaded of={list}>
          {({ items, nextCursor, total }) =>
            items.length === 0 && cursor === undefined ? (
              <Nothing narrowed={about.length > 0 || state !== 'open'} />
            ) : (
              <>
                <DataTable
                  label="Dead letters"
                  columns={columnsOf(opened !== null)}
                  rows={items}
                  keyOf={({ id }) => id}
                  selected={opened ?? undefined}
                  onRow={(row) => url.set({ letter: row.id }, opened !== null)}
                />
                <Pager
                  total={total}
                  shown={items.length}
                  atStart={cursor === undefined}
                  onFirst={() => url.set({ cursor: null })}
                  onNext={nextCursor === null ? null : () => url.set({ cursor: nextCursor }, false)}
                  nextText="Earlier"
                />
              </>
            )
          }
        </Loaded>
      </Split>
    </Stack>
  );
}

type Only = Partial<Pick<DeadLetterGroup, 'stream' | 'consumer' | 'reason'>>;
const groupKey = ({ stream, consumer, reason }: Only) => JSON.stringify([stream, consumer, reason]);

const within = (group: DeadLetterGroup, { stream, consumer, reason }: Only) =>
  (stream === undefined || group.stream === stream) &&
  (consumer === undefined || group.consumer === consumer) &&
  (reason === undefined || group.reason === reason);

/** Open ones that the filter leaves. */
const openOf = (summary: DeadLetterSummary | undefined, only: Only): number =>
  (summary?.groups ?? []).filter((group) => within(group, only)).reduce((sum, { counts }) => sum + counts.open, 0);

interface GroupsProps {
  readonly of: DeadLetterSummary;
  readonly only: Only;
  readonly onOpen: (only: Only & Record<string, string>) => void;
}

/** Where they come from, the most open ones first; one group alone is what the list shows anyway. */
function Groups({ of: { groups, truncated }, only, onOpen }: GroupsProps) {
  const shown = groups.filter((group) => within(group, only));
  const narrowed = Object.values(only).some((value) => value !== undefined);
  if (shown.length === 0 || (narrowed && shown.length === 1)) return null;
  return (
    <>
      <DataTable
        label="By stream, consumer and reason"
        columns={groupColumns}
        rows={shown}
        keyOf={groupKey}
        onRow={({ stream, consumer, reason }) => onOpen({ stream, consumer, reason })}
      />
      {truncated && <Quiet>There are more groups: these have the most open ones.</Quiet>}
    </>
  );
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <Empty title="No dead letter is like that">Take a filter away to see others.</Empty>
  ) : (
    <Empty title="Nothing was given up">
      A message lands here when a consumer has delivered it as often as its max_deliver allows and nobody acknowledged
      it, or when a client ends it for good (term). A consumer without max_deliver tries for ever.
    </Empty>
  );
}

function Collecting({ of: { since, now, problem, gaps } }: { of: DeadLetterSummary['collecting'] }) {
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

const groupColumns: Column<DeadLetterGroup>[] = [
  { id: 'stream', header: 'Stream', cell: (row) => <strong>{row.stream}</strong> },
  { id: 'consumer', header: 'Consumer', cell: (row) => row.consumer },
  { id: 'open', header: 'Open', numeric: true, cell: (row) => <Count value={row.counts.open} /> },
  {
    id: 'retried',
    header: 'Sent again',
    numeric: true,
    wide: true,
    cell: (row) => <Count value={row.counts.retried} />,
  },
  { id: 'reason', header: 'Because', grow: true, cell: (row) => reasonWords[row.reason] },
  {
    id: 'newest',
    header: 'Last',
    nowrap: true,
    cell: (row) => <span title={time(row.newest)}>{ago(row.newest)}</span>,
  },
];

const columnsOf = (narrow: boolean): Column<DeadLetter>[] => [
  { id: 'at', header: 'When', nowrap: true, cell: (row) => <span title={time(row.at)}>{ago(row.at)}</span> },
  {
    id: 'message',
    header: 'Message',
    nowrap: true,
    cell: (row) => `${row.stream} ${exact(row.seq)}`,
  },
  ...(narrow
    ? []
    : [
        { id: 'consumer', header: 'Consumer', cell: (row: DeadLetter) => row.consumer },
        {
          id: 'why',
          header: 'Why',
          grow: true,
          cell: (row: DeadLetter) => (
            <>
              {row.why ?? reasonWords[row.reason]}
              {(fateOf(row) ?? copyWords[row.copy]) !== null && (
                <>
                  <br />
                  <Quiet>{fateOf(row) ?? copyWords[row.copy]}</Quiet>
                </>
              )}
            </>
          ),
        },
        {
          id: 'deliveries',
          header: 'Deliveries',
          numeric: true,
          wide: true,
          cell: (row: DeadLetter) => <Count value={row.deliveries} />,
        },
      ]),
  {
    id: 'state',
    header: 'State',
    nowrap: true,
    cell: (row) => <Badge color={stateColors[row.state]} text={stateWords[row.state]} />,
  },
];
