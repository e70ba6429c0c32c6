import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ClusterSettings, Credential, Slot, TestReport, TestStage } from '@jetstream-console/contract';
import type { NatsConnection } from '@nats-io/transport-node';
import { within } from '../platform/engines';
import { AddressRefused, type Guard } from './guard';
import { explainConnect, openNats, ownName } from './connect';
import { mustUseTls, targetOf, type Target } from './options';
import { dial, handshake, readInfo, speaksHttp, wireTimeoutMs, type Info } from './wire';

const stageTimeoutMs = wireTimeoutMs;
type StageName = TestStage['stage'];
type Outcome = Omit<TestStage, 'stage' | 'ms'>;

const ok = (detail: string): Outcome => ({ state: 'ok', detail, fix: null });
const skipped = (detail: string): Outcome => ({ state: 'skipped', detail, fix: null });
const failed = (detail: string, fix: string): Outcome => ({ state: 'failed', detail, fix });
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface Probe {
  readonly settings: ClusterSettings;
  readonly credential: Credential | null;
  readonly slot: Slot;
  readonly guard: Guard;
  readonly target: Target;
  readonly url: string;
}

async function tcpStage(
  { settings, target, url }: Probe,
  address: string,
  found: { info: Info | null },
): Promise<Outcome> {
  let socket: Socket | null = null;
  try {
    socket = await dial(address, target.port);
    found.info = await readInfo(socket);
    if (found.info === null && settings.tls.mode !== 'first' && (await speaksHttp(address, target.port)))
      throw new Error('it speaks HTTP and does not speak NATS');
    return ok(
      found.info
        ? `NATS ${found.info.version ?? ''} ${found.info.server_name ?? ''} answers at ${address}:${target.port}.`
        : `${address}:${target.port} is open and waits for a TLS handshake.`,
    );
  } catch (error) {
    const message = messageOf(error);
    if (/ECONNREFUSED/.test(message))
      return failed(
        `Nothing listens at ${address}:${target.port}.`,
        'Check the port (clients use 4222 unless the server is set otherwise) and that the server runs.',
      );
    if (/speak NATS/.test(message))
      return failed(
        `Something answers at ${address}:${target.port}, and ${message}.`,
        `Is ${url} the client port? 8222 is for monitoring, 6222 for routes, 7422 for leaf nodes.`,
      );
    return failed(
      `No connection to ${address}:${target.port}: ${message}.`,
      'Check routing and firewalls between the console and the server.',
    );
  } finally {
    socket?.destroy();
  }
}

async function tlsStage(probe: Probe, address: string, info: Info | null): Promise<Outcome> {
  const { settings, credential, target } = probe;
  const wanted = mustUseTls(settings, credential);
  if (info === null && settings.tls.mode !== 'first')
    return failed(
      'The server says nothing before a TLS handshake.',
      'Set TLS to "first": this server does the handshake before anything else.',
    );
  if (info !== null && settings.tls.mode === 'first')
    return failed(
      'The server speaks before the TLS handshake.',
      'Set TLS to "auto" or "required": this server does not do TLS first.',
    );
  const offered = info === null || info.tls_required === true || info.tls_available === true;
  if (!offered)
    return wanted
      ? failed(
          'TLS is asked for, and the server offers none.',
          'Turn TLS on at the server, or set TLS to "auto" without certificates.',
        )
      : skipped('The server uses no TLS. What you send, credentials included, can be read on the way.');
  let socket: Socket | null = null;
  try {
    socket = await dial(address, target.port);
    if (info !== null) await readInfo(socket);
    return ok(await handshake(socket, settings, credential, target.host));
  } catch (error) {
    return failed(`The TLS handshake failed: ${messageOf(error)}.`, explainConnect(error, settings));
  } finally {
    socket?.destroy();
  }
}

const apiError = (reply: string): { code?: number; err_code?: number; description?: string } | null => {
  const parsed = JSON.parse(reply) as { error?: { code?: number; err_code?: number; description?: string } };
  return parsed.error ?? null;
};

async function jetstreamStage({ settings }: Probe, nc: NatsConnection): Promise<Outcome> {
  const prefix = settings.domain === null ? '$JS.API' : `$JS.${settings.domain}.API`;
  try {
    const reply = (await nc.request(`${prefix}.INFO`, undefined, { timeout: stageTimeoutMs })).string();
    const error = apiError(reply);
    if (error?.err_code === 10039)
      return failed(
        'JetStream is not enabled for this account.',
        'Enable it for the account (`jetstream: enabled` in its block, or JetStream limits in its JWT).',
      );
    if (error?.err_code === 10076)
      return failed(
        'JetStream is not enabled on this server.',
        'Turn `jetstream` on in the server configuration, or use a URL of a server that has it.',
      );
    if (error)
      return failed(
        `JetStream answers: ${error.description ?? 'an error'}.`,
        'Ask the administrator of the NATS cluster.',
      );
    const usage = JSON.parse(reply) as { streams?: number; consumers?: number; domain?: string };
    return ok(
      `${usage.streams ?? 0} streams and ${usage.consumers ?? 0} consumers in this account${usage.domain ? `, domain ${usage.domain}` : ''}.`,
    );
  } catch (error) {
    const message = messageOf(error);
    if (/no responders/i.test(message))
      return failed(
        'Nobody answers to JetStream requests.',
        settings.domain === null
          ? 'JetStream may be off, or in a domain: set the JetStream domain if the cluster uses one.'
          : `Is the domain "${settings.domain}" right, and exported to this account?`,
      );
    if (/permission/i.test(message))
      return failed(
        'This user may not use the JetStream api.',
        `Allow it to publish to ${prefix}.> and to subscribe to its inbox.`,
      );
    return failed(
      `JetStream did not answer: ${message}.`,
      "The cluster may have no meta leader. Look at the servers' logs, or run `nats server report jetstream`.",
    );
  }
}

