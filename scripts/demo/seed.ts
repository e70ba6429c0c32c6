import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  jetstream,
  jetstreamManager,
  type ConsumerConfig,
  type JetStreamClient,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { headers, type NatsConnection } from '@nats-io/transport-node';

const day = 86_400e9;
const second = 1e9;
const MiB = 1024 * 1024;

/** A stream of each kind that people run, so that every page has something true to show. */
const streams: (Partial<StreamConfig> & { name: string })[] = [
  {
    name: 'ORDERS',
    subjects: ['orders.>'],
    num_replicas: 3,
    allow_direct: true,
    max_bytes: 64 * MiB,
    max_age: 7 * day,
    description: 'Every order and what became of it',
    metadata: { owner: 'team-orders' },
  },
  {
    name: 'PAYMENTS',
    subjects: ['payments.>'],
    num_replicas: 3,
    allow_direct: false,
    max_msgs: 20_000,
    description: 'Payments; read through the leader alone',
  },
  {
    name: 'SHIPPING_JOBS',
    subjects: ['jobs.shipping.>'],
    retention: RetentionPolicy.Workqueue,
    allow_direct: true,
    description: 'Parcels to be packed',
  },
  {
    name: 'NOTIFICATIONS',
    subjects: ['notify.>'],
    retention: RetentionPolicy.Interest,
    num_replicas: 3,
    allow_direct: true,
  },
  {
    name: 'TELEMETRY',
    subjects: ['telemetry.>'],
    storage: StorageType.Memory,
    max_msgs: 5000,
    discard: DiscardPolicy.Old,
    allow_direct: true,
    description: 'Sensor readings: packed, binary, and soon gone',
  },
  {
    name: 'AUDIT_TRAIL',
    subjects: ['trail.>'],
    allow_direct: true,
    description: 'Has holes where single messages were erased',
  },
  { name: 'ORDERS_MIRROR', mirror: { name: 'ORDERS' }, mirror_direct: true, allow_direct: true },
  {
    name: 'SALES',
    sources: [{ name: 'ORDERS' }, { name: 'PAYMENTS' }],
    allow_direct: true,
    max_bytes: 128 * MiB,
    description: 'Orders and payments in one',
  },
];

const consumers: [stream: string, config: Partial<ConsumerConfig> & { durable_name: string }][] = [
  ['ORDERS', { durable_name: 'billing', ack_policy: AckPolicy.Explicit, filter_subject: 'orders.created' }],
  [
    'ORDERS',
    {
      durable_name: 'analytics',
      ack_policy: AckPolicy.Explicit,
      description: 'Falls behind: it takes less than comes in',
    },
  ],
  [
    'ORDERS',
    {
      durable_name: 'fraud-check',
      ack_policy: AckPolicy.Explicit,
      max_ack_pending: 5,
      ack_wait: 3600 * second,
      description: 'Stuck: five messages are out and nobody acknowledges them',
    },
  ],
  [
    'PAYMENTS',
    {
      durable_name: 'mailer',
      ack_policy: AckPolicy.Explicit,
      max_deliver: 20,
      ack_wait: 5 * second,
      description: 'Refuses every third message, which comes again',
    },
  ],
  ['SHIPPING_JOBS', { durable_name: 'packers', ack_policy: AckPolicy.Explicit }],
  ['NOTIFICATIONS', { durable_name: 'push', ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All }],
];

async function exists(jsm: JetStreamManager, name: string): Promise<boolean> {
  return jsm.streams.info(name).then(
    () => true,
    () => false,
  );
}

const cities = ['Berlin', 'Nairobi', 'Osaka', 'Recife', 'Tromsø'];
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** The n-th order: the same n is the same order, so that a page can be looked for again. */
export function order(n: number) {
  return {
    id: `o-${String(n).padStart(7, '0')}`,
    customer: { id: `c-${(n * 7919) % 5000}`, city: pick(cities, n * 31) },
    total: ((n * 2654435761) % 50_000) / 100,
    currency: pick(['EUR', 'USD', 'JPY'], n),
    items: [
      { sku: `A-${n % 97}`, quantity: 1 + (n % 4) },
      ...(n % 3 === 0 ? [{ sku: `B-${n % 53}`, quantity: 1 }] : []),
    ],
  };
}

export async function publishOrder(js: JetStreamClient, n: number): Promise<void> {
  const h = headers();
  h.set('Nats-Msg-Id', `order-${n}`);
  h.set('Content-Type', 'application/json');
  h.set('traceparent', `00-${n.toString(16).padStart(32, '0')}-${n.toString(16).padStart(16, '0')}-01`);
  await js.publish(`orders.${pick(['created', 'paid', 'packed', 'cancelled'], n)}`, JSON.stringify(order(n)), {
    headers: h,
  });
}

