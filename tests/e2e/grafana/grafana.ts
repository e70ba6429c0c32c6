import type { APIRequestContext, Page } from '@playwright/test';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { expect } from '../console';
import { world, type World } from '../world';

export const datasource = () => ({ uid: world().datasource, type: 'natsconsole-jetstream-datasource' });

/** Whoever is signed in on the page asks Grafana's own api. @throws where Grafana refuses */
export async function grafana<T>(request: APIRequestContext, method: string, path: string, data?: object): Promise<T> {
  const answer = await request.fetch(path, { method, ...(data && { data }) });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
}

export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets: readonly object[];
}

/** A dashboard of its own for one test, in place of the one of that name. @returns its uid */
export async function makeDashboard(page: Page, uid: string, panels: readonly Panel[], more: object = {}) {
  await page.request.delete(`/api/dashboards/uid/${uid}`);
  await grafana(page.request, 'POST', '/api/dashboards/db', {
    dashboard: {
      uid,
      title: `Test of ${uid}`,
      schemaVersion: 42,
      time: { from: 'now-15m', to: 'now' },
      ...more,
      panels: panels.map((panel, i) => ({
        ...panel,
        id: i + 1,
        datasource: datasource(),
        gridPos: { x: 0, y: i * 10, w: 24, h: 10 },
        targets: panel.targets.map((target) => ({ datasource: datasource(), v: 1, ...target })),
      })),
    },
  });
  return uid;
}

interface Shop {
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
}

/** A client of the demo's account, on the same servers that the console looks at. */
export async function inShop<T>({ natsUrls, natsAccount }: World, work: (shop: Shop) => Promise<T>): Promise<T> {
  const nc = await connect({ servers: natsUrls, user: natsAccount.user, pass: natsAccount.password });
  try {
    return await work({ nc, jsm: await jetstreamManager(nc) });
  } finally {
    await nc.close();
  }
}
