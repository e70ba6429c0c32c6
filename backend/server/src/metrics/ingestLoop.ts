import { setTimeout as delay } from 'node:timers/promises';
import { ingest, type IngestDeps } from './pipeline/ingester';
import { tryAcquire } from './pipeline/lease';

const leaseKey = 'ingest';

/** One worker ingests at a time: batches are cut in one place, so that they can be cut the same again. The others stand by. */
export function startIngesting(deps: IngestDeps, tickMs = 2000): { stop(): Promise<void> } {
  const { own, log, metrics } = deps;
  const stopping = new AbortController();
  let failing = false;
  const turn = async () => {
    const lease = await tryAcquire(own.leases, leaseKey, own.options.leaseMs);
    if (!lease) return;
    metrics.ingesting(true);
    log.info('this worker ingests');
    const signal = AbortSignal.any([stopping.signal, lease.signal]);
    try {
      await ingest(deps, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      metrics.ingesting(false);
      await lease.release();
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        await turn();
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'the ingestion was interrupted; it is taken up again');
        failing = true;
      }
      await delay(tickMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const looping = loop();
  return {
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}
