import { routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeScopedPerson } from '../setup/people';
import { startMessageWorld, type MessageWorld } from './world';

let world: MessageWorld;
beforeAll(async () => {
  world = await startMessageWorld();
});
afterAll(async () => {
  await world?.stop();
});

const schema = (stream: string, query: QueryIn<Routes['getMessageSchema']> = {}, who = world.api.admin) =>
  world.api.get(routes.getMessageSchema, { ...world.at(stream), query }, who);

it('tells fields with coverage, and what was no document', async () => {
  const stream = await world.stream({ allow_direct: true });
  const js = jetstream(world.nc);
  for (let i = 0; i < 60; i++)
    await js.publish(
      `${stream}.a`,
      JSON.stringify({ id: i, state: i % 2 ? 'new' : 'paid', ...(i % 3 === 0 && { note: 'x' }) }),
    );
  for (const other of ['', 'plain', Buffer.from([0, 1, 2])]) await js.publish(`${stream}.b`, other);
  const found = await schema(stream);
  expect(found).toMatchObject({
    sampled: 63,
    documents: 60,
    others: { empty: 1, text: 1, binary: 1 },
    fromSeq: 1,
    toSeq: 63,
  });
  const field = (path: string) => found.fields.find((known) => known.path === path);
  expect(field('$.id')).toMatchObject({ coverage: 1, always: true, min: 0, max: 59 });
  expect(field('$.state')?.values).toEqual(['new', 'paid']);
  expect(field('$.note')).toMatchObject({ coverage: 1 / 3, always: false, documents: 20 });
  expect(found.jsonSchema).toMatchObject({ required: ['id', 'state'] });
  expect(await schema(stream, { sample: 10, subject: `${stream}.a` })).toMatchObject({ sampled: 10, documents: 10 });
  expect(await schema(stream, { subject: 'none' })).toMatchObject({ sampled: 0, fields: [], jsonSchema: null });
  const scope = { kind: 'cluster', clusterId: world.clusterId, subjectPattern: `${stream}.b` } as const;
  const person = await makeScopedPerson(world.api, 'reader', scope);
  expect(await schema(stream, {}, person.token)).toMatchObject({ sampled: 3, documents: 0 });
});
