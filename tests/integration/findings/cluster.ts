import { AckPolicy, StorageType, type ConsumerInfo, type StreamInfo } from '@nats-io/jetstream';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { natsVersion } from '../../../scripts/engines/servers';
import { count } from '../../../backend/server/src/query/findings/say';
import type { NatsCluster, NatsNode } from '../setup/natsCluster';
import { eventually } from '../setup/wait';
import { expectFinding, expectFound, expectGone, type Expected } from './expectation';
import type { Finding, World } from './world';

/** With which one of the three servers starts, as in the middle of an update. */
export const olderVersion = '2.14.6';
export const olderNode = 'n3';

const whole = { kind: 'cluster' } as const;
const streamOf = (stream: string) => ({ kind: 'stream', stream }) as const;
const consumerOf = (stream: string, consumer: string) => ({ kind: 'consumer', stream, consumer }) as const;
const serverOf = (server: string) => ({ kind: 'server', server }) as const;

/** What happens to a cluster, and to the rules that see it; one after the other, each but the last leaves it whole. */
export interface Stage {
  readonly rules: readonly string[];
  readonly run: (world: World, cluster: NatsCluster) => Promise<void>;
}

const turnMs = 15_000;

/** Collects until all of these rules have found something, each about so many subjects. */
async function untilFound(world: World, rules: readonly string[], subjects = 1): Promise<readonly Finding[]> {
  return eventually(async () => {
    world.pass(turnMs);
    await world.collect();
    const found = await world.find();
    return rules.every((rule) => found.filter((finding) => finding.rule === rule).length >= subjects) && found;
  });
}
async function untilGone(world: World, rules: readonly string[]): Promise<void> {
  await eventually(async () => {
    world.pass(turnMs);
    await world.collect();
    return !(await world.find()).some(({ rule }) => rules.includes(rule));
  });
}

const nodeOf = (cluster: NatsCluster, name: string): NatsNode => {
  const found = cluster.nodes.find((node) => node.name === name);
  if (!found) throw new Error(`The cluster has no server ${name}`);
  return found;
};
const holdersOf = ({ cluster }: StreamInfo | ConsumerInfo): string[] => [
  cluster?.leader ?? '',
  ...(cluster?.replicas ?? []).map(({ name }) => name),
];

/** Made anew until the servers have put it on this one: where it goes is their choice. */
async function putOn<T extends StreamInfo | ConsumerInfo>(
  node: string,
  add: () => Promise<T>,
  remove: () => Promise<unknown>,
): Promise<T> {
  return eventually(async () => {
    const made = await add();
    if (holdersOf(made).includes(node)) return made;
    await remove();
    return null;
  });
}
const stream = ({ jsm }: World, name: string, num_replicas: number, more: { storage?: StorageType } = {}) =>
  jsm.streams.add({ name, subjects: [`${name}.>`], num_replicas, ...more });
const publish = async ({ js }: World, name: string, messages: number, payload: string | Uint8Array = 'x') => {
  for (let n = 0; n < messages; n++) await js.publish(`${name}.x`, payload, { retries: 20 });
};

const mixed: Stage = {
  rules: ['cluster_version_mix'],
  run: async (world, cluster) => {
    await world.collect();
    const others = cluster.nodes.map(({ name }) => name).filter((name) => name !== olderNode);
    await expectFound(world, 'cluster_version_mix', {
      severity: 'warning',
      subject: whole,
      evidence: `${olderVersion}: ${olderNode}; ${natsVersion}: ${others.join(', ')}`,
      since: null,
      cure: /Finish the update/,
    });
    await nodeOf(cluster, olderNode).halt();
    await nodeOf(cluster, olderNode).start();
    await untilGone(world, ['cluster_version_mix', 'server_missing', 'meta_offline_peers']);
  },
};

const even: Stage = {
  rules: ['stream_even_replicas'],
  run: async (world) => {
    const { config } = await stream(world, 'EVEN', 2);
    await world.collect();
    await expectFound(world, 'stream_even_replicas', {
      severity: 'info',
      subject: streamOf('EVEN'),
      evidence: `${config.num_replicas} replicas survive the loss of as many servers as 1 do`,
      since: null,
      cure: /Set num_replicas to 3 for more safety, or to 1/,
    });
    await world.jsm.streams.update('EVEN', { ...config, num_replicas: 1 });
    await untilGone(world, ['stream_even_replicas']);
    await world.jsm.streams.delete('EVEN');
  },
};

