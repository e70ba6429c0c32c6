import type { DeadLetterGroup, DeadLetterSummary } from '@jetstream-console/contract';
import { DataTable, type Column } from '../../components/DataTable';
import { Count, Quiet } from '../../components/parts';
import { ago, time } from '../../format';
import { reasonWords } from './words';

/** What narrows the page. */
export type Only = Partial<Pick<DeadLetterGroup, 'stream' | 'consumer' | 'reason'>>;
const groupKey = ({ stream, consumer, reason }: Only) => JSON.stringify([stream, consumer, reason]);

const within = (group: DeadLetterGroup, { stream, consumer, reason }: Only) =>
  (stream === undefined || group.stream === stream) &&
  (consumer === undefined || group.consumer === consumer) &&
  (reason === undefined || group.reason === reason);

/** Open ones that the filter leaves. */
export const openOf = (summary: DeadLetterSummary | undefined, only: Only): number =>
  (summary?.groups ?? []).filter((group) => within(group, only)).reduce((sum, { counts }) => sum + counts.open, 0);

interface GroupsProps {
  readonly of: DeadLetterSummary;
  readonly only: Only;
  readonly onOpen: (only: Only & Record<string, string>) => void;
}

/** Where they come from, the most open ones first; one group alone is what the list shows anyway. */
export function Groups({ of: { groups, truncated }, only, onOpen }: GroupsProps) {
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
