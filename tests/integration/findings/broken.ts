import { AckPolicy, type ConsumerInfo, type StreamInfo } from '@nats-io/jetstream';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { eventually } from '../setup/wait';
import { expectFinding, expectFound, expectGone, type Expected } from './expectation';
import { nodeOf, publish, serverOf, stream, streamOf, turnMs, untilFound, untilGone, whole, type Stage } from './nodes';

const consumerOf = (stream: string, consumer: string) => ({ kind: 'consumer', stream, consumer }) as const;
const holdersOf = ({ cluster }: StreamInfo | ConsumerInfo): string[] => [
  cluster?.leader ?? '',
  ...(cluster?.replicas ?? []).map(({ name }) => name),
];

/**
 * Made until the servers have put one on this one, under a name and a number: where it goes is their choice, and those
 * that missed stay where they are, so that there is less and less room elsewhere. @returns the name
 */
async function putOn(
  node: string,
  name: string,
  add: (name: string) => Promise<StreamInfo | ConsumerInfo>,
): Promise<string> {
  let made = 0;
  return eventually(async () => {
    const next = `${name}${made++}`;
    return holdersOf(await add(next)).includes(node) && next;
  });
}

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
    await stream(world, 'KEPT', 3);
    await publish(world, 'KEPT', 3);
    const alone = await putOn(lostNode, 'ALONE', (name) => stream(world, name, 1));
    const pair = await putOn(lostNode, 'PAIR', (name) => stream(world, name, 2));
    const consumer = (num_replicas: number) => (durable_name: string) =>
      jsm.consumers.add('KEPT', { durable_name, num_replicas, ack_policy: AckPolicy.Explicit });
    const single = await putOn(lostNode, 'single', consumer(1));
    const double = await putOn(lostNode, 'double', consumer(2));
    // Who survives has to lead, to say that it has lost its majority.
    await eventually(async () => {
      const leader = (await jsm.streams.info(pair)).cluster?.leader ?? '';
      if (leader !== '' && leader !== lostNode) return true;
      await world.nc.request(`$JS.API.STREAM.LEADER.STEPDOWN.${pair}`);
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
          subject: streamOf(alone),
          title: `Nothing is known of ${alone}`,
          evidence: 'The servers name it, and its leader does not answer.',
          since: between,
          cure: /Look at the server that leads it/,
        },
      ],
      [
        'stream_leaderless',
        {
          severity: 'critical',
          subject: streamOf(pair),
          evidence: /names no leader: publishes and deliveries stand still/,
          since: between,
          cure: /Bring the servers that hold its replicas back/,
        },
      ],
      [
        'consumer_unknown',
        {
          severity: 'warning',
          subject: consumerOf('KEPT', single),
          evidence: 'The servers name it, and its leader does not answer.',
          since: between,
          cure: /step the leader down/,
        },
      ],
      [
        'consumer_leaderless',
        {
          severity: 'critical',
          subject: consumerOf('KEPT', double),
          evidence: /names no leader: it delivers nothing/,
          since: between,
          cure: /consumer cluster down/,
        },
      ],
      [
        'quorum_lost',
        {
          severity: 'critical',
          subject: streamOf(pair),
          title: `${pair} lost its majority`,
          evidence: new RegExp(`^\\d+ in the last hour; the last: Stream ${pair} lost its quorum$`),
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
    for await (const { config } of jsm.streams.list()) await jsm.streams.delete(config.name);
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
