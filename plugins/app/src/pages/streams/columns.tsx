import { css } from '@emotion/css';
import { Badge, Tag } from '@grafana/ui';
import type { StreamRow } from '@jetstream-console/contract';
import { Sparkline } from '../../charts';
import type { Column } from '../../components/DataTable';
import { Count, Quiet, State, Use } from '../../components/parts';
import { bytesPerSecond, foretold, perSecond } from '../../figures/words';
import { ago, bytes, exact, limitText, time } from '../../format';
import type { StreamFigures } from './useStreamFigures';

const rate = css({ display: 'inline-flex', alignItems: 'center', gap: 8, whiteSpace: 'nowrap' });

const labels = css({ display: 'flex', flexWrap: 'wrap', gap: 4, marginTop: 4 });

/** Each leads to the streams that have it too. */
function Labels({ row, onLabel }: { row: StreamRow; onLabel: (label: string) => void }) {
  const all = Object.entries(row.labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  if (all.length === 0) return null;
  return (
    <span className={labels}>
      {all.map((label) => (
        <Tag
          key={label}
          name={label}
          onClick={(_, event) => {
            event.stopPropagation();
            onLabel(label);
          }}
        />
      ))}
    </span>
  );
}

function Name({ row }: { row: StreamRow }) {
  return (
    <>
      <strong>{row.name}</strong>
      {row.mirrorOf && <Quiet> mirror of {row.mirrorOf}</Quiet>}
      {row.sources > 0 && <Quiet> {row.sources} sources</Quiet>}
      {row.managedBy && (
        <>
          {' '}
          <Badge color="purple" text={row.managedBy} />
        </>
      )}
      <br />
      <Quiet>
        {row.subjects.slice(0, 3).join(', ')}
        {row.subjectsTotal > 3 && ` and ${row.subjectsTotal - 3} more`}
      </Quiet>
    </>
  );
}

function OfLimit({ row, toLimit }: { row: StreamRow; toLimit: number | null }) {
  if (row.state !== 'ok') return '–';
  return (
    <>
      <Use use={row.limitUse} of={limitText(row)} />
      {toLimit !== null && toLimit > 0 && (
        <>
          <br />
          <span title="at the pace of the last hour">
            <Quiet>full in {foretold(toLimit)}</Quiet>
          </span>
        </>
      )}
    </>
  );
}

function Size({ row, growth }: { row: StreamRow; growth: number | null }) {
  return (
    <>
      <span title={exact(row.bytes)}>{bytes(row.bytes)}</span>
      {growth !== null && Math.abs(growth) >= 1 && (
        <>
          <br />
          <span title="change of its size over time; it falls where more goes than comes">
            <Quiet>{bytesPerSecond(growth)}</Quiet>
          </span>
        </>
      )}
    </>
  );
}

/** One row a stream: what the server says now, and beside it what the samples know. */
export const streamColumns = (
  figuresOf: (name: string) => StreamFigures,
  onLabel: (label: string) => void,
): Column<StreamRow>[] => [
  { id: 'name', header: 'Stream', sort: true, cell: (row) => <Name row={row} /> },
  {
    id: 'published',
    header: 'Published',
    sort: true,
    mostFirst: true,
    cell: (row) => {
      const figures = figuresOf(row.name);
      return (
        <span className={rate}>
          <Sparkline name={`Published to ${row.name}`} line={figures.line} />
          {perSecond(figures.rate)}
        </span>
      );
    },
  },
  { id: 'messages', header: 'Messages', sort: true, numeric: true, cell: (row) => <Count value={row.messages} /> },
  {
    id: 'bytes',
    header: 'Size',
    sort: true,
    numeric: true,
    cell: (row) => <Size row={row} growth={figuresOf(row.name).growth} />,
  },
  {
    id: 'limitUse',
    header: 'Of its limit',
    sort: true,
    cell: (row) => <OfLimit row={row} toLimit={figuresOf(row.name).toLimit} />,
  },
  { id: 'consumers', header: 'Consumers', sort: true, numeric: true, cell: (row) => <Count value={row.consumers} /> },
  {
    id: 'worstLag',
    header: 'Worst lag',
    sort: true,
    numeric: true,
    cell: (row) => {
      const { worstLag } = figuresOf(row.name);
      return row.consumers === 0 ? '–' : <Count value={worstLag} />;
    },
  },
  {
    id: 'lastTime',
    header: 'Last message',
    sort: true,
    cell: (row) => <span title={time(row.lastTime)}>{row.state === 'ok' ? ago(row.lastTime) : '–'}</span>,
  },
  {
    id: 'kind',
    header: 'Kept',
    wide: true,
    cell: (row) => (
      <>
        <Quiet>
          {row.retention}, {row.storage}
        </Quiet>
        <Labels row={row} onLabel={onLabel} />
      </>
    ),
  },
  {
    id: 'replica',
    header: 'Replicas',
    cell: (row) => (
      <State
        state={row.state === 'ok' ? row.replica.state : row.state}
        hint={
          row.stateReason ??
          (row.replica.leader ? `leader ${row.replica.leader}, ${row.replica.replicas} in all` : undefined)
        }
      />
    ),
  },
];
