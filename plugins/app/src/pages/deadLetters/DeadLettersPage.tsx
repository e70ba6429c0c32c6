import { Alert, Button } from '@grafana/ui';
import { deadLetterReasons, deadLetterStates } from '@jetstream-console/contract';
import { useState, type ReactNode } from 'react';
import { useAct, useApi } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import { Choices } from '../../components/Choices';
import { ClusterScope } from '../../components/ClusterScope';
import { CursorPager } from '../../components/CursorPager';
import { DataTable } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { Figure, Figures, Row, Stack } from '../../components/parts';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { count, exact } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { BulkDrawer } from './BulkDrawer';
import { Collecting } from './Collecting';
import { columnsOf } from './columns';
import { Groups, openOf } from './Groups';
import { LetterPanel } from './LetterPanel';
import { useMayRetry } from './mayRetry';
import { Settings } from './Settings';
import { reasonWords } from './words';

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
                <CursorPager of={{ items, nextCursor, total }} nextText="Earlier" />
              </>
            )
          }
        </Loaded>
      </Split>
    </Stack>
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
