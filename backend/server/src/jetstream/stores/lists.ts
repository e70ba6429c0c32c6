import { performance } from 'node:perf_hooks';
import type { Link } from '../../clusters/link';
import { parseReply } from '../api';
import { shortCache } from '../cache';
import { listPages, listTtlMs } from '../streams';
import { streamReply, type StreamReply } from '../streamReply';

interface List<Row> {
  readonly rows: Row[];
  readonly askedAt: string;
  readonly tookMs: number;
}
export interface StoreLists<Row> {
  of(link: Link): Promise<List<Row>>;
  /** Something was made or deleted: the next look is a new one. */
  forget(clusterId: string): void;
}

/** Buckets or object stores of an account, by the names of their streams: a mirror of one has no subjects to know it by. */
export function storeLists<Row>(
  prefix: string,
  toRow: (reply: StreamReply) => Row,
  missing: (stream: string, state: 'missing' | 'offline') => Row,
): StoreLists<Row> {
  const lists = shortCache<List<Row>>(listTtlMs, 200);
  const changed = new Set<string>();
  const mine = (stream: string) => stream.startsWith(prefix);
  const load = async (link: Link): Promise<List<Row>> => {
    const started = performance.now();
    const askedAt = new Date().toISOString();
    // Shared by all who look, so that no single one's leaving ends it.
    const pages = await listPages(link, undefined, new AbortController().signal);
    const rows = pages.flatMap((page) => [
      ...(page.streams ?? [])
        .map((entry) => parseReply(streamReply, entry, 'STREAM.LIST'))
        .filter(({ config }) => mine(config.name))
        .map(toRow),
      ...(page.missing ?? []).filter(mine).map((name) => missing(name, 'missing')),
      ...Object.keys(page.offline ?? {})
        .filter(mine)
        .map((name) => missing(name, 'offline')),
    ]);
    return { rows, askedAt, tookMs: Math.round(performance.now() - started) };
  };
  return {
    of: (link) => lists.get(link.generation, () => load(link), changed.delete(link.clusterId) ? 0 : listTtlMs),
    forget: (clusterId) => {
      changed.add(clusterId);
    },
  };
}
