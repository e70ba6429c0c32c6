import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';

/** It takes two collections until the demo's stuck consumer is found. */
const collected = { timeout: 90_000 };
const stuck = /fraud-check delivers nothing more until something is acknowledged/;

test('a finding is silenced with a reason, lies folded for everybody, and is told again when somebody says so', async ({
  page,
  as,
}) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 320, height: 800 });
  await as('editor');
  await page.goto(appUrl('overview'));
  const finding = page.getByRole('article', { name: stuck });
  await expect(finding).toBeVisible(collected);
  await finding.getByRole('button', { name: /^Silence .*fraud-check delivers nothing/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: '8 hours' }).check();
  await dialog.getByRole('textbox', { name: 'Why' }).fill('anna restarts it');
  await expectNoSidewaysScroll(page);
  // The dialog stands above the page, which says nothing of it: the last of the times is inside it too.
  await expect(dialog.getByRole('radio', { name: 'A week' })).toBeInViewport({ ratio: 1 });
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(finding).toBeHidden();

  await as('viewer');
  await page.reload();
  const folded = page.getByTestId('silenced');
  await folded.getByText(/\d+ silenced/).click();
  await expect(folded.getByRole('article', { name: stuck })).toContainText('anna restarts it');
  await expect(folded.getByRole('button', { name: /ilence/ })).toHaveCount(0);

  await as('editor');
  await page.reload();
  await folded.getByText(/\d+ silenced/).click();
  await folded.getByRole('button', { name: /^Unsilence .*fraud-check delivers nothing/ }).click();
  await expect(finding.getByRole('button', { name: /^Silence .*fraud-check delivers nothing/ })).toBeVisible(collected);
});

test('messages are followed live, and stand still while paused', async ({ page, as, world }) => {
  test.setTimeout(120_000);
  await as('reader');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS?tab=messages`));
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  const tail = page.getByTestId('tail');
  await expect(tail).toContainText(/[1-9]\d* since you began/);
  await page.keyboard.press('p');
  await expect(tail).toContainText(/Paused.*at sequence [\d,]+/);
  const first = page.getByRole('region', { name: 'Messages' }).getByRole('row').nth(1);
  const still = await first.getAttribute('data-key');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(first).not.toHaveAttribute('data-key', still ?? '');
});