const statsz = z.object({
  server: z.object({ name: z.string() }),
  statsz: z.object({
    mem: z.number(),
    jetstream: z.object({ stats: z.object({ ha_assets: z.number().default(0) }) }),
  }),
});
/** What each of the servers says of itself. */
async function selvesOf({ sys }: World, servers: number) {
  const selves = new Map<string, z.output<typeof statsz>['statsz']>();
  for await (const reply of await sys.requestMany('$SYS.REQ.SERVER.PING', undefined, {
    strategy: 'count',
    maxMessages: servers,
    maxWait: 5000,
  })) {
    const { server, statsz: self } = statsz.parse(reply.json());
    selves.set(server.name, self);
  }
  return selves;
}
const MiB = 1024 * 1024;

const heavy: Stage = {
  rules: ['server_memory'],
  run: async (world) => {
    const { cluster } = await stream(world, 'HEAVY', 1, { storage: StorageType.Memory });
    const leader = cluster?.leader ?? '';
    // More than the two others have together.
    await world.jsm.streams.update('HEAVY', { max_bytes: 60 * MiB });
    await publish(world, 'HEAVY', 57, new Uint8Array(1024 * 1024 - 512));
    const [found] = (await untilFound(world, ['server_memory'])).filter(({ rule }) => rule === 'server_memory');
    const selves = await selvesOf(world, 3);
    const told = (/^([\d.]+) MiB, while the mean of 3 servers is ([\d.]+) MiB$/.exec(found?.evidence ?? '') ?? [])
      .slice(1)
      .map((text) => Number(text) * MiB);
    const mean = [...selves.values()].reduce((sum, { mem }) => sum + mem, 0) / 3;
    // A process grows and shrinks from second to second: nearly what the servers say now.
    for (const [said, now] of [
      [told[0], selves.get(leader)?.mem],
      [told[1], mean],
    ])
      expect(Math.abs((said ?? 0) - (now ?? 0)) / (now ?? 1)).toBeLessThan(0.4);
    await expectFound(world, 'server_memory', {
      severity: 'warning',
      subject: serverOf(leader),
      evidence: /MiB$/,
      since: null,
      cure: /balance leaders/,
    });
    await world.jsm.streams.delete('HEAVY');
  },
};

const idleMs = 31 * 86_400_000;
const idle: Stage = {
  rules: ['stream_idle_replicated'],
  run: async (world) => {
    const { config } = await stream(world, 'IDLE', 3);
    await publish(world, 'IDLE', 1);
    const { state } = await world.jsm.streams.info('IDLE');
    world.pass(idleMs);
    await world.collect();
    await expectFound(world, 'stream_idle_replicated', {
      severity: 'info',
      subject: streamOf('IDLE'),
      evidence: '3 replicas, the last message 31 d ago',
      since: { atMs: Date.parse(state.last_ts) },
      cure: /lower num_replicas/,
    });
    await world.jsm.streams.update('IDLE', { ...config, num_replicas: 1 });
    await untilGone(world, ['stream_idle_replicated']);
    await world.jsm.streams.delete('IDLE');
  },
};

/** Two streams, since one takes no more than a thousand consumers. */
const crowded: Stage = {
  rules: ['server_ha_assets'],
  run: async (world, cluster) => {
    await world.collect();
    const before = world.collections.length - 1;
    const names = ['CROWD0', 'CROWD1'];
    for (const name of names) {
      await stream(world, name, 3, { storage: StorageType.Memory });
      for (let from = 0; from < 510; from += 51)
        await Promise.all(
          Array.from({ length: 51 }, (_, n) =>
            world.jsm.consumers.add(name, {
              durable_name: `c${from + n}`,
              ack_policy: AckPolicy.None,
              mem_storage: true,
            }),
          ),
        );
    }
    const found = await untilFound(world, ['server_ha_assets'], cluster.nodes.length);
    const selves = await selvesOf(world, 3);
    for (const { name } of cluster.nodes)
      expectFinding(
        world,
        found,
        'server_ha_assets',
        {
          severity: 'warning',
          subject: serverOf(name),
          evidence: `${count(selves.get(name)?.jetstream.stats.ha_assets ?? 0)} raft groups; above about 2,000 a server slows down`,
          since: { fromMs: world.collections[before]?.fromMs ?? NaN, toMs: world.now() },
          cure: /fold streams together/,
        },
        { before, first: before + 1 },
      );
    for (const name of names) await world.jsm.streams.delete(name);
    await untilGone(world, ['server_ha_assets']);
  },
};

export const wholeStages: readonly Stage[] = [mixed, even, heavy, idle];
export const crowdedStages: readonly Stage[] = [crowded];

