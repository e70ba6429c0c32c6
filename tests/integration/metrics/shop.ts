import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { linksTo } from './pipeline';

const config = `accounts {
  SYS { users: [{ user: sys, password: sys }] }
  APP { jetstream: enabled, users: [{ user: app, password: app }] }
}
system_account: SYS`;
export const app = { user: 'app', password: 'app' };
export const system = { user: 'sys', password: 'sys' };

/** One managed server with a stream that is published to, and the count of what was. */
export interface Shop {
  readonly server: NatsServer;
  readonly nc: NatsConnection;
  readonly links: ReturnType<typeof linksTo>;
  publish(count: number): Promise<void>;
  readonly published: number;
  stop(): Promise<void>;
}

export async function openShop(streams = 1): Promise<Shop> {
  const server = await startNatsServer({ config });
  const nc = await connectTo(server.url, { user: app.user, pass: app.password });
  const jsm = await jetstreamManager(nc);
  const js = jetstream(nc);
  for (let n = 0; n < streams; n++) await jsm.streams.add({ name: `SHOP${n}`, subjects: [`shop.${n}`] });
  const links = linksTo([server.url], app, system);
  let published = 0;
  return {
    server,
    nc,
    links,
    publish: async (count) => {
      for (let n = 0; n < count; n++) await js.publish(`shop.${(published + n) % streams}`, 'x');
      published += count;
    },
    get published() {
      return published;
    },
    stop: async () => {
      await links.close();
      await nc.close();
      await server.stop();
    },
  };
}
