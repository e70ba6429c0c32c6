import { jetstreamManager } from '@nats-io/jetstream';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { natsVersion } from '../../../scripts/engines/servers';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer } from '../setup/nats';
import { makePerson } from '../setup/people';
import { eventually } from '../setup/wait';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

const accounts = `accounts {
  APP { jetstream: enabled, users: [{ user: app, password: "app-password" }] }
  OTHER { users: [{ user: other, password: "other-password" }] }
}`;

it.each(['2.10.26', natsVersion])('of a server %s are those that listen where a consumer delivers', async (version) => {
  const nats = await startNatsServer({ version, config: accounts });
  const as = (user: string, name: string) => connectTo(nats.url, { user, pass: `${user}-password`, name });
  const [worker, beside, wide, elsewhere] = await Promise.all([
    as('app', 'worker'),
    as('app', 'beside'),
    as('app', 'wide'),
    as('other', 'elsewhere'),
  ]);
  try {
    const jsm = await jetstreamManager(worker);
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
    await jsm.consumers.add('ORDERS', {
      durable_name: 'push',
      deliver_subject: 'deliver.here',
      deliver_group: 'workers',
      ack_policy: 'explicit',
    });
    await jsm.consumers.add('ORDERS', { durable_name: 'pull', ack_policy: 'explicit' });
    worker.subscribe('deliver.here', { queue: 'workers' });
    worker.subscribe('something.else');
    wide.subscribe('deliver.>');
    beside.subscribe('deliver.there');
    elsewhere.subscribe('deliver.here');
    for (const client of [worker, beside, wide, elsewhere]) await client.flush();
    const clusterId = await addCluster(api, [nats.url], {
      credentials: { read: { auth: { kind: 'user_password', user: 'app', password: 'app-password' } } },
    });
    const of = (consumer: string) => ({ params: { clusterId, stream: 'ORDERS', consumer } });
    const pushed = await api.get(routes.listConsumerClients, of('push'), api.admin);
    expect(pushed).toMatchObject({
      kind: 'push',
      deliverSubject: 'deliver.here',
      deliverGroup: 'workers',
      waiting: null,
      complete: true,
    });
    expect(pushed.items.map(({ name, subject, queue }) => [name, subject, queue]).sort()).toEqual([
      ['wide', 'deliver.>', null],
      ['worker', 'deliver.here', 'workers'],
    ]);

    // Whose pulls wait is told by no server: only that they do.
    worker.subscribe('_INBOX.worker');
    const pull = JSON.stringify({ batch: 1, expires: 60_000_000_000 });
    worker.publish('$JS.API.CONSUMER.MSG.NEXT.ORDERS.pull', pull, { reply: '_INBOX.worker' });
    const pulled = await eventually(async () => {
      const found = await api.get(routes.listConsumerClients, of('pull'), api.admin);
      return found.waiting === 1 && found;
    });
    expect(pulled).toMatchObject({ kind: 'pull', deliverSubject: null, items: [] });

    const viewer = await makePerson(api, 'viewer');
    expect(await api.refused(routes.listConsumerClients, of('push'), viewer.token)).toMatchObject({ status: 403 });
    expect(await api.refused(routes.listConsumerClients, of('none'), api.admin)).toMatchObject({ status: 404 });
  } finally {
    await Promise.all([worker, beside, wide, elsewhere].map((client) => client.close()));
    await nats.stop();
  }
});
