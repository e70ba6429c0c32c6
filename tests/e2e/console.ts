import { test as base, expect, type Page } from '@playwright/test';
import { logIn } from '../../scripts/lib/consoleClient';
import { routes } from '@jetstream-console/contract';
import { demoName } from '../../scripts/lib/demo';
import { world, type World } from './world';

export const appUrl = (path: string): string => `/a/natsconsole-jetstream-app/${path}`;
export const configUrl = '/plugins/natsconsole-jetstream-app';

interface Fixtures {
  readonly world: World;
  /** signs somebody in, on the page of this test */
  readonly as: (login: string) => Promise<void>;
  /** what the page itself complained about; every test ends with none */
  readonly complaints: string[];
}

/** A test in a browser whose page is the plugin host or a Grafana, and which fails on any uncaught error of the page. */
export const test = base.extend<Fixtures>({
  world: async ({}, use) => use(world()),
  baseURL: async ({}, use) => use(world().page),
  complaints: [
    async ({ page }, use) => {
      const found: string[] = [];
      page.on('pageerror', (error) => found.push(String(error)));
      await use(found);
      expect(found).toEqual([]);
    },
    { auto: true },
  ],
  as: async ({ page, world: { users } }, use) => {
    await use(async (login) => {
      const user = users.find((known) => known.login === login);
      if (!user) throw new Error(`nobody is called ${login}`);
      const answer = await page.request.post('/login', { data: { user: user.login, password: user.password } });
      expect(answer.status(), `log-in of ${login}`).toBe(200);
    });
  },
});
export { expect };

/** The demo cluster's id, as the api tells it. */
export async function demoClusterId({ api, admin }: World): Promise<string> {
  const { call } = await logIn(api, admin);
  const { items } = await call(routes.listClusters, { query: { search: demoName } });
  const [cluster] = items;
  if (!cluster) throw new Error('the demo cluster is not connected');
  return cluster.id;
}

/** Nothing is cut off sideways, whatever the width. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() => {
    const main = document.querySelector('main') ?? document.documentElement;
    return Math.max(main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth - window.innerWidth);
  });
  expect(over).toBeLessThanOrEqual(0);
}
