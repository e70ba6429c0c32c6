import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';

test('streams are searched, sorted and opened from the keyboard, and the URL says what is shown', async ({
  page,
  as,
}) => {
  await as('viewer');
  await page.goto(appUrl('streams'));
  const table = page.getByRole('region', { name: 'Streams' });
  await expect(table).toContainText('TELEMETRY');
  await page.getByRole('button', { name: 'Messages' }).click();
  await expect(page).toHaveURL(/sort=messages/);
  await page.keyboard.press('f');
  await page.keyboard.type('order');
  await expect(table).not.toContainText('TELEMETRY');
  await expect(page).toHaveURL(/search=order/);
  await page.reload();
  await expect(table).not.toContainText('TELEMETRY');
  await table
    .getByRole('link', { name: /^ORDERS\b/ })
    .first()
    .focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/streams\/ORDERS/);
});

test('everything is searched from anywhere by a key, and opened by another', async ({ page, as }) => {
  await as('viewer');
  await page.goto(appUrl('kv'));
  await expect(page.getByRole('region', { name: 'Buckets' })).toBeVisible();
  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('fraud');
  await expect(dialog.getByRole('link', { name: /fraud-check/ })).toBeVisible({ timeout: 90_000 });
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/consumers\/fraud-check/);
  await expect(dialog).toBeHidden();
});

test('a stuck consumer is named as such, with the reason', async ({ page, as, world }) => {
  await as('viewer');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS/consumers/fraud-check`));
  await expect(page.getByTestId('verdict')).toContainText('Stopped: 5 messages are out unacknowledged');
});

test('keys are walked by prefix, and a value shows its history', async ({ page, as, world }) => {
  await as('reader');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${clusterId}/kv/app-config?key=eu.checkout.timeout_ms`));
  await expect(page.getByTestId('key')).toContainText('2500');
  await expect(page.getByTestId('key')).toContainText('2000');
});

test('while the backend is away every page says so, and works again by itself', async ({ page, as }) => {
  await as('viewer');
  await page.route('**/api/plugin-proxy/**', (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await page.goto(appUrl('streams'));
  await expect(page.getByTestId('problem')).toContainText('The backend is away');
  await page.unroute('**/api/plugin-proxy/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('region', { name: 'Streams' })).toContainText('ORDERS');
});

for (const theme of ['dark', 'light'])
  for (const width of [1400, 320])
    test(`nothing is cut in the ${theme} theme at ${width} px`, async ({ page, as, world }) => {
      // Eleven pages, each loaded from nothing.
      test.setTimeout(180_000);
      await page.setViewportSize({ width, height: 800 });
      await as('admin');
      const clusterId = await demoClusterId(world);
      const stream = `clusters/${clusterId}/streams/ORDERS`;
      for (const path of [
        'overview',
        'clusters',
        'clusters/new',
        `clusters/${clusterId}`,
        'streams',
        'consumers',
        'kv',
        stream,
        `${stream}?tab=messages`,
        `${stream}?tab=config`,
        `clusters/${clusterId}/kv/app-config`,
      ]) {
        await page.goto(`${appUrl(path)}${path.includes('?') ? '&' : '?'}theme=${theme}`);
        await expect(page.getByRole('heading').first()).toBeVisible();
        await expect(page.getByText('Loading')).toHaveCount(0);
        await expectNoSidewaysScroll(page);
      }
    });
