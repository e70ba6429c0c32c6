import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ClipboardButton, LinkButton, useStyles2 } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useState } from 'react';
import { useApi, useMay } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ActsMenu, OpenedAct } from '../../components/ActsMenu';
import { DataTable, type Column } from '../../components/DataTable';
import { OpenedBar } from '../../components/OpenedBar';
import { Mono, Panel, Quiet, Row, streamUrl } from '../../components/parts';
import { Loaded } from '../../components/States';
import { ago, bytes, duration, exact, time } from '../../format';
import { shellWord } from '../../natsCommand';
import { DiffView } from '../../payload/DiffView';
import { guardBytes, PayloadView, wholeBytes } from '../../payload/PayloadView';
import { ReadBy } from '../../payload/ReadBy';
import { useKeys } from '../../useKeys';
import { useUrl } from '../../useUrl';
import { keyActs, RevertDialog } from './acts';
import type { Writing } from './writing';
import { typedFrom } from './value';
import { WriteKey } from './WriteKey';

type Found = ResponseOf<Routes['getKey']>;
type Entry = Found['entry'];

/** Markers that the server itself leaves, in words (ADR-43). */
const reasons: Record<string, string> = {
  MaxAge: 'it expired',
  Purge: 'it was purged',
  Remove: 'it was removed by a limit',
};
const operations = { put: 'put', delete: 'deleted', purge: 'purged' };

const columns: Column<Entry>[] = [
  { id: 'revision', header: 'Revision', numeric: true, cell: (row) => exact(row.revision) },
  {
    id: 'operation',
    header: 'What',
    cell: (row) => (
      <>
        {operations[row.operation]}
        {row.markerReason && <Quiet> by the server: {reasons[row.markerReason] ?? row.markerReason}</Quiet>}
      </>
    ),
  },
  { id: 'time', header: 'When', nowrap: true, cell: (row) => <span title={ago(row.time)}>{time(row.time)}</span> },
  {
    id: 'ttl',
    header: 'Expires after',
    cell: (row) => (row.ttlSeconds === null ? <Quiet>–</Quiet> : duration(row.ttlSeconds)),
  },
  { id: 'size', header: 'Size', numeric: true, cell: (row) => bytes(row.payload.size) },
];

