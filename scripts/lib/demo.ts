import { routes, type Client } from '@jetstream-console/contract';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startDemoCluster, type DemoCluster } from '../demo/cluster';
import { seedDemo } from '../demo/seed';
import { startTraffic } from '../demo/traffic';

export const demoName = 'Demo shop';

export interface Demo extends DemoCluster {
  /** as the pages and the api take it */
  readonly input: {
    name: string;
    urls: string[];
    credentials: Record<'admin' | 'system', { auth: { kind: 'user_password'; user: string; password: string } }>;
  };
}

/** The demo cluster with its streams, and, where asked, the steady traffic in it. */
export async function startDemo(options: {
  dir: string;
  traffic: boolean;
  log: (line: string) => void;
}): Promise<Demo> {
  const cluster = await startDemoCluster(options);
  let nc: NatsConnection | null = null;
  try {
    nc = await connect({
      servers: [...cluster.urls],
      user: cluster.account.user,
      pass: cluster.account.password,
      maxReconnectAttempts: -1,
    });
    await seedDemo(nc);
  } catch (error) {
    await nc?.close();
    await cluster.stop();
    throw error;
  }
  const connection = nc;
  const traffic = options.traffic ? startTraffic(connection, options.log) : null;
  const credential = ({ user, password }: { user: string; password: string }) => ({
    auth: { kind: 'user_password' as const, user, password },
  });
  return {
    ...cluster,
    input: {
      name: demoName,
      urls: [...cluster.urls],
      credentials: { admin: credential(cluster.account), system: credential(cluster.system) },
    },
    stop: async () => {
      await traffic?.stop();
      await connection.close();
      await cluster.stop();
    },
  };
}

/** Connects the demo cluster to the console, or moves the one that is there to the ports of this start. */
export async function connectDemo(call: Client, demo: Demo): Promise<string> {
  const { items } = await call(routes.listClusters, { query: { search: demoName } });
  const known = items.find((cluster) => cluster.name === demoName);
  if (!known) return (await call(routes.createCluster, { body: demo.input })).id;
  await call(routes.updateCluster, {
    params: { clusterId: known.id },
    body: { urls: demo.input.urls, credentials: demo.input.credentials },
  });
  return known.id;
}
