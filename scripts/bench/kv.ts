import { routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { say } from '../lib/main';
import { ms, report, timeByTurns } from './report';
import type { World } from './world';

const bucket = 'million';
const keys = 1_000_000;
const folders = 1000;

/** A thousand folders of a thousand keys. */
const keyOf = (n: number) =>
  `f${String(n % folders).padStart(3, '0')}.k${String(Math.floor(n / folders)).padStart(4, '0')}`;

async function fill(nc: NatsConnection): Promise<void> {
  await new Kvm(nc).create(bucket, { history: 1 });
  say(`filling the bucket ${bucket} with ${keys.toLocaleString('en-US')} keys`);
  const js = jetstream(nc);
  for (let n = 0; n < keys; n += 5000) {
    for (let i = 0; i < 4999; i++) nc.publish(`$KV.${bucket}.${keyOf(n + i)}`, `value ${n + i}`);
    // The last of each batch is acknowledged: what came before it is stored then.
    await js.publish(`$KV.${bucket}.${keyOf(n + 4999)}`, 'last');
  }
}

const rawInfo = async (nc: NatsConnection, filter: string) =>
  (
    await nc.request(`$JS.API.STREAM.INFO.KV_${bucket}`, JSON.stringify({ subjects_filter: filter }), {
      timeout: 30_000,
    })
  ).json();

/** A page of keys of a big bucket, beside the one request that it cannot do without. */
export async function benchKv({ nc, call, clusterId }: World): Promise<void> {
  await fill(nc);
  const params = { clusterId, bucket };
  const folder = (round: number) => `f${String((Math.abs(round) * 7) % folders).padStart(3, '0')}.`;
  const tell = (what: string, ours: number, raw: number) => {
    const ratio = ours / raw;
    report({ what, ours: ms(ours), raw: ms(raw), ratio, bound: { text: '2x', kept: ratio <= 2 } });
  };
  const inFolder = await timeByTurns(50, {
    page: (round) => call(routes.listKeys, { params, query: { prefix: folder(round), values: 'true', limit: 100 } }),
    // The same list out of memory, without values: what is left is HTTP, identity and limits.
    kept: (round) => call(routes.listKeys, { params, query: { prefix: folder(round), limit: 1 } }),
    raw: (round) => rawInfo(nc, `$KV.${bucket}.${folder(round)}>`),
  });
  tell('page of 100 keys with values in a folder of 1,000', inFolder.page.p50, inFolder.raw.p50);
  report({ what: 'of that, one key of the same list out of memory', ours: ms(inFolder.kept.p50) });
  // A list of a bucket is kept for some seconds: only the first look at the top is a cold one.
  const top = await timeByTurns(
    1,
    {
      raw: () => rawInfo(nc, `$KV.${bucket}.>`),
      page: () => call(routes.listKeys, { params, query: { folders: 'true', limit: 100 } }),
    },
    0,
  );
  tell('the top of a million keys, as folders, once', top.page.p50, top.raw.p50);
}
