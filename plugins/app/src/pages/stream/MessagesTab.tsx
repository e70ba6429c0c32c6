import { Button } from '@grafana/ui';
import type { Message, ResponseOf, Routes } from '@jetstream-console/contract';
import { useMemo, type ReactNode } from 'react';
import { faultOf } from '../../api/faults';
import { useApi } from '../../api/hooks';
import { ActsMenu, OpenedAct } from '../../components/ActsMenu';
import { Refresh } from '../../components/Head';
import { Pager, Quiet, Row, Stack } from '../../components/parts';
import { Split } from '../../components/Split';
import { Empty, Loaded, Problem } from '../../components/States';
import { exact } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useStable } from '../../useStable';
import { useUrl } from '../../useUrl';
import { filterFrom, filterKeys, filterToQuery, isNarrowed, isSearch, type Filter } from './filter';
import { FilterForm } from './FilterForm';
import { MessagePanel } from './MessagePanel';
import { MessageTable } from './MessageTable';
import { SearchStatus } from './SearchStatus';
import { messageActs, openedActs } from './messages/messageActs';
import { useMessageRights } from './messages/useMessageRights';
import { TailView } from './tail/TailView';
import { useSearch, type Search } from './useSearch';
import { useStep } from './useStep';

type Page = ResponseOf<Routes['listMessages']>;
const pageSize = 50;
const previewBytes = 256;

const seqOf = (text: string | undefined): number | null =>
  text !== undefined && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  /** messages in the stream now; null where nobody knows */
  readonly total: number | null;
}

/** Is my message there, and what is in it? */
export function MessagesTab({ clusterId, stream, total }: Props) {
  const url = useUrl();
  const filter = useStable(filterFrom(url.get));
  const query = useMemo(() => filterToQuery(filter), [filter]);
  // Newer ones come at the newest end alone.
  const live = url.get('live') !== undefined && filter.from === 'newest';
  const searching = isSearch(filter) && !live;
  const cursor = url.get('cursor');
  const opened = seqOf(url.get('msg'));
  const page = useApi(
    'listMessages',
    { params: { clusterId, stream }, query: { ...query, cursor, limit: pageSize, previewBytes } },
    { enabled: !searching && !live },
  );
  const { search, stop, lookOn, again } = useSearch(clusterId, stream, searching ? query : null);
  const messages = searching ? search.messages : (page.data?.items ?? []);
  const open = (seq: number) => url.set({ msg: String(seq) }, opened !== null);
  const { step, note } = useStep({ clusterId, stream, filter, messages, opened, open });
  useRowFocus(opened === null ? null : String(opened));
  const rights = useMessageRights(clusterId, stream);
  const acts = messageActs({ clusterId, stream, filter, rights });
  const onOpened = opened === null ? [] : openedActs({ clusterId, stream, rights }, opened);

  const list = (items: readonly Message[], foot: ReactNode) => (
    <>
      <MessageTable messages={items} opened={opened} onOpen={open} />
      {foot}
    </>
  );
  return (
    <Stack>
      <OpenedAct acts={[...acts, ...onOpened]} readOnly={rights.readOnly} />
      <Row>
        <ActsMenu
          label={`What to do with messages of ${stream}`}
          text={rights.publish ? 'Publish, copy, export' : 'More'}
          acts={acts}
        />
      </Row>
      <FilterForm
        filter={filter}
        error={searching ? search.error : page.error}
        onApply={(changes) => url.set({ ...changes, cursor: null, msg: null }, false)}
      />
      {searching && !(search.phase === 'failed' && search.progress === null) && (
        <SearchStatus
          search={search}
          direction={query.direction ?? 'older'}
          onStop={stop}
          onLookOn={lookOn}
          onAgain={again}
        >
          {filter.from === 'newest' && <FollowButton onClick={() => url.set({ live: '1', msg: null }, false)} />}
        </SearchStatus>
      )}
      <Split
        label="The opened message"
        open={
          opened === null ? null : (
            <MessagePanel
              clusterId={clusterId}
              stream={stream}
              seq={opened}
              note={note}
              acts={<ActsMenu label={`Actions on message ${exact(opened)}`} acts={onOpened} />}
              onStep={step}
              onClose={() => url.set({ msg: null })}
            />
          )
        }
      >
        {live ? (
          <TailView
            clusterId={clusterId}
            stream={stream}
            query={query}
            narrowed={isNarrowed(filter)}
            list={(items) => list(items, null)}
            onEnd={() => url.set({ live: null })}
          />
        ) : searching ? (
          <Found search={search} list={list} onAgain={again} />
        ) : (
          <Loaded of={page}>
            {(known) => (
              <Browse page={known} filter={filter} total={total} atStart={cursor === undefined} list={list} url={url}>
                <Refresh of={page} />
                {filter.from === 'newest' && (
                  <FollowButton onClick={() => url.set({ live: '1', cursor: null }, false)} />
                )}
              </Browse>
            )}
          </Loaded>
        )}
      </Split>
    </Stack>
  );
}

