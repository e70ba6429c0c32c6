import { routes, type BodyIn, type Routes } from '@jetstream-console/contract';
import { startManageWorld, type ManageWorld } from '../manage/world';
import type { TestApi } from '../setup/api';

export type Publish = BodyIn<Routes['publishMessage']>;

/** A server, an api, and streams of their own for each test. */
export interface MessageWorld extends ManageWorld {
  /** the path parameters of a stream */
  at(stream: string): { params: { clusterId: string; stream: string } };
  /** makes a stream that takes `<name>.>` unless the configuration says otherwise. @returns its name */
  stream(config?: Record<string, unknown>): Promise<string>;
  publish(stream: string, body: Publish): Promise<Awaited<ReturnType<typeof publishTo>>>;
}

const publishTo = (world: ManageWorld, stream: string, body: Publish) =>
  world.api.get(routes.publishMessage, { params: { clusterId: world.clusterId, stream }, body }, world.api.admin);

let made = 0;

export async function startMessageWorld(version?: string, shared?: TestApi): Promise<MessageWorld> {
  const world = await startManageWorld(version, shared);
  return {
    ...world,
    at: (stream) => ({ params: { clusterId: world.clusterId, stream } }),
    stream: async (config = {}) => {
      const name = `S${++made}`;
      const { error } = await world.ask(`STREAM.CREATE.${name}`, { name, subjects: [`${name}.>`], ...config });
      if (error) throw new Error(`the server refuses the stream ${name}: ${error.description}`);
      return name;
    },
    publish: (stream, body) => publishTo(world, stream, body),
  };
}

export const text = (data: string) => ({ encoding: 'text', data }) as const;
export const base64 = (data: Uint8Array) =>
  ({ encoding: 'base64', data: Buffer.from(data).toString('base64') }) as const;
