import { apiBase, routes, urlOf, type QueryIn, type Routes } from '@jetstream-console/contract';
import { Kvm } from '@nats-io/kv';
import type { TestApi } from '../setup/api';
import { bearer, type Answer, type Headers } from '../setup/http';
import { startManageWorld, type ManageWorld } from '../manage/world';

export interface KvWorld extends ManageWorld {
  readonly kvm: Kvm;
  /** what is sent as it is, whatever comes of it */
  put(
    bucket: string,
    query: QueryIn<Routes['putKey']>,
    value: string | Buffer,
    headers?: Headers,
    who?: string,
  ): Promise<Answer>;
  /** a value that is stored. @returns its revision */
  stored(bucket: string, key: string, value: string | Buffer, headers?: Headers): Promise<number>;
  bucket(config?: Record<string, unknown>): Promise<string>;
}

let made = 0;

export async function startKvWorld(version?: string, shared?: TestApi): Promise<KvWorld> {
  const world = await startManageWorld(version, shared);
  const { api, clusterId } = world;
  const put: KvWorld['put'] = (bucket, query, value, headers = [], who = api.admin) =>
    api.send({
      method: 'PUT',
      path: apiBase + urlOf(routes.putKey, { clusterId, bucket }, query),
      headers: [...bearer(who), ...headers],
      body: value,
    });
  return {
    ...world,
    kvm: new Kvm(world.nc),
    put,
    stored: async (bucket, key, value, headers) => {
      const answer = await put(bucket, { key }, value, headers);
      if (answer.status !== 200) throw new Error(`put answered ${answer.status}: ${answer.text}`);
      return routes.putKey.response.parse(answer.json()).revision;
    },
    bucket: async (config = {}) => {
      const name = `b${++made}`;
      await api.get(routes.createBucket, { params: { clusterId }, body: { name, config } }, api.admin);
      return name;
    },
  };
}
