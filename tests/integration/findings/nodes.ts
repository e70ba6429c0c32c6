import type { StorageType } from '@nats-io/jetstream';
import type { NatsCluster, NatsNode } from '../setup/natsCluster';
import { eventually } from '../setup/wait';
import type { Finding, World } from './world';

export const whole = { kind: 'cluster' } as const;
export const streamOf = (stream: string) => ({ kind: 'stream', stream }) as const;
export const serverOf = (server: string) => ({ kind: 'server', server }) as const;

/** What happens to a cluster, and to the rules that see it; one after the other, each but the last leaves it whole. */
export interface Stage {
  readonly rules: readonly string[];
  readonly run: (world: World, cluster: NatsCluster) => Promise<void>;
}

export const turnMs = 15_000;

/** Collects until all of these rules have found something, each about so many subjects. */
export async function untilFound(world: World, rules: readonly string[], subjects = 1): Promise<readonly Finding[]> {
  return eventually(async () => {
    world.pass(turnMs);
    await world.collect();
    const found = await world.find();
    return rules.every((rule) => found.filter((finding) => finding.rule === rule).length >= subjects) && found;
  });
}
export async function untilGone(world: World, rules: readonly string[]): Promise<void> {
  await eventually(async () => {
    world.pass(turnMs);
    await world.collect();
    return !(await world.find()).some(({ rule }) => rules.includes(rule));
  });
}

export const nodeOf = (cluster: NatsCluster, name: string): NatsNode => {
  const found = cluster.nodes.find((node) => node.name === name);
  if (!found) throw new Error(`The cluster has no server ${name}`);
  return found;
};
export const stream = ({ jsm }: World, name: string, num_replicas: number, more: { storage?: StorageType } = {}) =>
  jsm.streams.add({ name, subjects: [`${name}.>`], num_replicas, ...more });
export const publish = async ({ js }: World, name: string, messages: number, payload: string | Uint8Array = 'x') => {
  for (let n = 0; n < messages; n++) await js.publish(`${name}.x`, payload, { retries: 20 });
};
