import type { Page } from '@playwright/test';
import { expect, test } from './console';
import { world, type World } from './world';

const datasourceOf = ({ datasource }: World) => ({ uid: datasource, type: 'natsconsole-jetstream-datasource' });

interface Result {
  readonly status: number;
  readonly error?: string;
  readonly frames: {
    schema: { name?: string; fields: { labels?: Record<string, string> }[] };
    data: { values: (number | null)[][] };
  }[];
}

/** Asks as the signed-in person does from a panel: by Grafana's own query API. */
async function ask(page: Page, specs: Record<string, object>): Promise<Record<string, Result>> {
  const now = Date.now();
  const queries = Object.entries(specs).map(([refId, spec]) => ({
    refId,
    datasource: datasourceOf(world()),
    intervalMs: 15_000,
    maxDataPoints: 500,
    version: 1,
    spec,
  }));
  const answer = await page.request.post('/api/ds/query', {
    data: { from: String(now - 900_000), to: String(now), queries },
  });
  return ((await answer.json()) as { results: Record<string, Result> }).results;
}

const metric = (metric: string) => ({ kind: 'metrics', metric, groupBy: ['stream', 'consumer'], aggregate: 'last' });

test('the datasource tells in its settings what it reaches and as whom', async ({ page, as }) => {
  await as('admin');
  await page.goto(`/connections/datasources/edit/${world().datasource}`);
  // A provisioned datasource can be tested and not be changed: Grafana calls the button after that.
  await page.getByRole('button', { name: /^(Save & test|Test)$/ }).click();
  await expect(page.getByText(/Connected to Main as admin/)).toBeVisible();
});

test("figures come from the server through collector, store and gateway, and are the server's own", async ({
  page,
  as,
}) => {
  await as('viewer');
  await expect
    .poll(
      async () => {
        const { A } = await ask(page, { A: metric('ack_pending') });
        const stuck = A?.frames.find(({ schema }) =>
          schema.fields.some(({ labels }) => labels?.['consumer'] === 'fraud-check'),
        );
        return stuck?.data.values[1]?.at(-1);
      },
      { timeout: 90_000, message: 'unacknowledged messages of fraud-check' },
    )
    .toBe(5);
});

test('a viewer gets figures and no payload in one request, each query by itself', async ({ page, as }) => {
  await as('viewer');
  const { A, B, C } = await ask(page, {
    A: { kind: 'inventory', of: 'streams' },
    B: { kind: 'messages', cluster: 'Demo shop', stream: 'ORDERS' },
    C: { kind: 'metrics', metric: 'no_such_metric' },
  });
  expect(A?.status).toBe(200);
  expect(A?.frames).toHaveLength(1);
  expect(B?.status).toBe(403);
  expect(B?.frames).toEqual([]);
  expect(C?.status).toBe(400);
  expect(C?.error).toContain('no such metric');
});

test('Explore shows a series by its stream and consumer', async ({ page, as }) => {
  await as('editor');
  const queries = [{ refId: 'A', datasource: datasourceOf(world()), version: 1, spec: metric('lag') }];
  const panes = JSON.stringify({
    a: { datasource: world().datasource, queries, range: { from: 'now-1h', to: 'now' } },
  });
  await page.goto(`/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(panes)}`);
  await page.getByRole('button', { name: 'Run query' }).first().click();
  await expect(page.getByText('ORDERS > fraud-check').first()).toBeVisible();
});
