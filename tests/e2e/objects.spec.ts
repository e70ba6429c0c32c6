import { readFile } from 'node:fs/promises';
import { routes } from '@jetstream-console/contract';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';

const store = `e2e-${Date.now().toString(36)}`;
const content = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 31 + (i >> 8)) % 256));

test.describe.configure({ mode: 'serial' });

test('an editor makes a store, uploads a file, gets it back and knows it is whole', async ({ page, as, world }) => {
  await as('editor');
  const cluster = await demoClusterId(world);
  await page.goto(appUrl(`objects?cluster=${cluster}`));
  await page.getByRole('link', { name: 'Create an object store' }).first().click();
  await page.locator('#config-name').fill(store);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByText('This store holds no objects yet')).toBeVisible();
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page
    .getByTestId('upload')
    .locator('input[type=file]')
    .setInputFiles({ name: 'report.bin', mimeType: 'application/octet-stream', buffer: content });
  await page.locator('#object-name').fill('2026/report ü.bin');
  await page.getByTestId('upload').getByRole('button', { name: 'Upload', exact: true }).click();
  const panel = page.getByTestId('object');
  await expect(panel).toContainText('SHA-256=');
  await expect(panel).toContainText('683.6 KiB');
  const coming = page.waitForEvent('download');
  await panel.getByRole('link', { name: 'Download' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toContain('report');
  expect((await readFile(await download.path())).equals(content)).toBe(true);
  await panel.getByRole('button', { name: 'Check that it is whole' }).click();
  await expect(page.getByTestId('verified')).toContainText('It is whole');
  const { call } = await logIn(world.api, world.admin);
  const { items } = await call(routes.listAudit, { query: { action: 'object.put' } });
  expect(items[0]).toMatchObject({ status: 'success', changes: { after: { size: 700_000 } } });
});

test('an editor describes it anew, and sees it happen', async ({ page, as, world }) => {
  await as('editor');
  const cluster = await demoClusterId(world);
  const file = encodeURIComponent('2026/report ü.bin');
  await page.goto(appUrl(`clusters/${cluster}/objects/${store}?watch=1&file=${file}`));
  await expect(page.getByTestId('watch-state')).toHaveText('watching');
  await page.getByRole('button', { name: 'Actions on the object 2026/report ü.bin' }).click();
  await page.getByRole('menuitem', { name: 'Describe' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('#describe-description').fill('Figures of the year');
  await dialog.locator('#describe-metadata').fill('team: finance');
  await dialog.locator('#describe-headers').fill('Content-Type: application/pdf');
  // What is written and not saved is not left without a question, and saving asks nothing.
  const asked: string[] = [];
  page.on('dialog', (question) => {
    asked.push(question.message());
    return question.dismiss();
  });
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect.poll(() => asked).toEqual([expect.stringContaining('leaving loses it')]);
  await expect(dialog.locator('#describe-description')).toHaveValue('Figures of the year');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  expect(asked).toHaveLength(1);
  const panel = page.getByTestId('object');
  await expect(panel).toContainText('Figures of the year');
  await expect(panel).toContainText('finance');
  await expect(panel).toContainText('683.6 KiB');
  await expect(page.getByRole('region', { name: 'Live changes' }).getByText('2026/report ü.bin')).toBeVisible();
});

test('a reader gets objects and is offered nothing else', async ({ page, as, world }) => {
  await as('reader');
  const cluster = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${cluster}/objects/${store}`));
  await page.getByRole('region', { name: 'Objects' }).getByText('2026/report ü.bin').click();
  await expect(page.getByRole('link', { name: 'Download' })).toBeVisible();
  for (const name of ['Upload', `Actions on the object store ${store}`, 'Actions on the object 2026/report ü.bin'])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
});

for (const theme of ['dark', 'light'])
  for (const width of [1400, 320])
    test(`nothing of it is cut in the ${theme} theme at ${width} px`, async ({ page, as, world }, info) => {
      await page.setViewportSize({ width, height: 900 });
      await as('admin');
      const cluster = await demoClusterId(world);
      const one = `clusters/${cluster}/objects/${store}`;
      for (const [name, path] of Object.entries({
        list: `objects?cluster=${cluster}`,
        create: `objects?cluster=${cluster}&create=1`,
        object: `${one}?file=${encodeURIComponent('2026/report ü.bin')}`,
        upload: `${one}?upload=1`,
        describe: `${one}?file=${encodeURIComponent('2026/report ü.bin')}&act=describe`,
        leftovers: `${one}?watch=1&act=leftovers`,
        settings: `${one}?tab=config`,
      })) {
        await page.goto(`${appUrl(path)}&theme=${theme}`);
        await expect(page.getByRole('heading').first()).toBeVisible();
        await expect(page.getByText('Loading')).toHaveCount(0);
        await expectNoSidewaysScroll(page);
        await page.screenshot({ path: info.outputPath(`${name}-${theme}-${width}.png`) });
      }
    });

test('an administrator links, deletes, seals and deletes the store, each by its name', async ({ page, as, world }) => {
  await as('admin');
  const cluster = await demoClusterId(world);
  const one = `clusters/${cluster}/objects/${store}`;
  const dialog = page.getByRole('dialog');
  await page.goto(appUrl(`${one}?act=link`));
  await dialog.locator('#link-name').fill('latest');
  await dialog.locator('#link-object').fill('2026/report ü.bin');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  await expect(page.getByTestId('done')).toContainText('latest stands for');
  await page.goto(appUrl(`${one}?file=latest&act=delete-object`));
  await expect(dialog).toContainText('Only the link goes');
  await dialog.locator('#confirm-name').fill('latest');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Objects' })).not.toContainText('latest');
  await page.goto(appUrl(`${one}?act=leftovers`));
  await expect(dialog.getByTestId('leftovers')).toContainText('nothing is left over');
  await expect(dialog.getByRole('button', { name: 'Remove', exact: true })).toBeDisabled();
  await page.goto(appUrl(`${one}?act=seal`));
  await dialog.locator('#confirm-name').fill(store);
  await dialog.getByRole('button', { name: 'Seal for good' }).click();
  await expect(page.getByText('This store is sealed')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Upload', exact: true })).toHaveCount(0);
  await page.goto(appUrl(`${one}?act=delete-store`));
  await dialog.locator('#confirm-name').fill(store);
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText(store)).toHaveCount(0);
});
