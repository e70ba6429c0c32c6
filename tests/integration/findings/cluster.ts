import { AckPolicy, StorageType } from '@nats-io/jetstream';
import { expect } from 'vitest';
import { z } from 'zod';
import { natsVersion } from '../../../scripts/engines/servers';
import { count } from '../../../backend/server/src/query/findings/say';
import { expectFinding, expectFound } from './expectation';
import { nodeOf, publish, serverOf, stream, streamOf, untilFound, untilGone, whole, type Stage } from './nodes';
import type { World } from './world';

/** With which one of the three servers starts, as in the middle of an update. */
export const olderVersion = '2.14.6';
export const olderNode = 'n3';

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