export const publishPayment = (js: JetStreamClient, n: number) =>
  js.publish(
    `payments.${pick(['card', 'transfer', 'wallet'], n)}.${pick(['ok', 'ok', 'declined'], n)}`,
    JSON.stringify({ order: order(n).id, amount: order(n).total, at: n }),
  );

export function reading(n: number): Uint8Array {
  const json = Buffer.from(
    JSON.stringify({
      sensor: `s-${n % 40}`,
      celsius: 15 + (n % 200) / 10,
      samples: Array.from({ length: 20 }, (_, i) => (n * i) % 100),
    }),
  );
  if (n % 3 === 0) return gzipSync(json);
  return n % 3 === 1 ? json : Buffer.from(Array.from({ length: 48 }, (_, i) => (n * 31 + i * 17) % 256));
}
export const publishReading = (js: JetStreamClient, n: number) =>
  js.publish(`telemetry.hall${n % 4}.s${n % 40}`, reading(n));

async function fill(js: JetStreamClient, jsm: JetStreamManager): Promise<void> {
  const batch = async (count: number, work: (n: number) => Promise<unknown>) => {
    for (let n = 0; n < count; n += 100)
      await Promise.all(Array.from({ length: Math.min(100, count - n) }, (_, i) => work(n + i)));
  };
  await batch(3000, (n) => publishOrder(js, n));
  await batch(1500, (n) => publishPayment(js, n));
  await batch(2000, (n) => publishReading(js, n));
  await batch(300, (n) =>
    js.publish(`jobs.shipping.${pick(['small', 'large'], n)}`, JSON.stringify({ parcel: n, order: order(n).id })),
  );
  await batch(400, (n) =>
    js.publish(
      `trail.${pick(['login', 'export', 'change'], n)}`,
      `user ${n % 20} did ${pick(['login', 'export', 'change'], n)} number ${n}`,
    ),
  );
  for (let seq = 50; seq < 180; seq++) await jsm.streams.deleteMessage('AUDIT_TRAIL', seq, true);
  for (let seq = 381; seq <= 400; seq += 2) await jsm.streams.deleteMessage('AUDIT_TRAIL', seq, true);
}

async function fillBuckets(nc: NatsConnection): Promise<void> {
  const kvm = new Kvm(nc);
  const config = await kvm.create('app-config', { history: 10, replicas: 3, description: 'Settings of the shop' });
  for (const region of ['eu', 'us', 'apac']) {
    for (const service of ['checkout', 'search', 'cart', 'login']) {
      for (const [key, value] of Object.entries({
        timeout_ms: 1500,
        retries: 3,
        enabled: true,
        limits: { perMinute: 600, burst: 40 },
      }))
        await config.put(`${region}.${service}.${key}`, JSON.stringify(value));
    }
  }
  await config.put('eu.checkout.timeout_ms', '2000');
  await config.put('eu.checkout.timeout_ms', '2500');
  await config.delete('apac.login.enabled');
  const sessions = await kvm.create('sessions', { history: 1, ttl: 7 * 86_400_000, markerTTL: 3600_000 });
  await Promise.all(
    Array.from({ length: 300 }, (_, n) =>
      sessions.put(`user.${n % 50}.s${n}`, JSON.stringify({ user: n % 50, since: n, city: pick(cities, n) })),
    ),
  );
}

/** After a restart replicas find their leaders one by one; traffic before that would only complain. */
async function untilLed(jsm: JetStreamManager): Promise<void> {
  for (const { name } of streams)
    for (let tries = 0; tries < 100 && !(await exists(jsm, name)); tries++) await delay(200);
}

/** Makes what is not there yet; a second start finds everything and adds nothing. */
export async function seedDemo(nc: NatsConnection): Promise<void> {
  const jsm = await jetstreamManager(nc);
  const js = jetstream(nc);
  const names = new Set<string>();
  for await (const name of jsm.streams.names()) names.add(name);
  // The last that is made; its name is known before its replicas have found their leader.
  if (names.has('KV_sessions')) return untilLed(jsm);
  for (const config of streams) if (!names.has(config.name)) await jsm.streams.add(config);
  for (const [stream, config] of consumers) await jsm.consumers.add(stream, config);
  await fill(js, jsm);
  await fillBuckets(nc);
}