interface Props {
  readonly clusterId: string;
  readonly bucket: string;
  readonly keyName: string;
  readonly writing: Writing;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One key: its value, the revisions that are kept, and what changed from one to the next. */
export function KeyPanel({ clusterId, bucket, keyName, writing, onStep, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const [wholeOf, setWholeOf] = useState<string | null>(null);
  const maxBytes = wholeOf === keyName ? wholeBytes : guardBytes;
  const found = useApi('getKey', {
    params: { clusterId, bucket },
    query: { key: keyName, history: 'true', maxBytes },
  });
  return (
    <div className={styles.panel} data-testid="key">
      <OpenedBar title={<Mono>{keyName}</Mono>} onUp={() => onStep(-1)} onDown={() => onStep(1)} onClose={onClose} />
      <Loaded of={found}>
        {(known) => (
          <Revisions
            clusterId={clusterId}
            bucket={bucket}
            writing={writing}
            found={known}
            busy={found.isFetching}
            onWhole={maxBytes === wholeBytes ? null : () => setWholeOf(keyName)}
          />
        )}
      </Loaded>
    </div>
  );
}

interface RevisionsProps {
  readonly clusterId: string;
  readonly bucket: string;
  readonly writing: Writing;
  readonly found: Found;
  readonly busy: boolean;
  readonly onWhole: (() => void) | null;
}

function Revisions({ clusterId, bucket, writing, found, busy, onWhole }: RevisionsProps) {
  const url = useUrl();
  const change = useMayChange(clusterId);
  const { entry: newest, history } = found;
  const asked = history.findIndex(({ revision }) => String(revision) === url.get('rev'));
  const at = Math.max(0, asked);
  // The newest comes with its bytes; of earlier revisions the first 4 KiB are sent.
  const chosen = at === 0 ? newest : (history[at] ?? newest);
  const before = history[at + 1];
  const mayWrite = writing.not === null && change.named('kv_values:update', bucket, newest.key);
  const editing = url.get('edit') !== undefined && mayWrite;
  const begin = () => url.set({ edit: '1', rev: null });
  useKeys(mayWrite && !editing ? { e: begin } : {});
  const of = { clusterId, bucket, keyName: newest.key, revision: newest.revision };
  const acts = writing.not === null ? keyActs({ ...of, may: change, gone: newest.operation !== 'put' }) : [];
  if (editing)
    return <EditValue clusterId={clusterId} bucket={bucket} entry={newest} ttl={writing.ttl} onWhole={onWhole} />;
  return (
    <>
      <OpenedAct acts={acts} readOnly={change.readOnly} />
      <Row>
        {mayWrite && (
          <Button size="sm" icon="edit" tooltip="Edit ( e )" onClick={begin}>
            {newest.operation === 'put' ? 'Edit' : 'Put a value'}
          </Button>
        )}
        {mayWrite && at > 0 && chosen.operation === 'put' && (
          <Revert key={chosen.revision} of={of} to={chosen.revision} />
        )}
        <ActsMenu label={`Actions on the key ${newest.key}`} acts={acts} />
        <Copies clusterId={clusterId} bucket={bucket} chosen={chosen} newest={at === 0} />
      </Row>
      <div>
        Revision {exact(chosen.revision)}, {operations[chosen.operation]} {time(chosen.time)}{' '}
        <Quiet>
          {ago(chosen.time)}
          {at > 0 && ', not the newest'}
        </Quiet>
      </div>
      {chosen.operation === 'put' ? (
        <>
          {chosen.decoded && <ReadBy decoded={chosen.decoded} clusterId={clusterId} />}
          <PayloadView
            payload={chosen.payload}
            decoded={chosen.decoded ?? null}
            busy={busy}
            onWhole={at === 0 ? onWhole : null}
          />
        </>
      ) : (
        <Quiet>The key has no value since this revision.</Quiet>
      )}
      <Panel title={`Revisions that are kept (${history.length})`}>
        <DataTable
          label="Revisions"
          columns={columns}
          rows={history}
          keyOf={(row) => String(row.revision)}
          selected={String(chosen.revision)}
          onRow={(row) => url.set({ rev: row.revision === newest.revision ? null : String(row.revision) })}
        />
      </Panel>
      <Panel title={before ? `Changed since revision ${exact(before.revision)}` : 'Changed since'}>
        {before ? (
          <DiffView before={before} after={chosen} />
        ) : (
          <Quiet>No earlier revision is kept, so there is nothing to compare with.</Quiet>
        )}
      </Panel>
    </>
  );
}

interface CopiesProps {
  readonly clusterId: string;
  readonly bucket: string;
  readonly chosen: Entry;
  readonly newest: boolean;
}

/** The same elsewhere: as a command, as a link, as a message. */
function Copies({ clusterId, bucket, chosen, newest }: CopiesProps) {
  const may = useMay();
  const stream = `KV_${bucket}`;
  return (
    <>
      <ClipboardButton
        size="sm"
        variant="secondary"
        icon="copy"
        getText={() =>
          `nats kv get ${shellWord(bucket)} ${shellWord(chosen.key)}${newest ? '' : ` --revision ${chosen.revision}`} --raw`
        }
      >
        nats command
      </ClipboardButton>
      <ClipboardButton size="sm" variant="secondary" icon="link" getText={() => window.location.href}>
        Link
      </ClipboardButton>
      {may('messages:read', { cluster: clusterId, name: stream }) && (
        <LinkButton
          size="sm"
          variant="secondary"
          fill="text"
          href={`${streamUrl(clusterId, stream, 'messages')}&msg=${chosen.revision}`}
        >
          As a message
        </LinkButton>
      )}
    </>
  );
}

interface EditProps {
  readonly clusterId: string;
  readonly bucket: string;
  readonly entry: Entry;
  readonly ttl: boolean;
  readonly onWhole: (() => void) | null;
}

/** The newest value in the editor; one that is not here as a whole cannot be changed here. */
function EditValue({ clusterId, bucket, entry, ttl, onWhole }: EditProps) {
  const url = useUrl();
  const end = () => url.set({ edit: null });
  const start = entry.operation === 'put' ? typedFrom(entry.payload) : ({ mode: 'text', text: '' } as const);
  if (start !== null)
    return (
      <WriteKey
        key={entry.key}
        clusterId={clusterId}
        bucket={bucket}
        keyName={entry.key}
        start={start}
        basedOn={entry.revision}
        ttl={ttl}
        onDone={end}
        onCancel={end}
      />
    );
  return (
    <Alert severity="info" title="Only a part of the value is loaded">
      <p>
        {onWhole
          ? 'Load all of it before you change it.'
          : 'It is larger than what a page loads. Get it with the nats command, and put it from a file.'}
      </p>
      <Row>
        {onWhole && (
          <Button size="sm" onClick={onWhole}>
            Load whole
          </Button>
        )}
        <Button size="sm" variant="secondary" onClick={end}>
          Cancel
        </Button>
      </Row>
    </Alert>
  );
}

/** Brings the value of an earlier revision back, once that is confirmed. */
function Revert({ of, to }: { of: Omit<Parameters<typeof RevertDialog>[0], 'to' | 'onDone' | 'onClose'>; to: number }) {
  const url = useUrl();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button size="sm" variant="secondary" icon="history" onClick={() => setAsked(true)}>
        Revert to this
      </Button>
      {asked && (
        <RevertDialog
          {...of}
          to={to}
          onDone={() => {
            setAsked(false);
            url.set({ rev: null });
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'minmax(0, 1fr)',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
