import { makeAudit } from './audit/audit';
import { auditHandlers } from './audit/routes';
import { makeSnapshots } from './access/snapshot';
import { makeGuard } from './clusters/guard';
import { ownEngines } from './clusters/ownEngines';
import { makePool } from './clusters/pool';
import { operationHandlers } from './clusters/operations/routes';
import { clusterHandlers } from './clusters/routes';
import { makeClusterStore } from './clusters/store';
import { makeVault } from './clusters/vault';
import { protobufHandlers } from './decoders/routes';
import { makeDecoderStore } from './decoders/store';
import { makeTypes } from './decoders/types';
import { makeIdentify } from './identity/identify';
import { makeKeySets } from './identity/keys';
import { sharedNonces } from './identity/nonces';
import { identityHandlers } from './identity/routes';
import { makeThrottle } from './identity/throttle';
import { backupHandlers } from './jetstream/backup/routes';
import { deadLetterBodyLimits, deadLetterHandlers } from './jetstream/deadLetters/routes';
import { manageHandlers } from './jetstream/manage/routes';
import { messagingBodyLimits, messagingHandlers } from './jetstream/messaging/routes';
import { objectHandlers } from './jetstream/objects/routes';
import { jetstreamHandlers } from './jetstream/routes';
import { storeHandlers } from './jetstream/stores/routes';
import { retentionHandlers } from './metrics/retention/routes';
import { addressReader, listen, makeApp, type Listening } from './platform/app';
import type { Config } from './platform/config';
import { openEngines } from './platform/engines';
import { sharedLimiter } from './platform/limits';
import type { Logger } from './platform/log';
import { makeMetrics } from './platform/metrics';
import { openPg } from './platform/pg';
import { makeTurns } from './platform/turns';
import { bootstrap } from './tenants/bootstrap';
import type { SealSecret } from './tenants/connectionSecrets';
import { makeAsk } from './query/engine/ask';
import { makePerStream } from './query/metrics/perStream';
import { makeHolder } from './query/live/holder';
import { liveHandlers } from './query/live/routes';
import { makeTickets } from './query/live/tickets';
import { queryHandlers } from './query/routes';
import { scrapeHandlers } from './query/scrape/routes';
import { findingHandlers } from './query/silences/routes';
import { makeSilences } from './query/silences/store';
import { tenantHandlers } from './tenants/routes';

export interface Api extends Listening {
  stop(): Promise<void>;
}

/**
 * Puts the parts together and listens. Fails when PostgreSQL is away; the other engines may come later.
 * @param now the time that queries, findings and live streams go by; handed in, so that a test can let an hour pass
 */
export async function startApi(config: Config, log: Logger, now: () => number = Date.now): Promise<Api> {
  const vault = makeVault(config.masterKeys);
  const seal: SealSecret = (org, connection, secret) => vault.seal([org, connection, 'gateway'], secret);
  const pg = await openPg(config, log);
  await bootstrap(pg, config, log, seal);
  const engines = openEngines(config, log);
  const stopping = new AbortController();
  const metrics = makeMetrics();
  const guard = makeGuard({
    development: config.development,
    allowed: config.allowedNetworks,
    own: ownEngines(config),
  });
  const store = makeClusterStore(pg, vault);
  const pool = makePool({ store, guard, log, onCount: metrics.natsConnections });
  const audit = makeAudit(pg, log);
  const snapshots = makeSnapshots(pg);
  const throttle = makeThrottle(pg);
  const addressOf = addressReader(config.trustedProxies);
  const decoders = makeDecoderStore(pg);
  const types = makeTypes(decoders);
  const tickets = makeTickets(pg);
  const silences = makeSilences(pg);
  const queries = {
    ...makeAsk(engines.clickhouse, log),
    store,
    links: pool,
    types,
    stateOf: pool.stateOf,
    now,
  };
  const identify = makeIdentify({
    pg,
    snapshots,
    keySets: makeKeySets(guard),
    audit,
    log,
    addressOf,
    nonces: sharedNonces(engines.redis),
    ticketHolder: makeHolder({ pg, snapshots, tickets }),
    openSecret: (org, connection, sealed) => vault.open([org, connection, 'gateway'], sealed),
  });
  let port = config.port;
  const app = makeApp({
    config,
    log,
    metrics,
    audit,
    identify,
    stopping: stopping.signal,
    checkAnswers: config.development,
    checks: { postgres: pg.ping, ...engines.checks },
    bodyLimits: { ...messagingBodyLimits({ links: pool }), ...deadLetterBodyLimits({ links: pool }) },
    // Each holds about four times the payload of its message, which is 64 MiB at most.
    largeBodies: makeTurns({
      atOnce: 4,
      perKey: 2,
      waiting: 32,
      waitingPerKey: 8,
      patienceMs: 20_000,
      what: 'bodies of more than a megabyte',
    }),
    principalLimit: { limiter: sharedLimiter(engines.redis), perMinute: config.limits.principalPerMinute },
    handlers: {
      ...identityHandlers({ pg, audit, throttle, snapshots, sessionMinutes: config.sessionMinutes }),
      ...tenantHandlers({
        pg,
        apiUrl: () => config.publicUrl ?? `http://127.0.0.1:${port}`,
        guard,
        seal,
        log,
      }),
      ...auditHandlers({ ...queries, pg, log }),
      ...clusterHandlers({ store, pool, guard }),
      ...operationHandlers({ ...queries, pg, snapshots }),
      ...jetstreamHandlers({ links: pool, perStream: makePerStream(queries), types }),
      ...manageHandlers({ links: pool, pg, store }),
      ...messagingHandlers({ links: pool, types, pg }),
      ...backupHandlers({ links: pool }),
      ...storeHandlers({ links: pool, pg, snapshots, now, types }),
      ...objectHandlers({ links: pool, pg, snapshots, now, quietMs: config.uploadQuietMinutes * 60_000 }),
      ...deadLetterHandlers({ links: pool, types, pg, now }),
      ...protobufHandlers({ decoders, types, store }),
      ...findingHandlers({ ...queries, silences }),
      ...queryHandlers({ ...queries, silences, audit, log }),
      ...liveHandlers({ ...queries, pg, snapshots, tickets, log }),
      ...retentionHandlers({ pg, now }),
      ...scrapeHandlers({ ...queries, pg }),
    },
  });
  const listening = await listen(app, config.host, config.port);
  port = listening.port;
  log.info({ port }, 'api is up');
  return {
    ...listening,
    stop: async () => {
      // Long answers (searches) end now; short ones come to their end.
      stopping.abort();
      await listening.close();
      await pool.close();
      await engines.close();
      await pg.close();
    },
  };
}
