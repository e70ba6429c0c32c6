import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, LinkButton, useStyles2 } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useState } from 'react';
import { useApi, useMay } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { OpenedBar } from '../../components/OpenedBar';
import { Mono, Panel, Quiet, Row, streamUrl } from '../../components/parts';
import { Loaded } from '../../components/States';
import { ago, bytes, duration, exact, time } from '../../format';
import { shellWord } from '../../natsCommand';
import { DiffView } from '../../payload/DiffView';
import { guardBytes, PayloadView, wholeBytes } from '../../payload/PayloadView';
import { useUrl } from '../../useUrl';

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
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One key: its value, the revisions that are kept, and what changed from one to the next. */
export function KeyPanel({ clusterId, bucket, keyName, onStep, onClose }: Props) {
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
  readonly found: Found;
  readonly busy: boolean;
  readonly onWhole: (() => void) | null;
}

function Revisions({ clusterId, bucket, found, busy, onWhole }: RevisionsProps) {
  const url = useUrl();
  const may = useMay();
  const { entry: newest, history } = found;
  const asked = history.findIndex(({ revision }) => String(revision) === url.get('rev'));
  const at = Math.max(0, asked);
  // The newest comes with its bytes; of earlier revisions the first 4 KiB are sent.
  const chosen = at === 0 ? newest : (history[at] ?? newest);
  const before = history[at + 1];
  const stream = `KV_${bucket}`;
  return (
    <>
      <Row>
        <ClipboardButton
          size="sm"
          variant="secondary"
          icon="copy"
          getText={() =>
            `nats kv get ${shellWord(bucket)} ${shellWord(newest.key)}${at === 0 ? '' : ` --revision ${chosen.revision}`} --raw`
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
      </Row>
      <div>
        Revision {exact(chosen.revision)}, {operations[chosen.operation]} {time(chosen.time)}{' '}
        <Quiet>
          {ago(chosen.time)}
          {at > 0 && ', not the newest'}
        </Quiet>
      </div>
      {chosen.operation === 'put' ? (
        <PayloadView payload={chosen.payload} busy={busy} onWhole={at === 0 ? onWhole : null} />
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

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'minmax(0, 1fr)',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
