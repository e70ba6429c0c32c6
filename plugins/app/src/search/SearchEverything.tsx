import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, LoadingPlaceholder, Modal, useStyles2, type IconName } from '@grafana/ui';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { useApi, useMayAny } from '../api/hooks';
import { askQueries, lastHour } from '../charts';
import { Quiet } from '../components/parts';
import { SearchBox } from '../components/SearchBox';
import { Problem } from '../components/States';
import { readFound, refusalsOf, searchSpecs, type Found, type Kind } from './found';

const icons: Readonly<Record<Kind, readonly [IconName, string]>> = {
  cluster: ['cloud', 'Cluster'],
  stream: ['list-ul', 'Stream'],
  consumer: ['users-alt', 'Consumer'],
  bucket: ['key-skeleton-alt', 'Bucket'],
  store: ['file-alt', 'Object store'],
};

function useFound(text: string) {
  const mayAny = useMayAny();
  const clusters = useApi('listClusters', { query: { limit: 1000 } });
  const items = clusters.data?.items ?? [];
  const may = {
    streams: mayAny('streams:read'),
    consumers: mayAny('consumers:read'),
    buckets: mayAny('kv_stores:read'),
    stores: mayAny('object_stores:read'),
  };
  return useQuery({
    queryKey: ['search', text, may, items.map(({ id }) => id)],
    enabled: text !== '' && clusters.data !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const specs = searchSpecs(text, may);
      const response =
        Object.keys(specs).length === 0 ? { results: {} } : (await askQueries(specs, lastHour, 100, signal)).response;
      return { text, found: readFound(text, items, response), refusals: refusalsOf(response) };
    },
  });
}

/** Up and down walk from the box through what was found and back. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, a')];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const next = stops[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

/** Clusters, streams, consumers, buckets and object stores by name, over all that I may see. */
export function SearchEverything({ onClose }: { onClose: () => void }) {
  const styles = useStyles2(getStyles);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const search = useFound(text);
  const answer = text === '' ? undefined : search.data;
  const found = answer?.found ?? [];
  const go = (to: string) => {
    onClose();
    navigate(to);
  };
  return (
    <Modal isOpen title="Search everything" onDismiss={onClose}>
      <div
        role="search"
        className={styles.search}
        onKeyDown={(event) => {
          const [first] = found;
          // Enter takes the first, once it is an answer to what stands in the box.
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement && first)
            if (answer?.text === event.target.value.trim()) go(first.to);
          walk(event);
        }}
      >
        <SearchBox
          autoFocus
          label="Search everything"
          placeholder="Cluster, stream, consumer, bucket or store"
          value={text}
          width={0}
          onChange={(typed) => setText(typed.trim())}
        />
        {search.error && <Problem error={search.error} />}
        {answer?.refusals.map((refusal) => (
          <Quiet key={refusal}>{refusal}</Quiet>
        ))}
        {text === '' && <Quiet>Type a part of a name. Arrows walk through what is found, Enter opens it.</Quiet>}
        {text !== '' && !answer && !search.error && <LoadingPlaceholder text="Looking" />}
        {answer && found.length === 0 && (
          <span role="status">
            Nothing that you may see is called like that. Subjects and payloads are searched within a stream.
          </span>
        )}
        {found.length > 0 && <Results found={found} onGo={onClose} />}
      </div>
    </Modal>
  );
}

function Results({ found, onGo }: { found: readonly Found[]; onGo: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list} aria-label="Found">
      {found.map(({ kind, name, within, to }) => (
        <li key={to}>
          <Link to={to} onClick={onGo}>
            <Icon name={icons[kind][0]} /> <strong>{name}</strong>{' '}
            <Quiet>
              {icons[kind][1]}
              {within !== '' && ` in ${within}`}
            </Quiet>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  search: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
  list: css({
    listStyle: 'none',
    margin: 0,
    maxHeight: '50vh',
    overflowY: 'auto',
    a: {
      display: 'block',
      padding: theme.spacing(0.75, 1),
      borderRadius: theme.shape.radius.default,
      overflowWrap: 'anywhere',
      '&:hover, &:focus-visible': { background: theme.colors.action.hover },
    },
  }),
});
