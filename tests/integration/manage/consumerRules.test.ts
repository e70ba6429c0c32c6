import { consumerRules, overlay, refusalsToMake, refusalsToUpdate, type NatsConfig } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { named, untried } from './case';
import { consumersToMake, consumersToUpdate } from './consumerCases';
import { levels, startManageWorld, versions, type ManageWorld } from './world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

const needsNewer = ({ reason }: { reason: string }) => reason.startsWith('needs NATS');

/** Rules that these attempts cannot reach: a cluster, and a subscriber, are tried in tests of their own. */
const elsewhere = [
  'num_replicas: on this retention a consumer has as many replicas as its stream',
  'deliver_subject: somebody subscribes to it; it can be changed while nobody does',
  'direct: set when a consumer is made',
  'sourcing: set when a consumer is made',
];

it('has an attempt for every rule', () => {
  const rules = [...consumerRules.config, ...consumerRules.update];
  expect(untried(rules, [...consumersToMake, ...consumersToUpdate]).sort()).toEqual([...elsewhere].sort());
});

describe.each(versions)('NATS %s', (version) => {
  const level = levels[version];
  let world: ManageWorld;
  const streams = new Map<string, NatsConfig>();
  let made = 0;
  beforeAll(async () => {
    world = await startManageWorld(version, api);
    for (const config of [
      { name: 'PLAIN', subjects: ['plain.>'] },
      { name: 'WORK', subjects: ['work.>'], retention: 'workqueue' },
      {
        name: 'LIMITED',
        subjects: ['limited.>'],
        consumer_limits: { max_ack_pending: 100, inactive_threshold: 60_000_000_000 },
      },
    ])
      streams.set(config.name, (await world.ask(`STREAM.CREATE.${config.name}`, config)).config ?? {});
  });
  afterAll(async () => {
    await world?.stop();
  });
  const pedantic = level > 0 ? { pedantic: true } : {};
  const aroundOf = (stream: string) => ({
    level,
    clustered: false,
    pedantic: level > 0,
    stream: streams.get(stream) ?? {},
  });
  const send = (stream: string, path: string, config: NatsConfig, action: 'create' | 'update') =>
    world.ask(`CONSUMER.CREATE.${stream}.${path}`, { stream_name: stream, config, action, ...pedantic });
  const whole = (give: NatsConfig): NatsConfig => {
    const name = `C${++made}`;
    return overlay({ name, durable_name: name, ack_policy: 'explicit' }, give);
  };
  const remove = async (stream: string, config: NatsConfig) => {
    await world.ask(`CONSUMER.DELETE.${stream}.${String(config['name'])}`);
  };

  it.each(named(consumersToMake))('makes: %s', async (_, { field, reason, give, on = 'PLAIN' }) => {
    const wanted = whole(give);
    const refusals = refusalsToMake(consumerRules, wanted, aroundOf(on));
    const answer = await send(on, String(wanted['name']), wanted, 'create');
    await remove(on, wanted);
    const beyond = refusals.some(needsNewer);
    if (!beyond || level >= 2)
      expect(answer.error !== undefined, `${JSON.stringify(answer.error)} against ${JSON.stringify(refusals)}`).toBe(
        refusals.length > 0,
      );
    if (reason === undefined && !beyond) expect(refusals).toEqual([]);
    if (refusals.length > 0 && !beyond) expect(refusals.map((refusal) => refusal.field)).toContain(field);
  });

  it.each(named(consumersToUpdate))('changes: %s', async (_, { field, base = {}, give, on = 'PLAIN' }) => {
    const start = whole(base);
    const name = String(start['name']);
    const created = await send(on, name, start, 'create');
    const beyond = refusalsToMake(consumerRules, start, aroundOf(on));
    if (beyond.length === 0) {
      expect(created.error).toBeUndefined();
      const before = (await world.ask(`CONSUMER.INFO.${on}.${name}`)).config ?? {};
      const wanted = overlay(before, give);
      const refusals = refusalsToUpdate(consumerRules, before, wanted, aroundOf(on));
      const answer = await send(on, name, wanted, 'update');
      if (!refusals.some(needsNewer) || level >= 2)
        expect(answer.error !== undefined, `${JSON.stringify(answer.error)} against ${JSON.stringify(refusals)}`).toBe(
          refusals.length > 0,
        );
      if (refusals.length > 0 && !refusals.some(needsNewer))
        expect(refusals.map((refusal) => refusal.field)).toContain(field);
    } else expect(beyond.every(needsNewer)).toBe(true);
    await remove(on, start);
  });
});