async function systemStage(nc: NatsConnection): Promise<Outcome> {
  try {
    const reply = (await nc.request('$SYS.REQ.SERVER.PING', undefined, { timeout: stageTimeoutMs })).json<{
      server?: { name?: string; ver?: string };
    }>();
    return ok(
      `The system account answers (${reply.server?.name ?? 'a server'}, ${reply.server?.ver ?? 'unknown version'}).`,
    );
  } catch (error) {
    return failed(
      `No server answers to system requests: ${messageOf(error)}.`,
      'This credential is not of the system account. Use a user of the account that the servers name as system_account ($SYS unless set otherwise).',
    );
  }
}

async function runStages(probe: Probe): Promise<TestStage[]> {
  const stages: TestStage[] = [];
  let broken = false;
  const stage = async (name: StageName, work: () => Promise<Outcome>): Promise<void> => {
    if (broken) {
      stages.push({ stage: name, ...skipped('Not tried, since an earlier stage failed.'), ms: null });
      return;
    }
    const started = performance.now();
    const outcome = await work();
    broken = outcome.state === 'failed';
    stages.push({ stage: name, ...outcome, ms: Math.round(performance.now() - started) });
  };
  const { settings, credential, guard, target, slot } = probe;
  let addresses: string[] = [];
  const found: { info: Info | null; nc: NatsConnection | null } = { info: null, nc: null };
  await stage('dns', async () => {
    try {
      addresses = await within(stageTimeoutMs, 'DNS', guard.resolve(target.host, target.port));
      return ok(`${target.host} is ${addresses.join(', ')}.`);
    } catch (error) {
      if (error instanceof AddressRefused)
        return failed(
          error.message,
          'Use an address that this deployment allows, or have its operator extend NATS_ALLOWED_NETWORKS.',
        );
      return failed(
        `${target.host} does not resolve: ${messageOf(error)}.`,
        'Check the spelling, and that the console uses the DNS that knows this name.',
      );
    }
  });
  const address = addresses[0] ?? '';
  await stage('tcp', () => tcpStage(probe, address, found));
  await stage('tls', () => tlsStage(probe, address, found.info));
  await stage('auth', async () => {
    try {
      found.nc = await within(
        stageTimeoutMs + 1500,
        'The server',
        openNats({ ...settings, urls: [probe.url] }, credential, guard, `${ownName} test`),
      );
      return ok(`Logged in to ${found.nc.info?.server_name ?? 'the server'}.`);
    } catch (error) {
      return failed('The log-in failed.', explainConnect(error, { urls: [probe.url] }));
    }
  });
  try {
    const { nc } = found;
    const withNc = (work: (nc: NatsConnection) => Promise<Outcome>) => () =>
      nc ? work(nc) : Promise.resolve(skipped('Not connected.'));
    if (slot === 'system') {
      stages.push({ stage: 'jetstream', ...skipped('The system account holds no streams of its own.'), ms: null });
      await stage('system', withNc(systemStage));
    } else {
      await stage(
        'jetstream',
        withNc((connection) => jetstreamStage(probe, connection)),
      );
      stages.push({ stage: 'system', ...skipped('Tried with the system credential.'), ms: null });
    }
  } finally {
    await found.nc?.close();
  }
  return stages;
}

/**
 * Tries each URL with each credential, stage by stage, and says for each failure what to do. Bounded: every stage ends
 * within five seconds, and targets are tried at once.
 */
export async function testCluster(
  settings: ClusterSettings,
  credentials: Partial<Record<Slot, Credential>>,
  guard: Guard,
): Promise<TestReport> {
  const given = Object.entries(credentials) as [Slot, Credential][];
  const slots: [Slot, Credential | null][] = given.some(([slot]) => slot !== 'system')
    ? given
    : [['read', null], ...given];
  const targets = await Promise.all(
    settings.urls.flatMap((url) =>
      slots.map(async ([slot, credential]) => ({
        url,
        slot,
        stages: await runStages({ settings, credential, slot, guard, target: targetOf(url), url }),
      })),
    ),
  );
  return { ok: targets.every(({ stages }) => stages.every(({ state }) => state !== 'failed')), targets };
}
