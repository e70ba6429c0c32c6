import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { routes } from '@jetstream-console/contract';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';

test('an administrator finds a client, what it listens to, and how the servers are', async ({ page, as, world }) => {
  const clusterId = await demoClusterId(world);
  const name = `seen-${Date.now().toString(36)}`;
  const { user, password } = world.natsAccount;
  const client = await connect({ servers: world.natsUrls, user, pass: password, name });
  try {
    client.subscribe('seen.orders', { queue: 'workers' });
    await client.flush();
    await as('admin');
    await page.goto(appUrl(`clusters/${clusterId}`));
    await page.getByRole('tab', { name: 'Connections' }).click();
    await page.getByRole('textbox', { name: 'Search connections' }).fill(name);
    const list = page.getByRole('region', { name: 'Connections' });
    await list.getByText(name).click();
    const opened = page.getByTestId('connection');
    await expect(opened).toContainText('seen.orders');
    await expect(opened).toContainText('workers');
    await expect(page).toHaveURL(/connection=N[A-Z2-7]{55}\.\d+/);
    await page.goto(page.url());
    await expect(opened).toContainText('seen.orders');
    await page.goto(appUrl(`clusters/${clusterId}?tab=health`));
    const meta = page.getByRole('region', { name: 'Meta group' });
    const leading = meta.getByRole('row').filter({ hasText: 'leads' });
    const before = (await leading.innerText()).split(/\s/)[0];
    await meta.getByRole('button', { name: 'Actions on the meta group' }).click();
    await page.getByRole('menuitem', { name: 'Step down the leader' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Step down', exact: true }).click();
    await expect(page.getByTestId('done')).toContainText(`${before} stepped down`);
    await expect(leading).not.toContainText(String(before), { timeout: 30_000 });
  } finally {
    await client.close();
  }
});

test('a client is disconnected where the cluster allows it, and offered nowhere else', async ({ page, as, world }) => {
  const clusterId = await demoClusterId(world);
  const { call } = await logIn(world.api, world.admin);
  const allow = (allowKick: boolean) => call(routes.updateCluster, { params: { clusterId }, body: { allowKick } });
  const name = `leaving-${Date.now().toString(36)}`;
  const { user, password } = world.natsAccount;
  const client = await connect({ servers: world.natsUrls, user, pass: password, name, reconnect: false });
  try {
    await as('admin');
    await page.goto(appUrl(`clusters/${clusterId}?tab=connections&search=${name}`));
    await page.getByRole('region', { name: 'Connections' }).getByText(name).click();
    const opened = page.getByTestId('connection');
    await expect(opened).toContainText('Waits to be sent');
    await expect(opened.getByRole('button', { name: 'Disconnect' })).toHaveCount(0);
    const here = page.url();
    await page.goto(`${here}&act=kick`);
    await expect(opened).toContainText('switched off in the settings of this cluster');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    await page.goto(appUrl(`clusters/${clusterId}/edit`));
    await page.getByText('Clients may be disconnected from here').click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('tab', { name: 'Connections' })).toBeVisible();
    await page.goto(here);
    await opened.getByRole('button', { name: 'Disconnect' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(name);
    await expect(dialog).toContainText('connects again by itself');
    const button = dialog.getByRole('button', { name: 'Disconnect', exact: true });
    await expect(button).toBeDisabled();
    const address = /127\.0\.0\.1:\d+/.exec(await dialog.innerText())?.[0] ?? '';
    await dialog.getByRole('textbox').fill(address);
    await button.click();
    await expect(page.getByTestId('done')).toContainText(`${name} is disconnected`);
    await client.closed();
    await expect(opened).toContainText('Kicked');
    await expect(opened.getByRole('button', { name: 'Disconnect' })).toHaveCount(0);
  } finally {
    await client.close();
    await allow(false);
  }
});

test('leaders that crowd on one server are moved after a plan, and each move is accounted for', async ({
  page,
  as,
  world,
}) => {
  const clusterId = await demoClusterId(world);
  const { user, password } = world.natsAccount;
  const names = [1, 2, 3, 4].map((n) => `CROWD_${n}_${Date.now().toString(36)}`);
  const client = await connect({ servers: world.natsUrls, user, pass: password });
  const { streams } = await jetstreamManager(client);
  const leaderOf = async (name: string) => {
    const { cluster } = await streams.info(name);
    return cluster?.replicas?.every(({ current }) => current) ? cluster.leader : null;
  };
  try {
    for (const name of names) {
      await streams.add({ name, subjects: [`${name}.>`], num_replicas: 3, storage: StorageType.Memory });
      await expect.poll(() => leaderOf(name)).toBeTruthy();
      const body = JSON.stringify({ placement: { preferred: 'demo-1' } });
      if ((await leaderOf(name)) !== 'demo-1') await client.request(`$JS.API.STREAM.LEADER.STEPDOWN.${name}`, body);
      await expect.poll(() => leaderOf(name), { timeout: 20_000 }).toBe('demo-1');
    }
    await as('admin');
    await page.goto(appUrl(`clusters/${clusterId}`));
    const leaders = page.getByRole('region', { name: 'Leaders', exact: true }).first();
    await leaders.getByRole('button', { name: 'Balance leaders' }).click();
    const plan = page.getByTestId('leaders-plan');
    await expect(plan).toContainText('would move');
    const rate = page.getByRole('textbox', { name: /^Leaders a minute/ });
    await rate.fill('0');
    await expect(page.getByText('a whole number from 1 to 600')).toBeVisible();
    await rate.fill('600');
    await page.getByRole('button', { name: /^Move \d+$/ }).click();
    const account = page.getByTestId('leaders-account');
    await expect(account).toHaveAttribute('data-phase', 'ended', { timeout: 60_000 });
    await expect(account).toContainText('All of them were looked at');
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    // That servers lead alike then is shown on a cluster of its own (tests/integration/operations/leaders): here others
    // make and drop streams meanwhile, and a copy that lags keeps its leader where it is.
    await expect(page.getByTestId('evenness')).toBeVisible();
  } finally {
    for (const name of names) await streams.delete(name).catch(() => undefined);
    await client.close();
  }
});

test('a viewer is offered servers alone', async ({ page, as, world }) => {
  const clusterId = await demoClusterId(world);
  await as('viewer');
  await page.goto(appUrl(`clusters/${clusterId}?tab=connections`));
  await expect(page.getByText('demo-1').first()).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Connections' })).toHaveCount(0);
  await expect(page.getByTestId('connection')).toHaveCount(0);
});

for (const theme of ['dark', 'light'])
  for (const width of [1400, 320])
    test(`nothing of it is cut in the ${theme} theme at ${width} px`, async ({ page, as, world }, info) => {
      const clusterId = await demoClusterId(world);
      await page.setViewportSize({ width, height: 900 });
      await as('admin');
      for (const [tab, sign] of [
        ['servers', 'Leads streams'],
        ['connections', 'Subscriptions'],
        ['accounts', 'Storage'],
        ['accounts&account=SHOP', 'Limits of the account'],
        ['servers&act=balance-leaders', 'Leaders a minute at most'],
        ['health&act=meta-peer-remove', 'Every copy of a stream'],
        ['health', 'Meta group'],
        ['advisories', 'When'],
      ] as const) {
        await page.goto(appUrl(`clusters/${clusterId}?tab=${tab}&theme=${theme}`));
        await expect(page.getByText(sign).first()).toBeVisible();
        await expect(page.getByText('Loading')).toHaveCount(0);
        await expectNoSidewaysScroll(page);
        await page.getByText(sign).first().scrollIntoViewIfNeeded();
        await page.screenshot({ path: info.outputPath(`${tab.replace(/\W/g, '-')}-${theme}-${width}.png`) });
      }
    });

test('what a client does around the console is told with what it means', async ({ page, as, world }) => {
  const clusterId = await demoClusterId(world);
  const stream = `AROUND_${Date.now().toString(36)}`;
  const { user, password } = world.natsAccount;
  const client = await connect({ servers: world.natsUrls, user, pass: password, name: 'around' });
  const ask = (what: string, body: object) => client.request(`$JS.API.STREAM.${what}.${stream}`, JSON.stringify(body));
  try {
    await ask('CREATE', { name: stream, subjects: [`${stream}.>`], storage: 'memory', retention: 'limits' });
    await as('admin');
    await page.goto(appUrl(`clusters/${clusterId}?tab=advisories&type=api_audit`));
    const row = page.getByRole('region', { name: 'Advisories' }).getByText(`STREAM.CREATE.${stream}`);
    await row.click({ timeout: 60_000 });
    const opened = page.getByTestId('advisory');
    await expect(opened).toContainText('What it means');
    await expect(opened).toContainText(`${user}, around, 127.0.0.1: around the console`);
    await page.goto(page.url());
    await expect(opened).toContainText(`STREAM.CREATE.${stream}`);

    await as('viewer');
    await page.goto(appUrl(`clusters/${clusterId}?tab=advisories&stream=${stream}`));
    await page.getByRole('region', { name: 'Advisories' }).getByText(`Stream ${stream}: create`).click();
    await expect(opened.getByRole('link', { name: stream })).toBeVisible();
  } finally {
    await ask('DELETE', {});
    await client.close();
  }
});

for (const [theme, width] of [
  ['dark', 1400],
  ['light', 320],
] as const)
  test(`who is attached to a consumer is told as far as servers tell it, ${theme} at ${width} px`, async ({
    page,
    as,
    world,
  }, info) => {
    const clusterId = await demoClusterId(world);
    const { user, password } = world.natsAccount;
    const client = await connect({ servers: world.natsUrls, user, pass: password, name: 'attached' });
    const name = `attached-${Date.now().toString(36)}`;
    const of = `ORDERS.${name}`;
    const ask = (what: string, body: object) =>
      client.request(`$JS.API.CONSUMER.${what}.${of}`, JSON.stringify(body), { timeout: 5000 });
    try {
      const config = { durable_name: name, deliver_subject: `to.${name}`, ack_policy: 'none', deliver_policy: 'new' };
      client.subscribe(config.deliver_subject);
      await ask('DURABLE.CREATE', { stream_name: 'ORDERS', config });
      await page.setViewportSize({ width, height: 900 });
      await as('admin');
      await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS/consumers/${name}?theme=${theme}`));
      const clients = page.getByRole('region', { name: 'Clients' }).first();
      await expect(clients).toContainText(`They listen on to.${name}`);
      await clients.scrollIntoViewIfNeeded();
      await expectNoSidewaysScroll(page);
      await page.screenshot({ path: info.outputPath(`clients-${theme}-${width}.png`) });
      await clients.getByRole('link', { name: 'attached' }).click();
      await expect(page.getByTestId('connection')).toContainText(`to.${name}`);

      await page.goto(appUrl(`clusters/${clusterId}/streams/ORDERS/consumers/fraud-check`));
      await expect(clients).toContainText('Whose they are no server tells');
    } finally {
      await ask('DELETE', {});
      await client.close();
    }
  });
