import { Alert, Button } from '@grafana/ui';
import type { ObjectRow, StoreRow } from '@jetstream-console/contract';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { CannotChange } from '../../components/CannotChange';
import { CursorPager } from '../../components/CursorPager';
import { DataTable, type Column } from '../../components/DataTable';
import { Refresh } from '../../components/Head';
import { Mono, Quiet, Row, Stack } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { WatchButton } from '../../components/WatchButton';
import { ago, bytes, exact, time } from '../../format';
import { useKeys } from '../../useKeys';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { FilePanel, LinkBadge } from './FilePanel';
import { UploadPanel } from './UploadPanel';
import { WatchStore } from './WatchStore';

const columnsOf = (narrow: boolean): Column<ObjectRow>[] => [
  {
    id: 'name',
    header: 'Object',
    cell: (row) => (
      <>
        <Mono>{row.name}</Mono> {row.link && <LinkBadge />}
        {row.description && (
          <>
            <br />
            <Quiet>{row.description}</Quiet>
          </>
        )}
      </>
    ),
  },
  ...(narrow
    ? []
    : [
        {
          id: 'size',
          header: 'Size',
          numeric: true,
          cell: (row: ObjectRow) =>
            row.link ? <Quiet>–</Quiet> : <span title={`${exact(row.size)} bytes`}>{bytes(row.size)}</span>,
        },
        {
          id: 'modified',
          header: 'Written',
          nowrap: true,
          cell: (row: ObjectRow) => <span title={time(row.modified)}>{ago(row.modified)}</span>,
        },
        {
          id: 'digest',
          header: 'Digest',
          wide: true,
          grow: true,
          cell: (row: ObjectRow) => (row.digest === null ? <Quiet>–</Quiet> : <Mono>{row.digest}</Mono>),
        },
      ]),
];

interface Props {
  readonly clusterId: string;
  readonly row: StoreRow;
}

/** The objects of a store, a page at a time; one opened beside them. */
export function Files({ clusterId, row }: Props) {
  const { store } = row;
  const url = useUrl();
  const change = useMayChange(clusterId);
  const cursor = url.get('cursor');
  const search = url.get('search');
  const opened = url.get('file') ?? null;
  const list = useApi('listObjects', { params: { clusterId, store }, query: { search, cursor, limit: 50 } });
  const writable = !row.sealed && row.mirrorOf === null;
  const mayUpload = writable && change.named('object_data:create', store);
  const uploading = url.get('upload') !== undefined;
  const begin = () => url.set({ upload: '1', file: null }, false);
  useKeys(mayUpload && !uploading ? { c: begin } : {});
  useRowFocus(opened);
  const close = () => url.set({ file: null, act: null });
  const step = (by: number) => {
    const items = list.data?.items ?? [];
    const next = items[items.findIndex(({ name }) => name === opened) + by];
    if (next) url.set({ file: next.name });
  };
  return (
    <Stack>
      <Row>
        <SearchBox
          label="Search objects"
          placeholder="Object  ( f )"
          value={search ?? ''}
          onChange={(text) => url.set({ search: text, cursor: null })}
        />
        <Refresh of={list} />
        {mayUpload && (
          <Button size="sm" icon="upload" tooltip="Upload ( c )" onClick={begin}>
            Upload
          </Button>
        )}
        <WatchButton />
      </Row>
      {url.get('watch') !== undefined && (
        <WatchStore
          clusterId={clusterId}
          store={store}
          onObject={(name) => url.set({ file: name, upload: null, act: null })}
        />
      )}
      {row.sealed && <Quiet>This store is sealed: no object is added, replaced or deleted any more.</Quiet>}
      {row.mirrorOf !== null && <Quiet>This store mirrors {row.mirrorOf}: write there, and it comes here.</Quiet>}
      {uploading && !mayUpload && <CannotChange what={`upload to ${store}`} role="editor" readOnly={change.readOnly} />}
      <Split
        label="The opened object"
        open={
          uploading && mayUpload ? (
            <UploadPanel
              clusterId={clusterId}
              store={store}
              mayReplace={change.named('object_data:update', store)}
              onDone={(name) => url.set({ upload: null, file: name })}
              onCancel={() => url.set({ upload: null })}
            />
          ) : opened === null ? null : (
            <FilePanel
              key={opened}
              clusterId={clusterId}
              store={store}
              sealed={row.sealed}
              ttlSeconds={row.ttlSeconds}
              name={opened}
              onStep={step}
              onClose={close}
            />
          )
        }
      >
        <Loaded of={list}>
          {({ items, nextCursor, total, complete }) =>
            items.length === 0 && cursor === undefined ? (
              <Empty title={search ? 'No object has this in its name' : 'This store holds no objects yet'}>
                {search
                  ? 'Take the search away to see all.'
                  : 'Files that an application or "nats object put" stores appear here.'}
              </Empty>
            ) : (
              <>
                {!complete && (
                  <Alert
                    severity="info"
                    title="There are more than 100,000 objects here, and these are from the first ones."
                  />
                )}
                <DataTable
                  label="Objects"
                  columns={columnsOf(opened !== null || uploading)}
                  rows={items}
                  keyOf={(item) => item.name}
                  selected={opened ?? undefined}
                  onRow={(item) => url.set({ file: item.name, upload: null }, opened !== null)}
                />
                <CursorPager of={{ items, nextCursor, total }} />
              </>
            )
          }
        </Loaded>
      </Split>
    </Stack>
  );
}
