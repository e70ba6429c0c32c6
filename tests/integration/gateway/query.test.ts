import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCluster } from '../setup/clusters';
import { person } from '../setup/grafana';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { startWorld, type World } from './world';

let [world, nats, nc, cluster]: [World?, NatsServer?, NatsConnection?, string?] = [];
const there = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('beforeAll has not come to its end');
  return value;
};

beforeAll(async () => {
  [world, nats] = await Promise.all([startWorld(), startNatsServer()]);
  nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], allow_direct: true });
  for (let n = 0; n < 3; n++) await jetstream(nc).publish(`orders.${n}`, JSON.stringify({ n }));
  cluster = await addCluster(world.api, [nats.url]);
});
afterAll(async () => {
  await nc?.close();
  await world?.stop();
  await nats?.stop();
});

const viewer = person({ uid: 'v1', id: 1, login: 'viewer' });
const admin = person({ uid: 'a1', id: 2, login: 'admin', role: 'Admin' });
const messages = () => ({ kind: 'messages', cluster: there(cluster), stream: 'ORDERS', limit: 10 });
const lag = { kind: 'metrics', metric: 'lag' };
const sql = { kind: 'sql', sql: 'SELECT 1 AS one' };

describe('queries through the real gateway and console', () => {
  it('show a stream’s messages to whoever may read payloads', async () => {
    const { A } = await there(world).query(admin, { A: messages() });
    expect(A).toMatchObject({ status: 200, error: '' });
    const table = tableFromIPC(A?.frames[0] ?? new Uint8Array());
    expect(table.numRows).toBe(3);
  });

  it('answer each by itself: payloads are refused to a viewer, an unknown metric to all, no data has no frame', async () => {
    const answers = await there(world).query(viewer, {
      payload: messages(),
      wrong: { kind: 'metrics', metric: 'no_such' },
      none: lag,
    });
    expect(answers['payload']).toMatchObject({ status: 403, errorSource: 'downstream', frames: [] });
    expect(answers['wrong']).toMatchObject({ status: 400, errorSource: 'downstream', frames: [] });
    expect(answers['none']).toEqual({ status: 200, error: '', errorSource: '', frames: [] });
  });

  it('let an evaluation read figures, and neither payloads nor SQL', async () => {
    const change = { token: null, login: 'grafana_scheduler', fromAlert: true };
    const answers = await there(world).query(admin, { figures: lag, payload: messages(), sql }, change);
    expect([answers['figures']?.status, answers['payload']?.status, answers['sql']?.status]).toEqual([200, 403, 403]);
  });

  it('give nothing to a public dashboard, nor to somebody who says FromAlert or calls himself the scheduler', async () => {
    for (const change of [
      { token: null, login: '' },
      { token: null, login: 'viewer', fromAlert: true },
      { token: null, login: 'grafana_scheduler' },
      { login: 'grafana_scheduler', fromAlert: true },
    ]) {
      const { A } = await there(world).query(viewer, { A: lag }, change);
      expect(A).toMatchObject({ status: 403, frames: [] });
    }
    const { A } = await there(world).query(viewer, { A: messages() }, { fromAlert: true });
    expect(A?.status).toBe(403);
  });

  it('refuse a cluster that is not there as they refuse one of somebody else', async () => {
    const foreign = { ...messages(), cluster: '0b5c9c2e-3f7a-4a39-9a55-1f6a2c7d8e90' };
    const { A } = await there(world).query(admin, { A: foreign });
    expect(A?.status).toBe(404);
    expect(A?.frames).toEqual([]);
  });
});