/** The one that is taken away; nothing speaks for another one. */
const lostNode = 'n2';
const oneLost: Stage = {
  rules: [
    'server_missing',
    'meta_offline_peers',
    'stream_replicas_behind',
    'stream_unknown',
    'stream_leaderless',
    'consumer_unknown',
    'consumer_leaderless',
    'quorum_lost',
  ],
  run: async (world, cluster) => {
    const { jsm } = world;
    const beganMs = world.now();
    const remove = (name: string) => () => jsm.streams.delete(name);
    await stream(world, 'KEPT', 3);
    await publish(world, 'KEPT', 3);
    await putOn(lostNode, () => stream(world, 'ALONE', 1), remove('ALONE'));
    await putOn(lostNode, () => stream(world, 'PAIR', 2), remove('PAIR'));
    for (const [durable_name, num_replicas] of [
      ['alone', 1],
      ['pair', 2],
    ] as const)
      await putOn(
        lostNode,
        () => jsm.consumers.add('KEPT', { durable_name, num_replicas, ack_policy: AckPolicy.Explicit }),
        () => jsm.consumers.delete('KEPT', durable_name),
      );
    // Who survives has to lead, to say that it has lost its majority.
    await eventually(async () => {
      const { cluster: group } = await jsm.streams.info('PAIR');
      if (group?.leader !== undefined && group.leader !== lostNode) return true;
      await world.nc.request('$JS.API.STREAM.LEADER.STEPDOWN.PAIR');
      return false;
    }, 250);
    world.pass(turnMs);
    await world.collect();
    const before = world.collections.length - 1;
    const fromMs = world.collections[before]?.fromMs ?? NaN;
    // Killed, it cannot hand over what it leads.
    await nodeOf(cluster, lostNode).halt('SIGKILL');
    const found = await untilFound(world, oneLost.rules);
    const between = { fromMs, toMs: world.now() };
    const { cluster: kept } = await jsm.streams.info('KEPT');
    const lag = Math.max(...(kept?.replicas ?? []).map((peer) => peer.lag ?? 0));
    const expected: [rule: string, expected: Expected][] = [
      [
        'server_missing',
        {
          severity: 'critical',
          subject: serverOf(lostNode),
          title: `${lostNode} does not answer`,
          evidence: /named by the meta group, and does not answer now/,
          since: between,
          cure: /Look at its process/,
        },
      ],
      [
        'meta_offline_peers',
        {
          severity: 'critical',
          subject: whole,
          evidence: '1 of 3 members, as the meta leader sees them',
          since: between,
          cure: /peer-remove/,
        },
      ],
      [
        'stream_replicas_behind',
        {
          severity: 'critical',
          subject: streamOf('KEPT'),
          evidence: `1 of 2 followers are offline, not current, or more than 200 entries behind (largest lag ${lag})`,
          since: between,
          cure: /One more failure may stop the stream/,
        },
      ],
      [
        'stream_unknown',
        {
          severity: 'warning',
          subject: streamOf('ALONE'),
          title: 'Nothing is known of ALONE',
          evidence: 'The servers name it, and its leader does not answer.',
          since: between,
          cure: /Look at the server that leads it/,
        },
      ],
      [
        'stream_leaderless',
        {
          severity: 'critical',
          subject: streamOf('PAIR'),
          evidence: /names no leader: publishes and deliveries stand still/,
          since: between,
          cure: /Bring the servers that hold its replicas back/,
        },
      ],
      [
        'consumer_unknown',
        {
          severity: 'warning',
          subject: consumerOf('KEPT', 'alone'),
          evidence: 'The servers name it, and its leader does not answer.',
          since: between,
          cure: /step the leader down/,
        },
      ],
      [
        'consumer_leaderless',
        {
          severity: 'critical',
          subject: consumerOf('KEPT', 'pair'),
          evidence: /names no leader: it delivers nothing/,
          since: between,
          cure: /consumer cluster down/,
        },
      ],
      [
        'quorum_lost',
        {
          severity: 'critical',
          subject: streamOf('PAIR'),
          title: 'PAIR lost its majority',
          evidence: /^\d in the last hour; the last: Stream PAIR lost its quorum$/,
          // A leader of two that steps down says it too, before anything is lost.
          since: { ...between, fromMs: beganMs },
          cure: /Bring the servers of its replicas back/,
        },
      ],
    ];
    for (const [rule, one] of expected) expectFinding(world, found, rule, one, { before, first: before + 1 });
    await nodeOf(cluster, lostNode).start();
    await untilGone(
      world,
      oneLost.rules.filter((rule) => rule !== 'quorum_lost'),
    );
    // Advisories are told of for an hour.
    world.pass(3_700_000);
    await world.collect();
    await expectGone(world, 'quorum_lost');
    for (const name of ['KEPT', 'ALONE', 'PAIR']) await jsm.streams.delete(name);
  },
};

