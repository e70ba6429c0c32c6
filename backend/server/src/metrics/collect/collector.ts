import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { ClusterRecord } from '../../clusters/store';
import type { Logger } from '../../platform/log';
import type { WorkerMetrics } from '../gauges';
import type { Buffer } from '../pipeline/buffer';
import type { Own } from '../pipeline/own';
import { clusterRow } from '../sample/clusterRow';
import { batchWriter } from '../sample/encode';
import type { AssetCounts } from '../sample/finish';
import { elapsedBetween, type Moment } from '../sample/increase';
import { ParserLost, type Parser } from '../sample/parser';
import { storedTime } from '../sample/times';
import type { Owner } from '../sample/rows';
import { lookByAccount } from './account';
import { makeAsker, type Usage } from './asker';
import type { Clock } from './clock';
import { makeEventQueue } from './eventQueue';
import { makeBinding, type Bound, type WorkerLinks } from './links';
import type { Live } from './live';
import { nextInterval, usualPace, type PaceOptions } from './pace';
import { explainFailure, isOverload, type Look } from './result';
import { openSession, type Session } from './session';
import { lookBySystem } from './system';
import { makeTally } from './tally';

export interface CollectorDeps {
  readonly record: ClusterRecord;
  /** 65535: the tables' own */
  readonly retentionDays: number;
  readonly links: WorkerLinks;
  readonly own: Own;
  readonly buffer: Buffer;
  readonly parser: Parser;
  readonly live: Live;
  readonly metrics: WorkerMetrics;
  readonly log: Logger;
  readonly clock: Clock;
  readonly pace?: PaceOptions;
  /** whether this worker still has the right to collect this cluster */
  alive(): boolean;
}

export interface Turn {
  readonly ok: boolean;
  readonly nextMs: number;
  readonly rows: number;
  readonly lost: number;
  readonly error: string | null;
}

/** Collects one cluster, a turn at a time. */
export interface Collector {
  /** Never throws: a cluster that cannot be collected is a result too. */
  turn(): Promise<Turn>;
  /** New credentials, addresses or settings, from the next turn on. */
  update(record: ClusterRecord, retentionDays: number): void;
  close(): Promise<void>;
}

/** Limits and the like are read again after so long, or when an advisory says that they changed. */
const configEveryMs = 600_000;
/** And no more often than that, however much is made and changed. */
const configGapMs = 30_000;
/** Of the metrics stream: told once when it passes the first, and again after it was below the second. */
const filling = { warn: 0.8, clear: 0.6 } as const;
const noCounts: Record<keyof AssetCounts, null> = {
  streams: null,
  consumers: null,
  streams_leaderless: null,
  streams_unknown: null,
  consumers_leaderless: null,
  consumers_unknown: null,
};

/** The console's own side failed, not the cluster: it is not called unreachable for that. */
class OwnFault extends Error {
  override readonly name = 'OwnFault';
}

