import { Alert, Badge, Icon } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { DataTable, type Column } from '../../components/DataTable';
import { Count, Mono, Pager, Quiet } from '../../components/parts';
import { Empty } from '../../components/States';
import { ago, exact, time } from '../../format';
import { nameIn } from './tree';

type Page = ResponseOf<Routes['listKeys']>;
type Item = Page['items'][number];

function Value({ entry }: Pick<Item, 'entry'>) {
  if (entry === null) return <Quiet>open it to see</Quiet>;
  if (entry.operation !== 'put')
    return <Badge color="orange" text={entry.operation === 'purge' ? 'purged' : 'deleted'} />;
  if (entry.payload.format === 'empty') return <Quiet>empty</Quiet>;
  const text = entry.decoded?.text ?? entry.payload.text;
  if (text === null) return <Badge color="purple" text="binary" />;
  return <Mono>{text}</Mono>;
}

const columnsIn = (folder: string, narrow: boolean): Column<Item>[] => [
  {
    id: 'key',
    header: 'Key',
    nowrap: true,
    cell: (row) => (
      <>
        <Icon
          name={row.keys === null ? 'key-skeleton-alt' : 'folder'}
          size="sm"
          title={row.keys === null ? 'Key' : 'Folder'}
        />{' '}
        <Mono>{nameIn(row.key, folder)}</Mono>
      </>
    ),
  },
  ...(narrow
    ? []
    : [
        {
          id: 'value',
          header: 'Value',
          grow: true,
          cell: (row: Item) =>
            row.keys === null ? (
              <Value entry={row.entry} />
            ) : (
              <Quiet>
                {exact(row.keys)} {row.keys === 1 ? 'key' : 'keys'}
              </Quiet>
            ),
        },
        {
          id: 'revisions',
          header: 'Revisions kept',
          numeric: true,
          cell: (row: Item) => <Count value={row.revisions} />,
        },
        {
          id: 'time',
          header: 'Changed',
          nowrap: true,
          cell: (row: Item) => (row.entry ? <span title={time(row.entry.time)}>{ago(row.entry.time)}</span> : ''),
        },
      ]),
];

interface ListProps {
  readonly page: Page;
  readonly folder: string;
  readonly narrowed: boolean;
  readonly opened: string | null;
  readonly atStart: boolean;
  readonly onOpen: (item: Item) => void;
  readonly onPage: (cursor: string | null) => void;
}

/** Folders and keys of one page, and the way to the next. */
export function KeyList({ page, folder, narrowed, opened, atStart, onOpen, onPage }: ListProps) {
  if (page.items.length === 0)
    return (
      <Empty title={narrowed ? 'No key begins like this' : 'This bucket holds no keys yet'}>
        {narrowed
          ? 'Keys that expired or were purged without a marker are gone.'
          : 'A key appears here as soon as it is put.'}
      </Empty>
    );
  return (
    <>
      {!page.complete && (
        <Alert
          severity="info"
          title="There are more than 100,000 keys here, and these are the first ones. Open a folder to see all of it."
        />
      )}
      <DataTable
        label="Keys"
        columns={columnsIn(folder, opened !== null)}
        rows={page.items}
        keyOf={(item) => item.key}
        selected={opened ?? undefined}
        onRow={onOpen}
      />
      <Pager
        total={page.total}
        shown={page.items.length}
        atStart={atStart}
        onFirst={() => onPage(null)}
        onNext={page.nextCursor === null ? null : () => onPage(page.nextCursor)}
      />
    </>
  );
}
