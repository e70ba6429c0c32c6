import { routes } from '@jetstream-console/contract';
import { connect } from '@nats-io/transport-node';
import { Kvm } from '@nats-io/kv';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';
import type { World } from './world';

const bucket = `e2e-${Date.now().toString(36)}`;

async function theirs({ natsUrls, natsAccount: { user, password } }: World) {
  const nc = await connect({ servers: [...natsUrls], user, pass: password });
  return { nc, kv: await new Kvm(nc).open(bucket) };
}
async function audited(world: World, action: string) {
  const { call } = await logIn(world.api, world.admin);
  const { items } = await call(routes.listAudit, { query: { action, limit: 20 } });
  return items.find(({ resource, changes }) => JSON.stringify([resource, changes]).includes(bucket));
}

test.describe.configure({ mode: 'serial' });

test('an editor makes a bucket, and its settings change through a shown diff', async ({ page, as, world }) => {
  await as('editor');
  const cluster = await demoClusterId(world);
  await page.goto(appUrl(`kv?cluster=${cluster}`));
  await page.getByRole('link', { name: 'Create a bucket' }).click();
  await page.locator('#config-name').fill(bucket);
  await page.locator('#config-description').fill('Made in a browser');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByText('This bucket holds no keys yet')).toBeVisible();
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.locator('#config-max_msgs_per_subject').fill('5');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByTestId('outcome')).toContainText('Saved, as you asked');
  expect(await audited(world, 'kv.update')).toMatchObject({
    status: 'success',
    changes: { before: { max_msgs_per_subject: 1 }, after: { max_msgs_per_subject: 5 } },
  });
});

test('a key is put, changed on the revision that was seen, and a lost race shows both values', async ({
  page,
  as,
  world,
}) => {
  await as('editor');
  const cluster = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${cluster}/kv/${bucket}?put=1`));
  await page.locator('#kv-key').fill('eu.limit');
  await page.locator('#kv-value').fill('{"n":1}');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByTestId('key')).toContainText('Revision 1, put');
  await page.getByTestId('key').getByRole('button', { name: 'Edit', exact: true }).click();
  await page.locator('#kv-value').fill('{"n":2}');
  const { nc, kv } = await theirs(world);
  await kv.put('eu.limit', '{"n":99}');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const conflict = page.getByTestId('key-conflict');
  await expect(conflict).toContainText('revision 2');
  await expect(conflict.getByLabel('Changes')).toContainText('99');
  expect((await kv.get('eu.limit'))?.string()).toBe('{"n":99}');
  await conflict.getByRole('button', { name: 'Put mine over it' }).click();
  await expect(page.getByTestId('key')).toContainText('Revision 3, put');
  expect((await kv.get('eu.limit'))?.string()).toBe('{"n":2}');
  await nc.close();
  expect(JSON.stringify(await audited(world, 'kv.put'))).not.toContain('"n"');
});

test('changes are watched as they happen, by a reader who can change nothing', async ({ page, as, world }) => {
  await as('reader');
  const cluster = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${cluster}/kv/${bucket}?key=eu.limit`));
  await expect(page.getByTestId('key')).toContainText('Revision 3');
  for (const name of ['Edit', 'Put a key', 'Actions on the key eu.limit', `Actions on the bucket ${bucket}`])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Watch live' }).click();
  await expect(page.getByTestId('watch-state')).toHaveText('watching');
  const { nc, kv } = await theirs(world);
  await kv.put('eu.price', 'live');
  await expect(page.getByRole('region', { name: 'Live changes' }).last()).toContainText('eu.price');
  await nc.close();
});

test('an administrator reverts, deletes and purges by name', async ({ page, as, world }) => {
  await as('admin');
  const cluster = await demoClusterId(world);
  const { nc, kv } = await theirs(world);
  await page.goto(appUrl(`clusters/${cluster}/kv/${bucket}?key=eu.limit&rev=1`));
  await page.getByRole('button', { name: 'Revert to this' }).click();
  await page.getByRole('button', { name: 'Revert', exact: true }).click();
  await expect(page.getByTestId('key')).toContainText('Revision 5, put');
  expect((await kv.get('eu.limit'))?.string()).toBe('{"n":1}');
  const act = async (item: string, button: string) => {
    await page.getByRole('button', { name: 'Actions on the key eu.limit' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: button, exact: true })).toBeDisabled();
    await dialog.locator('#confirm-name').fill('eu.limit');
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await expect(dialog).toHaveCount(0);
  };
  await act('Delete', 'Delete');
  await expect(page.getByTestId('key')).toContainText('The key has no value since this revision.');
  await act('Purge with its history', 'Purge');
  await expect(page.getByTestId('key')).toContainText('Revisions that are kept (1)');
  await page.getByRole('button', { name: `Actions on the bucket ${bucket}` }).click();
  await page.getByRole('menuitem', { name: 'Compact' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('#compact-age').fill('0');
  await expect(dialog.getByTestId('compact-plan')).toContainText('1 of 2 keys are gone');
  await dialog.locator('#confirm-name').fill(bucket);
  await dialog.getByRole('button', { name: 'Compact', exact: true }).click();
  await expect(page.getByTestId('done').first()).toContainText('1 keys that were gone are removed');
  expect(await kv.get('eu.limit')).toBeNull();
  await nc.close();
});

for (const theme of ['dark', 'light'])
  for (const width of [1400, 320])
    test(`nothing of it is cut in the ${theme} theme at ${width} px`, async ({ page, as, world }, info) => {
      await page.setViewportSize({ width, height: 900 });
      await as('admin');
      const cluster = await demoClusterId(world);
      const config = `clusters/${cluster}/kv/app-config`;
      for (const [name, path] of Object.entries({
        create: `kv?cluster=${cluster}&create=1`,
        key: `${config}?key=eu.checkout.timeout_ms&watch=1`,
        edit: `${config}?key=eu.checkout.limits&edit=1`,
        put: `${config}?put=1`,
        settings: `${config}?tab=config&edit=1`,
      })) {
        await page.goto(`${appUrl(path)}&theme=${theme}`);
        await expect(page.getByRole('heading').first()).toBeVisible();
        await expect(page.getByText('Loading')).toHaveCount(0);
        await expectNoSidewaysScroll(page);
        await page.screenshot({ path: info.outputPath(`${name}-${theme}-${width}.png`) });
      }
    });

test('an administrator deletes the bucket by its name', async ({ page, as, world }) => {
  await as('admin');
  const cluster = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${cluster}/kv/${bucket}?act=delete-bucket`));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('What is touched')).toContainText('is lost');
  await dialog.locator('#confirm-name').fill(bucket);
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Buckets' })).toContainText('app-config');
  await expect(page.getByRole('region', { name: 'Buckets' })).not.toContainText(bucket);
  expect(await audited(world, 'kv.delete')).toMatchObject({ status: 'success', changes: { after: null } });
});
