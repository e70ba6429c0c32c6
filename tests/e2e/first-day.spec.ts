import { demoName } from '../../scripts/lib/demo';
import { appUrl, configUrl, demoClusterId, expect, test } from './console';

test.describe.configure({ mode: 'serial' });

test('a page without a backend says what to do, and an administrator pairs it with one string', async ({
  page,
  as,
  world,
}) => {
  await as('admin');
  await page.goto(appUrl('streams'));
  await expect(page.getByTestId('problem')).toContainText('Not connected to a backend yet');

  await page.goto(configUrl);
  const box = page.getByTestId('connection-string');
  await box.fill(world.connection.slice(0, -20));
  await page.getByRole('button', { name: /Connect and test|Replace and test/ }).click();
  await expect(page.getByText('cut or damaged')).toBeVisible();

  await box.fill(`  ${world.connection.slice(0, 60)}\n${world.connection.slice(60)}  `);
  await page.getByRole('button', { name: /Connect and test|Replace and test/ }).click();
  await expect(page.getByTestId('self-test')).toHaveAttribute('data-ok', 'true');
  await expect(page.getByTestId('self-test')).toContainText('admin');
  await expect(box).toHaveValue('');
});

test('an administrator connects a cluster, and its test names what is wrong and how to mend it', async ({
  page,
  as,
  world,
}) => {
  await as('admin');
  await page.goto(appUrl('streams'));
  await expect(page.getByTestId('empty')).toContainText('No cluster is connected yet');
  await page.getByRole('link', { name: 'Connect a cluster' }).click();

  const { natsAccount, natsSystem, natsUrls } = world;
  await page.getByLabel('Name', { exact: false }).first().fill(demoName);
  await page.locator('#urls').fill(natsUrls.join('\n'));
  const logInAs = async (slot: string, user: string, password: string) => {
    const section = page.getByRole('region', { name: `${slot} credential` });
    await section.getByRole('combobox', { name: 'How to log in' }).click();
    await page.getByRole('option', { name: 'User and password' }).click();
    await section.getByLabel('User', { exact: true }).fill(user);
    await section.getByLabel('Password').fill(password);
  };
  await logInAs('Account', natsAccount.user, 'not the password');
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(page.getByText('The server refuses this credential').first()).toBeVisible();

  await logInAs('Account', natsAccount.user, natsAccount.password);
  await page.getByRole('region', { name: 'System account credential' }).getByRole('switch').check({ force: true });
  await logInAs('System account', natsSystem.user, natsSystem.password);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(page.getByText('The server refuses this credential')).toHaveCount(0);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();

  await expect(page.getByRole('heading', { name: 'Servers' })).toBeVisible();
  for (const server of ['demo-1', 'demo-2', 'demo-3'])
    await expect(page.getByText(server, { exact: false }).first()).toBeVisible();
  await page.getByRole('link', { name: 'Streams', exact: true }).last().click();
  await expect(page.getByRole('region', { name: 'Streams' })).toContainText('ORDERS');
});

test('a reader finds a message by what is in it, and a colleague opens it by its link', async ({ page, as, world }) => {
  await as('reader');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS?tab=messages`));
  await page.getByRole('button', { name: /Header, regular expression, JSON path/ }).click();
  await page.getByLabel('JSON path').fill("$.id == 'o-0000042'");
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await expect(page.getByTestId('search-status')).toHaveAttribute('data-phase', 'ended');
  const row = page.getByRole('region', { name: 'Messages' }).getByRole('row').nth(1);
  await expect(row).toContainText('o-0000042');
  await row.click();
  await expect(page.getByTestId('message')).toContainText('Nats-Msg-Id');
  await expect(page.getByTestId('message')).toContainText('order-42');
  await expect(page).toHaveURL(/msg=43/);

  await page.goto(page.url());
  await expect(page.getByTestId('message')).toContainText('o-0000042');
});

test('a viewer sees streams and is refused payloads, in the page and by the api', async ({ page, as, world }) => {
  await as('viewer');
  const clusterId = await demoClusterId(world);
  await page.goto(appUrl('streams'));
  await expect(page.getByRole('region', { name: 'Streams' })).toContainText('ORDERS');
  await page.goto(appUrl('clusters'));
  await expect(page.getByText(demoName).first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Connect a cluster' })).toHaveCount(0);

  await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS?tab=messages`));
  await expect(page.getByTestId('no-access')).toContainText('reader');
  await expect(page.getByRole('button', { name: 'Look', exact: true })).toHaveCount(0);
  const answer = await page.request.get(
    `/api/plugin-proxy/natsconsole-jetstream-app/api/v1/clusters/${clusterId}/streams/ORDERS/messages`,
  );
  expect(answer.status()).toBe(403);
  expect(await answer.text()).not.toContain('o-0');
});
