import type { Page } from '@playwright/test';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';

/** The demo's fraud-check holds five messages and acknowledges none: it takes two collections until that is found. */
const collected = { timeout: 90_000 };
const stuck = /fraud-check delivers nothing more until something is acknowledged/;

/** The queries that a link to Explore carries. */
async function queriesOf(page: Page, name: string | RegExp): Promise<{ spec: Record<string, unknown> }[]> {
  const href = await page.getByRole('link', { name }).first().getAttribute('href');
  const url = new URL(href ?? '', 'http://localhost');
  const parameter = url.searchParams.get('panes') ?? url.searchParams.get('defaults') ?? '{}';
  const parsed = JSON.parse(parameter) as { a?: { queries: { spec: Record<string, unknown> }[] } };
  return parsed.a?.queries ?? [];
}

test('the first page says what needs somebody now, with the figures, the cure and the way there', async ({
  page,
  as,
}) => {
  test.setTimeout(120_000);
  await as('viewer');
  await page.goto(appUrl(''));
  await expect(page).toHaveURL(/\/overview/);
  const finding = page.getByRole('article', { name: stuck });
  await expect(finding).toBeVisible(collected);
  await expect(finding).toContainText('Critical');
  await expect(finding).toContainText('5 of 5 unacknowledged');
  await expect(finding).toContainText('What helps: The application takes too long or does not acknowledge');
  await expect(finding).toContainText(/for \d+ (s|min)|since just now/);
  await expect(page.getByRole('region', { name: 'Clusters' }).getByRole('article')).toContainText(/[1-9]\d*(\.\d)?\/s/);
  await finding.getByRole('link', { name: 'Open the consumer' }).click();
  await expect(page).toHaveURL(/streams\/ORDERS\/consumers\/fraud-check/);
});

test('a consumer says since when it is stuck, that it does not catch up, and shows it', async ({ page, as, world }) => {
  test.setTimeout(120_000);
  await as('viewer');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS/consumers/fraud-check`));
  const verdict = page.getByTestId('verdict');
  await expect(verdict).toContainText('Stopped: 5 messages are out unacknowledged');
  await expect(verdict).toContainText(/This has been so for .*since 20\d\d-/, collected);
  await expect(page.getByTestId('cures')).toContainText('What helps:', collected);
  // Foretold from five minutes of samples on; before that it says so.
  await expect(page.getByTestId('drain')).toContainText(/not catching up|less than five minutes of history/);
  await expect(
    page.getByRole('img', { name: /^Unacknowledged, redelivered, waiting pulls\. Unacknowledged 5,/ }),
  ).toBeVisible();
});

test('a stream shows its rate over time, and what it does at its limit', async ({ page, as, world }) => {
  await as('viewer');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS`));
  await expect(page.getByRole('img', { name: /^Publish rate\. Published [1-9]/ })).toBeVisible(collected);
  await expect(page.getByRole('img', { name: /^Lag of its consumers\. .*fraud-check/ })).toBeVisible();
  await expect(page.getByTestId('limit-forecast')).toContainText(/Full in about|less than five minutes/);
});

test('the list of streams has the rate of each row, asked for together', async ({ page, as }) => {
  await as('viewer');
  const bodies: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/query')) bodies.push(request.postData() ?? '');
  });
  await page.goto(appUrl('streams'));
  const row = page.getByRole('row', { name: /^ORDERS orders/ });
  await expect(row.getByRole('img', { name: /^Published to ORDERS: [1-9]/ })).toBeVisible(collected);
  await expect(row).toContainText(/[1-9]\d*(\.\d)?\/s/);
  const lines = bodies.filter((body) => body.includes('"published"') && !body.includes('"table"'));
  expect(lines.length).toBeGreaterThan(0);
  for (const body of lines) expect(body).toContain('TELEMETRY');
});

test('the time range stays in the URL from page to page', async ({ page, as, world }) => {
  await as('viewer');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS?from=now-3h&to=now`));
  const picker = page.getByRole('button', { name: /Time range selected: Last 3 hours/ });
  await expect(picker).toBeVisible();
  await page.getByRole('link', { name: 'Streams' }).last().click();
  await expect(page).toHaveURL(/streams\?.*from=now-3h/);
  await picker.click();
  await page.getByText('Last 15 minutes', { exact: true }).click();
  await expect(page).toHaveURL(/from=now-15m/);
});

test('charts and findings lead to Explore with their query, for whoever may explore', async ({ page, as, world }) => {
  test.setTimeout(120_000);
  const clusterId = await demoClusterId(world);
  const consumer = appUrl(`clusters/${clusterId}/streams/ORDERS/consumers/fraud-check`);
  await as('editor');
  await page.goto(consumer);
  const link = page.getByRole('link', { name: 'Open Lag and backlog in Explore' });
  await expect(link).toBeVisible(collected);
  const [lag, backlog] = await queriesOf(page, 'Open Lag and backlog in Explore');
  expect(lag?.spec).toMatchObject({
    metric: 'lag',
    clusters: [clusterId],
    filters: [
      { field: 'stream', op: '=', values: ['ORDERS'] },
      { field: 'consumer', op: '=', values: ['fraud-check'] },
    ],
  });
  expect(backlog?.spec).toMatchObject({ metric: 'backlog' });
  await page.goto(appUrl('overview'));
  const finding = page.getByRole('article', { name: stuck });
  await expect(finding).toBeVisible(collected);
  await expect(finding.getByRole('link', { name: /^Create an alert/ })).toHaveAttribute('href', /ack_use/);
  await finding.getByRole('link', { name: /in Explore$/ }).click();
  await expect(page).toHaveURL(/\/explore/);
  await expect(page.getByText('fraud-check').first()).toBeVisible();
});

for (const theme of ['dark', 'light'])
  test(`figures are whole at 320 px in the ${theme} theme`, async ({ page, as, world }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width: 320, height: 800 });
    await as('admin');
    const clusterId = await demoClusterId(world);
    for (const [path, shown] of [
      ['overview', page.getByRole('article', { name: stuck })],
      ['streams', page.getByRole('img', { name: /^Published to ORDERS/ })],
      [`clusters/${clusterId}`, page.getByRole('img', { name: /^CPU/ })],
      [`clusters/${clusterId}/streams/ORDERS`, page.getByRole('img', { name: /^Publish rate/ })],
      [
        `clusters/${clusterId}/streams/ORDERS/consumers/fraud-check`,
        page.getByRole('img', { name: /^Lag and backlog/ }),
      ],
    ] as const) {
      await page.goto(`${appUrl(path)}?theme=${theme}`);
      await expect(shown.first()).toBeVisible(collected);
      await expectNoSidewaysScroll(page);
    }
  });
