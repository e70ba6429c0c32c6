import { Alert, Badge, Button, Icon } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { Refresh } from '../../components/Head';
import { Count, Mono, Pager, Quiet, Row, Stack } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { ago, exact, time } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { KeyPanel } from './KeyPanel';
import { folderOf, nameIn, stepsTo } from './tree';

type Page = ResponseOf<Routes['listKeys']>;
type Item = Page['items'][number];
type Bucket = ResponseOf<Routes['getBucket']>['row'];

const pageSize = 100;
const previewBytes = 160;
/** Values of a page are read with it where a hundred of them are at most this much. */
const eagerBytes = 8 * 1024 * 1024;

function Value({ entry }: Pick<Item, 'entry'>) {
  if (entry === null) return <Quiet>open it to see</Quiet>;
  if (entry.operation !== 'put')
    return <Badge color="orange" text={entry.operation === 'purge' ? 'purged' : 'deleted'} />;
  if (entry.payload.format === 'empty') return <Quiet>empty</Quiet>;
  if (entry.payload.text === null) return <Badge color="purple" text="binary" />;
  return <Mono>{entry.payload.text}</Mono>;
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

/** Keys as a tree along their dots, a page at a time; one opened beside it. */
export function Keys({ clusterId, bucket, row }: { clusterId: string; bucket: string; row: Bucket }) {
  const url = useUrl();
  const cursor = url.get('cursor');
  const opened = url.get('key') ?? null;
  // A link to a key shows the folder it lies in.
  const prefix = url.get('prefix') ?? folderOf(opened ?? '');
  const { folders, search } = stepsTo(prefix);
  const folder = folders.at(-1)?.prefix ?? '';
  const average = row.values ? (row.bytes ?? 0) / row.values : 0;
  const keys = useApi('listKeys', {
    params: { clusterId, bucket },
    query: {
      prefix,
      folders: 'true',
      values: average * pageSize <= eagerBytes ? 'true' : undefined,
      limit: pageSize,
      cursor,
      previewBytes,
    },
  });
  useRowFocus(opened);
  const go = (to: string) => url.set({ prefix: to, cursor: null, key: null, rev: null }, false);
  const items = keys.data?.items.filter((item) => item.keys === null) ?? [];
  const step = (by: number) => {
    const next = items[items.findIndex(({ key }) => key === opened) + by];
    if (next) url.set({ key: next.key, rev: null, prefix });
  };
  return (
    <Stack>
      <Row>
        <Folders bucket={bucket} folders={folders} onGo={go} />
        <SearchBox
          label="Key begins with"
          placeholder={`Begins with  ( f )`}
          value={search}
          width={26}
          onChange={(text) => url.set({ prefix: folder + text, cursor: null })}
        />
        <Refresh of={keys} />
      </Row>
      <Split
        label="The opened key"
        open={
          opened === null ? null : (
            <KeyPanel
              clusterId={clusterId}
              bucket={bucket}
              keyName={opened}
              onStep={step}
              onClose={() => url.set({ key: null, rev: null, prefix })}
            />
          )
        }
      >
        <Loaded of={keys}>
          {(page) => (
            <List
              page={page}
              folder={folder}
              narrowed={prefix !== ''}
              opened={opened}
              atStart={cursor === undefined}
              onOpen={(item) =>
                item.keys === null ? url.set({ key: item.key, rev: null }, opened !== null) : go(item.key)
              }
              onPage={(next) => url.set({ cursor: next }, false)}
            />
          )}
        </Loaded>
      </Split>
    </Stack>
  );
}

interface FoldersProps {
  readonly bucket: string;
  readonly folders: readonly { name: string; prefix: string }[];
  readonly onGo: (prefix: string) => void;
}

function Folders({ bucket, folders, onGo }: FoldersProps) {
  return (
    <nav aria-label="Folder">
      {[{ name: bucket, prefix: '' }, ...folders].map(({ name, prefix }, i) => (
        <Button
          key={prefix}
          size="sm"
          variant="secondary"
          fill="text"
          icon={i === 0 ? 'folder-open' : 'angle-right'}
          aria-current={i === folders.length ? 'location' : undefined}
          onClick={() => onGo(prefix)}
        >
          {name === '' ? '(empty)' : name}
        </Button>
      ))}
    </nav>
  );
}

interface ListProps {
  readonly page: Page;
  readonly folder: string;
  readonly narrowed: boolean;
  readonly opened: string | null;
  readonly atStart: boolean;
  readonly onOpen: (item: Item) => void;
  readonly onPage: (cursor: string | null) => void;
}

function List({ page, folder, narrowed, opened, atStart, onOpen, onPage }: ListProps) {
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