function FollowButton({ onClick }: { onClick: () => void }) {
  return (
    <Button size="sm" variant="secondary" icon="play" tooltip="Show messages as they are stored" onClick={onClick}>
      Live
    </Button>
  );
}

type ListOf = (items: readonly Message[], foot: ReactNode) => ReactNode;

interface FoundProps {
  readonly search: Search;
  readonly list: ListOf;
  readonly onAgain: () => void;
}

function Found({ search, list, onAgain }: FoundProps) {
  const atField = faultOf(search.error, ...filterKeys.map((key) => `query.${key}`)) !== undefined;
  return (
    <>
      {search.phase === 'failed' &&
        (atField ? (
          <Empty title="This search cannot run">Mend the marked field, then look again.</Empty>
        ) : (
          <Problem error={search.error} retry={onAgain} />
        ))}
      {search.messages.length > 0
        ? list(search.messages, null)
        : search.phase === 'ended' && (
            <Empty title={search.next === null ? 'No message matches' : 'No match yet'}>
              {search.next === null
                ? 'The whole stream was looked through. Messages that were purged or that aged out are gone.'
                : 'Look on, or narrow the search by a subject or a start: it then reads less.'}
            </Empty>
          )}
    </>
  );
}

interface BrowseProps {
  readonly page: Page;
  readonly filter: Filter;
  readonly total: number | null;
  readonly atStart: boolean;
  readonly list: ListOf;
  readonly url: ReturnType<typeof useUrl>;
  readonly children: ReactNode;
}

function Browse({ page, filter, total, atStart, list, url, children }: BrowseProps) {
  const older = filterToQuery(filter).direction === 'older';
  const next = page.nextCursor === null ? null : () => url.set({ cursor: page.nextCursor, msg: null }, false);
  const first = () => url.set({ cursor: null, msg: null }, false);
  if (page.items.length === 0)
    return (
      <Empty
        title={
          total === 0
            ? 'This stream holds no messages now'
            : filter.subject
              ? 'No message of this subject'
              : 'Nothing here'
        }
        action={
          next ? (
            <Button size="sm" variant="secondary" icon="arrow-right" onClick={next}>
              Look on
            </Button>
          ) : (
            <Row>{children}</Row>
          )
        }
      >
        {total === 0
          ? 'What was published is acknowledged, aged out or purged; new messages appear here.'
          : next
            ? `${exact(page.progress.scanned)} messages were looked at so far.`
            : 'Start at another place, or take the subject away.'}
      </Empty>
    );
  return (
    <>
      <Row>
        <Quiet>
          {older ? 'newest first' : 'oldest first'}
          {total !== null && `, ${exact(total)} in the stream`}
        </Quiet>
        {children}
      </Row>
      {list(
        page.items,
        <Pager
          total={null}
          shown={page.items.length}
          atStart={atStart}
          onFirst={first}
          onNext={next}
          nextText={older ? 'Older' : 'Newer'}
        />,
      )}
    </>
  );
}