/** A disk with no room left, at the one place where the server is about to write: the kernel itself refuses. */
const fullDisk: Stage = {
  rules: ['server_out_of_space'],
  run: async (world, cluster) => {
    const made = await stream(world, 'WRITTEN', 3);
    const group = z.object({ raft_group: z.string() }).parse(made.cluster).raft_group;
    const victim = made.cluster?.replicas?.[0]?.name ?? '';
    const at = path.join(nodeOf(cluster, victim).dir, 'data/jetstream/SYS/_js_', group, 'tav.idx.tmp');
    // The follower makes its directory when it hears of the stream.
    await eventually(async () => {
      return symlink('/dev/full', at).then(
        () => true,
        () => false,
      );
    });
    const advisory: { time?: string } = {};
    world.sys.subscribe('$JS.EVENT.ADVISORY.SERVER.OUT_OF_STORAGE', {
      callback: (error, message) => {
        if (!error) advisory.time = message.json<{ timestamp: string }>().timestamp;
      },
    });
    await world.collect();
    // Whom it votes for is written down in each election.
    await eventually(async () => {
      if (advisory.time !== undefined) return true;
      await world.nc.request('$JS.API.STREAM.LEADER.STEPDOWN.WRITTEN').catch(() => undefined);
      return false;
    }, 500);
    await world.collect();
    await expectFound(world, 'server_out_of_space', {
      severity: 'critical',
      subject: whole,
      title: `Server ${victim} is out of space for JetStream`,
      evidence: `1 in the last hour; the last: Server ${victim} is out of space for JetStream`,
      since: { atMs: Date.parse(advisory.time ?? '') },
      cure: /Make room on its disk/,
    });
    await nodeOf(cluster, victim).halt();
    await nodeOf(cluster, victim).start();
    world.pass(3_700_000);
    await untilGone(world, ['server_out_of_space', 'server_missing', 'meta_offline_peers', 'stream_replicas_behind']);
    await world.jsm.streams.delete('WRITTEN');
  },
};

const headless: Stage = {
  rules: ['meta_no_leader'],
  run: async (world, cluster) => {
    await world.collect();
    const before = world.collections.length - 1;
    const lost = ['n2', 'n3'];
    for (const name of lost) await nodeOf(cluster, name).halt();
    const found = await untilFound(world, ['meta_no_leader']);
    expectFinding(
      world,
      found,
      'meta_no_leader',
      {
        severity: 'critical',
        subject: whole,
        evidence: '1 of 3 servers answer; a majority is needed',
        since: { fromMs: world.collections[before]?.fromMs ?? NaN, toMs: world.now() },
        cure: /until a majority is there/,
      },
      { before, first: before + 1 },
    );
    for (const name of lost) await nodeOf(cluster, name).start();
    await untilGone(world, ['meta_no_leader', 'server_missing']);
  },
};

const jszMeta = z.object({
  data: z.object({
    meta_cluster: z.object({
      leader: z.string().default(''),
      cluster_size: z.number(),
      replicas: z.array(z.object({ peer: z.string(), offline: z.boolean().default(false) })).default([]),
    }),
  }),
});

/** Two of three came back, and neither has met the third since: nobody knows its name. The third stays away. */
const shrunk: Stage = {
  rules: ['cluster_fewer_servers', 'meta_even_size'],
  run: async (world, cluster) => {
    const back = ['n1', 'n2'];
    await Promise.all(cluster.nodes.map((node) => node.halt()));
    await Promise.all(back.map((name) => nodeOf(cluster, name).start()));
    const found = await untilFound(world, ['cluster_fewer_servers']);
    const asked = world.collections[0]?.fromMs ?? NaN;
    expectFinding(
      world,
      found,
      'cluster_fewer_servers',
      {
        severity: 'warning',
        subject: whole,
        evidence: '2 of 3',
        since: { fromMs: asked, toMs: world.now() },
        cure: /list of servers/,
      },
      { before: 0, first: 0 },
    );
    // Removed for good: two are left.
    await eventually(async () => {
      const replies = await world.sys.requestMany('$SYS.REQ.SERVER.PING.JSZ', undefined, {
        strategy: 'count',
        maxMessages: 2,
        maxWait: 2000,
      });
      for await (const reply of replies) {
        const { leader, cluster_size, replicas } = jszMeta.parse(reply.json()).data.meta_cluster;
        if (leader !== '' && cluster_size === 2) return true;
        const [gone] = replicas.filter(({ offline }) => offline);
        if (gone) await world.sys.request('$JS.API.SERVER.REMOVE', JSON.stringify({ peer: '', peer_id: gone.peer }));
      }
      return false;
    }, 500);
    await untilFound(world, ['meta_even_size']);
    await expectFound(world, 'meta_even_size', {
      severity: 'info',
      subject: whole,
      evidence: '2 members survive the loss of as many as 1 do',
      since: null,
      cure: /odd number of JetStream servers/,
    });
    // A server that was removed comes back as a new one only, with an empty store: that is no part of this.
    await expectGone(world, 'cluster_fewer_servers');
  },
};

export const brokenStages: readonly Stage[] = [oneLost, fullDisk, headless, shrunk];
