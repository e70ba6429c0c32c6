import { Alert, Button, Drawer } from '@grafana/ui';
import { captureStream, type DeadLetterSummary } from '@jetstream-console/contract';
import { useState } from 'react';
import { fieldFault } from '../../api/faults';
import { useAct } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import { Panel, Quiet, Row, Stack } from '../../components/parts';
import { Problem } from '../../components/States';
import { TextInput } from '../../components/TextInput';
import { bytes, exact } from '../../format';
import { useAskBeforeLeaving } from '../../useAskBeforeLeaving';
import type { MayRetry } from './mayRetry';

interface Props {
  readonly clusterId: string;
  readonly summary: DeadLetterSummary;
  readonly may: MayRetry;
  readonly onClose: () => void;
}

/** What is kept of dead letters, and how nothing of them is missed. */
export function Settings({ clusterId, summary, may, onClose }: Props) {
  return (
    <Drawer title="How dead letters are kept" onClose={onClose} size="md">
      <Stack>
        <Copies clusterId={clusterId} keep={summary.keep} />
        <Capture clusterId={clusterId} summary={summary} may={may} />
        <Quiet>
          A dead letter stays in the list for {exact(summary.bounds.days)} days, and a cluster has{' '}
          {exact(summary.bounds.letters)} at most: beyond it those that are done with go first, then the oldest.
        </Quiet>
      </Stack>
    </Drawer>
  );
}

const namesOf = (text: string) => text.split(/[\s,]+/).filter((name) => name !== '');

function Copies({ clusterId, keep }: { clusterId: string; keep: DeadLetterSummary['keep'] }) {
  const start = { streams: keep.streams.join(' '), days: `${keep.days}`, megabytes: `${keep.megabytes}` };
  const [form, setForm] = useState(start);
  const [kept, setKept] = useState(start);
  const put = useAct('putDeadLetterKeeping');
  useAskBeforeLeaving(JSON.stringify(form) !== JSON.stringify(kept));
  const set = (changes: Partial<typeof form>) => setForm((before) => ({ ...before, ...changes }));
  const fault = (field: string) => fieldFault(put.error, `body.${field}`);
  return (
    <Panel title="Copies">
      <Quiet>
        A stream forgets what it was told to forget, also what nobody got. Of the streams named here the console takes a
        copy of each given-up message, up to 1 MiB each; payload rights hold for a copy as for the message itself. It
        lies in the console&apos;s database as it is. {exact(keep.copies)} are kept now, {bytes(keep.usedBytes)}.
      </Quiet>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          put.mutate(
            {
              params: { clusterId },
              body: { streams: namesOf(form.streams), days: Number(form.days), megabytes: Number(form.megabytes) },
            },
            { onSuccess: () => setKept(form) },
          );
        }}
      >
        <TextInput
          id="keep-streams"
          label="Of these streams"
          description="Names or globs such as ORDERS*; empty for no copies. What is kept already stays for its time."
          fault={fault('streams')}
          value={form.streams}
          onChange={(streams) => set({ streams })}
        />
        <TextInput
          id="keep-days"
          label="For days"
          inputMode="numeric"
          fault={fault('days')}
          value={form.days}
          onChange={(days) => set({ days })}
        />
        <TextInput
          id="keep-megabytes"
          label="MiB at most"
          description="At this bound no more copies are taken, and each dead letter says so."
          inputMode="numeric"
          fault={fault('megabytes')}
          value={form.megabytes}
          onChange={(megabytes) => set({ megabytes })}
        />
        {put.isError && <Problem error={put.error} />}
        {put.isSuccess && form === kept && <Alert severity="success" title="Saved" data-testid="kept" />}
        <Button type="submit" disabled={put.isPending}>
          {put.isPending ? 'Saving' : 'Save'}
        </Button>
      </form>
    </Panel>
  );
}

function Capture({ clusterId, summary, may }: Omit<Props, 'onClose'>) {
  const { captured } = summary.collecting;
  const [ending, setEnding] = useState(false);
  const start = useAct('startDeadLetterCapture');
  const stop = useAct('stopDeadLetterCapture');
  return (
    <Panel title="Nothing missed while the console is down">
      <Quiet>
        {captured
          ? `The stream ${captureStream} in the cluster's account keeps the servers' word of given-up messages, and the console reads it when it is back.`
          : `Servers tell once that a message was given up. A stream ${captureStream} in the cluster's account keeps that for 7 days, 32 MiB at most, until the console has read it.`}
      </Quiet>
      {start.isError && <Problem error={start.error} />}
      <Row>
        {!captured && may.capture && (
          <Button
            variant="secondary"
            disabled={start.isPending}
            onClick={() => start.mutate({ params: { clusterId }, body: {} })}
          >
            {start.isPending ? 'Making the stream' : 'Make this stream'}
          </Button>
        )}
        {captured && may.endCapture && (
          <Button variant="destructive" fill="outline" onClick={() => setEnding(true)}>
            Delete this stream
          </Button>
        )}
        {may.readOnly === true && <Quiet>The cluster is read-only: nothing is made or deleted on it.</Quiet>}
      </Row>
      {ending && (
        <ActDialog
          title={`Delete the stream ${captureStream}`}
          text="Delete"
          busyText="Deleting"
          act={stop}
          confirm={captureStream}
          onClose={() => setEnding(false)}
          onAct={(confirm) =>
            stop.mutate({ params: { clusterId }, body: { confirm } }, { onSuccess: () => setEnding(false) })
          }
        >
          <Alert severity="warning" title="What it keeps unread is lost">
            Dead letters that are in the list stay.
          </Alert>
        </ActDialog>
      )}
    </Panel>
  );
}