export function makeCollector(deps: CollectorDeps): Collector {
  const { own, buffer, parser, live, metrics, log, clock, alive } = deps;
  const pace = deps.pace ?? usualPace;
  let { record } = deps;
  const cluster = record.id;
  let owner: Owner = {
    organizationId: record.organizationId,
    clusterId: cluster,
    retentionDays: deps.retentionDays,
  };
  const usage: Usage = { requests: 0, bytes: 0 };
  const names = new Map<string, string>();
  const binding = makeBinding({
    owner: () => owner,
    links: deps.links,
    clock,
    usage,
    log,
    nameOf: (id) => names.get(id) ?? id,
  });
  const tally = makeTally(usage);
  const events = makeEventQueue(() => owner, buffer, clock, alive);
  let session: Session | null = null;
  let intervalMs = pace.baseMs;
  let configAt: Moment | null = null;
  let configWanted = true;
  let warned = false;
  let failing = false;

  /** Whatever goes wrong on the own side leaves what is stored in doubt: the session is opened anew from the outbox. */
  const onOwnSide = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      session = null;
      throw new OwnFault('The metrics stream could not be written', { cause: error });
    }
  };
  const lose = (rows: number) => {
    if (rows === 0) return;
    tally.lose(rows);
    metrics.samplesLost(rows);
    log.error({ cluster, rows }, 'the metrics stream is full: samples are refused until there is room');
  };
  const opened = async (): Promise<Session> => {
    if (session) return session;
    configWanted = true;
    configAt = null;
    session = await onOwnSide(() => openSession({ cluster, own, buffer, parser, alive }));
    lose(session.lost);
    return session;
  };

  const configDue = ({ advisories }: Bound): boolean => {
    configWanted = advisories.configChanged() || configWanted;
    const age = configAt === null ? Infinity : elapsedBetween(configAt, clock.now());
    return age >= configEveryMs || (configWanted && age >= configGapMs);
  };

  const look = async ({ system, account }: Bound, config: boolean): Promise<Look> => {
    const asked = account && {
      asker: makeAsker(account.link.nc, clock, usage),
      apiPrefix: account.link.apiPrefix,
      account: account.own,
    };
    if (system) {
      const asker = makeAsker(system.link.nc, clock, usage);
      return lookBySystem({ cluster, parser, system: asker, own: asked, statsz: system.statsz, clock }, config);
    }
    if (!asked) throw new Error('A cluster is bound by at least one connection');
    return lookByAccount({ cluster, parser, ...asked });
  };

  const wholeOf = async (found: Look | null, at: Moment, started: number, error: string | null) => {
    const state = await buffer.state().catch(() => null);
    if (state && state.use >= filling.warn && !warned) {
      warned = true;
      const share = Math.round(state.use * 100);
      const title = `The console's buffer for samples is ${share} % full: is ClickHouse away?`;
      events.tell('buffer_filling', 'warning', title, { use: state.use });
    }
    if (state && state.use < filling.clear) warned = false;
    const configured = record.slots.some(({ slot }) => slot === 'system') ? 'system' : 'account';
    const mode = found?.mode ?? configured;
    const tookMs = performance.now() - started;
    return tally.whole({ at, mode, look: found, error, tookMs, intervalMs, buffer: state });
  };
  const rowIsIn = (at: Moment) => {
    const lost = tally.rowIsIn(at);
    if (lost > 0)
      events.tell('samples_lost', 'critical', `${lost} samples found no room in the console's buffer`, { rows: lost });
  };

  const sendEvents = async (bound: Bound) => {
    const { rows, suppressed } = bound.advisories.take();
    events.add(rows);
    for (const [type, count] of suppressed)
      events.tell('advisories_suppressed', 'info', `${count} more advisories of type ${type} were not kept`, {
        type,
        count,
      });
    await onOwnSide(() => events.send());
  };

  const collect = async (started: number): Promise<Turn> => {
    const writing = await opened();
    const bound = await binding.bind(record);
    const config = configDue(bound);
    const found = await look(bound, config);
    for (const [id, name] of found.names) names.set(id, name);
    const at = clock.now();
    const whole = await wholeOf(found, at, started, null);
    const { ownAccount, expected, answered, servers, info } = found;
    const seen = { ownAccount, expected, answered, whole: found.whole, servers, info };
    const collection = { owner, at, ...seen, cluster: whole };
    const published = await onOwnSide(() => writing.publish(collection));
    if (config || found.mode === 'account') configAt = at;
    configWanted = published.configWanted;
    tally.succeeded(at);
    lose(published.lost);
    if (published.told) rowIsIn(at);
    await sendEvents(bound);
    await live.show(cluster);
    const tookMs = performance.now() - started;
    metrics.collected('ok', tookMs / 1000);
    const overloaded = found.strain.overloaded || bound.advisories.limitReached();
    intervalMs = nextInterval(intervalMs, { ...found.strain, overloaded }, pace);
    return { ok: true, nextMs: intervalMs, rows: published.rows, lost: published.lost, error: null };
  };

  /** A failed collection is told as well; nothing hangs on it, so it needs no number. */
  const tellFailure = async (started: number, error: string) => {
    const at = clock.now();
    const whole = await wholeOf(null, at, started, error);
    const writer = batchWriter();
    writer.add(clusterRow, {
      ...whole,
      common: { owner, time: storedTime(at.wallMs), wallMs: at.wallMs },
      counts: { ...whole.counts, ...noCounts },
    });
    for (const batch of await writer.finish()) {
      const message = { clusterId: cluster, id: randomUUID(), batch, collection: null };
      if (await buffer.put(message, alive)) rowIsIn(at);
    }
    await events.send();
  };

  const fail = async (error: unknown, started: number): Promise<Turn> => {
    const ours = error instanceof OwnFault || error instanceof ParserLost;
    if (error instanceof ParserLost) session = null;
    const sentence = ours ? error.message : explainFailure(error);
    metrics.collected('failed', (performance.now() - started) / 1000);
    if (!failing)
      log.warn({ err: error, cluster, reason: sentence }, 'a cluster cannot be collected; it is tried again');
    intervalMs = isOverload(error) ? Math.min(intervalMs * 2, pace.maxMs) : pace.baseMs;
    if (!ours)
      await tellFailure(started, sentence).catch((also: unknown) =>
        log.debug({ err: also, cluster }, 'the failure could not be told'),
      );
    return { ok: false, nextMs: intervalMs, rows: 0, lost: 0, error: sentence };
  };

  return {
    turn: async () => {
      const started = performance.now();
      const done = await collect(started).catch((error: unknown) => fail(error, started));
      if (failing && done.ok) log.info({ cluster }, 'the cluster is collected again');
      failing = !done.ok;
      return done;
    },
    update: (changed, retentionDays) => {
      record = changed;
      owner = { ...owner, retentionDays };
      configWanted = true;
    },
    close: async () => {
      binding.close();
      await parser
        .ask<'close'>(cluster, { kind: 'close' })
        .catch((error: unknown) => log.debug({ err: error, cluster }, 'the parsing thread was gone already'));
    },
  };
}
