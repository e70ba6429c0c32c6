import { Button } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { CannotChange } from '../../components/CannotChange';
import { Refresh } from '../../components/Head';
import { Panel, Quiet, Row, Stack } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Split } from '../../components/Split';
import { Loaded } from '../../components/States';
import { WatchButton } from '../../components/WatchButton';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { useKeys } from '../../useKeys';
import { KeyPanel } from './KeyPanel';
import { KeyList } from './KeyList';
import { folderOf, stepsTo } from './tree';
import { Watch } from './Watch';
import { WriteKey } from './WriteKey';
import type { Writing } from './writing';

type Bucket = ResponseOf<Routes['getBucket']>['row'];

const pageSize = 100;
const previewBytes = 160;
/** Values of a page are read with it where a hundred of them are at most this much. */
const eagerBytes = 8 * 1024 * 1024;

interface Props {
  readonly clusterId: string;
  readonly bucket: string;
  readonly row: Bucket;
  readonly writing: Writing;
}

/** Keys as a tree along their dots, a page at a time; one opened beside it. */
export function Keys({ clusterId, bucket, row, writing }: Props) {
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
  const change = useMayChange(clusterId);
  const mayCreate =
    writing.not === null && change.named('kv_values:create', bucket) && change.named('kv_values:update', bucket);
  const putting = url.get('put') !== undefined;
  const watching = url.get('watch') !== undefined;
  const beginPut = () => url.set({ put: '1', key: null, rev: null, edit: null, prefix }, false);
  useKeys(mayCreate && !putting ? { c: beginPut } : {});
  const go = (to: string) => url.set({ prefix: to, cursor: null, key: null, rev: null, edit: null }, false);
  const items = keys.data?.items.filter((item) => item.keys === null) ?? [];
  const step = (by: number) => {
    const next = items[items.findIndex(({ key }) => key === opened) + by];
    if (next) url.set({ key: next.key, rev: null, edit: null, prefix });
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
        <KeyTools mayCreate={mayCreate} onPut={beginPut} />
      </Row>
      {writing.not !== null && <Quiet>{writing.not}</Quiet>}
      {putting && !mayCreate && (
        <CannotChange what={`put keys into ${bucket}`} role="editor" readOnly={change.readOnly} />
      )}
      {watching && (
        <Watch
          clusterId={clusterId}
          bucket={bucket}
          prefix={prefix}
          onKey={(key) => url.set({ key, rev: null, put: null, edit: null, prefix })}
        />
      )}
      <Split
        label="The opened key"
        open={
          putting && mayCreate ? (
            <NewKey clusterId={clusterId} bucket={bucket} folder={folder} ttl={writing.ttl} />
          ) : opened === null ? null : (
            <KeyPanel
              key={opened}
              writing={writing}
              clusterId={clusterId}
              bucket={bucket}
              keyName={opened}
              onStep={step}
              onClose={() => url.set({ key: null, rev: null, edit: null, prefix })}
            />
          )
        }
      >
        <Loaded of={keys}>
          {(page) => (
            <KeyList
              page={page}
              folder={folder}
              narrowed={prefix !== ''}
              opened={opened}
              atStart={cursor === undefined}
              onOpen={(item) =>
                item.keys === null
                  ? url.set({ key: item.key, rev: null, put: null, edit: null }, opened !== null)
                  : go(item.key)
              }
              onPage={(next) => url.set({ cursor: next }, false)}
            />
          )}
        </Loaded>
      </Split>
    </Stack>
  );
}

interface ToolsProps {
  readonly mayCreate: boolean;
  readonly onPut: () => void;
}

function KeyTools({ mayCreate, onPut }: ToolsProps) {
  return (
    <>
      {mayCreate && (
        <Button size="sm" icon="plus" tooltip="Put a key ( c )" onClick={onPut}>
          Put a key
        </Button>
      )}
      <WatchButton />
    </>
  );
}

interface NewKeyProps {
  readonly clusterId: string;
  readonly bucket: string;
  readonly folder: string;
  readonly ttl: boolean;
}

function NewKey({ clusterId, bucket, folder, ttl }: NewKeyProps) {
  const url = useUrl();
  return (
    <Panel title="Put a new key">
      <WriteKey
        clusterId={clusterId}
        bucket={bucket}
        keyName={null}
        folder={folder}
        start={{ mode: 'json', text: '' }}
        basedOn={null}
        ttl={ttl}
        onDone={(key) => url.set({ put: null, key, prefix: folderOf(key) })}
        onCancel={() => url.set({ put: null })}
      />
    </Panel>
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
