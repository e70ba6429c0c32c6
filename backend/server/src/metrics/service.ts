import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterStore } from '../clusters/store';
import type { Config } from '../platform/config';
import type { Engines } from '../platform/engines';
import { repeat } from '../platform/jobs';
import type { Logger } from '../platform/log';
import { systemClock } from './collect/clock';
import { startCollectors } from './collect/collectors';
import type { WorkerLinks } from './collect/links';
import { makeLive } from './collect/live';
import { usualPace } from './collect/pace';
import type { WorkerMetrics } from './gauges';
import { startIngesting } from './ingestLoop';
import { makeBuffer } from './pipeline/buffer';
import { openOwn, type Own } from './pipeline/own';
import { startParser } from './sample/parser';

/** A worker that dies gives its clusters up after this long. */
const leaseMs = 15_000;
const retryMs = 1000;

export interface MetricsDeps {
  readonly config: Pick<Config, 'metrics'>;
  readonly engines: Engines;
  readonly store: Pick<ClusterStore, 'everyones'>;
  readonly links: WorkerLinks;
  readonly metrics: WorkerMetrics;
  readonly log: Logger;
  /** settles when ClickHouse has its tables: before, samples only wait */
  readonly migrated: Promise<void>;
  /** what else of a worker needs the console's own NATS; begun once that is there */
  readonly besides: (own: Own) => { stop(): Promise<void> };
}

/** Waits for the console's own NATS however long it takes. @returns null when stopped before */
async function openWhenThere({ engines, config, log }: MetricsDeps, signal: AbortSignal): Promise<Own | null> {
  const { streamPrefix, streamReplicas, bufferBytes, bufferHours } = config.metrics;
  let told = false;
  while (!signal.aborted) {
    try {
      return await openOwn(await engines.nats(), {
        prefix: streamPrefix,
        replicas: streamReplicas,
        maxBytes: bufferBytes,
        maxAgeHours: bufferHours,
        leaseMs,
      });
    } catch (error) {
      if (!told) log.warn({ err: error }, "the console's own NATS is not usable; collecting waits for it");
      told = true;
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

/** Everything of a worker that has to do with figures: collecting, queueing, ingesting. */
export function startMetrics(deps: MetricsDeps): { stop(): Promise<void> } {
  const { config, engines, metrics, log } = deps;
  const stopping = new AbortController();
  const run = async (): Promise<() => Promise<void>> => {
    const own = await openWhenThere(deps, stopping.signal);
    if (!own) return async () => undefined;
    const parser = startParser((error) => log.error({ err: error }, 'the parsing thread ended; it is started anew'));
    const buffer = makeBuffer(own);
    const collectors = startCollectors({
      ...deps,
      own,
      buffer,
      parser,
      live: makeLive(engines.redis, parser, log),
      clock: systemClock,
      pace: { ...usualPace, baseMs: config.metrics.collectSeconds * 1000 },
    });
    const besides = deps.besides(own);
    const ingesting = deps.migrated.then(() =>
      stopping.signal.aborted ? null : startIngesting({ own, clickhouse: engines.clickhouse, log, metrics }),
    );
    const stopGauges = repeat(
      { name: 'buffer gauges', everyMs: 5000, run: async () => metrics.buffer(await buffer.state()) },
      log,
    );
    return async () => {
      await Promise.all([collectors.stop(), besides.stop()]);
      await stopGauges();
      await (await Promise.race([ingesting, Promise.resolve(null)]))?.stop();
      await parser.close();
    };
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await (
        await running
      )();
    },
  };
}
