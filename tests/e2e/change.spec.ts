import { routes, type Client, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Page } from '@playwright/test';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';
import { asOperator } from './operator';
import type { World } from './world';

type Entry = ResponseOf<Routes['listAudit']>['items'][number];

/** What the audit holds of an act, newest first; it is complete before the act is answered. */
async function audited(call: Client, action: string, resource: string): Promise<Entry> {
  const { items } = await call(routes.listAudit, { query: { action, limit: 20 } });
  const found = items.find((entry) => entry.resource === resource);
  if (!found) throw new Error(`the audit knows no ${action} of ${resource}`);
  expect(found.status).toBe('success');
  return found;
}

const streamAt = (clusterId: string, stream: string, search = '') =>
  appUrl(`clusters/${clusterId}/streams/${stream}${search}`);

/** A stream of this spec's own, without one of an earlier try. */
async function freshStream(call: Client, clusterId: string, config: { name: string; [field: string]: unknown }) {
  const params = { clusterId, stream: config.name };
  const known = await call(routes.listStreams, { params: { clusterId }, query: { search: config.name } });
  if (known.items.some(({ name }) => name === config.name))
    await call(routes.deleteStream, { params, body: { confirm: config.name } });
  await call(routes.createStream, { params: { clusterId }, body: { config } });
}

async function publish({ natsUrls, natsAccount }: World, subject: string, count: number): Promise<void> {
  const nc = await connect({ servers: natsUrls, user: natsAccount.user, pass: natsAccount.password });
  try {
    const js = jetstream(nc);
    for (let n = 0; n < count; n++) await js.publish(subject, JSON.stringify({ n }), { retries: 20 });
  } finally {
    await nc.close();
  }
}

const saveButton = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });

test('an editor changes a live stream through a diff, and takes it back by its history', async ({
  page,
  as,
  world,
}) => {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  await as('editor');
  await page.goto(streamAt(clusterId, 'ORDERS', '?tab=config'));
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toBeVisible();
  await page.keyboard.press('e');
  await expect(page).toHaveURL(/edit=1/);
  await page.locator('#config-max_age').fill('6d');
  const changes = page.getByLabel('Changes', { exact: true });
  await expect(changes).toContainText(/was\s*7 d/);
  await expect(changes).toContainText(/becomes\s*6 d/);
  await expect(page.getByTestId('effects')).toContainText('messages older than the new age are removed at once');
  await expect(page.locator('#config-json')).toHaveValue(/"max_age": 518400000000000/);
  await expect(page.locator('#config-storage')).toBeDisabled();
  await saveButton(page).click();
  await expect(page.getByTestId('outcome')).toContainText('Saved, as you asked');
  const changed = await audited(call, 'stream.update', 'stream=ORDERS');
  expect(changed).toMatchObject({
    login: 'editor',
    changes: { before: { max_age: 604_800e9 }, after: { max_age: 518_400e9 } },
  });

  await page.getByRole('button', { name: 'History' }).click();
  const version = page.locator('article[data-version="stream.update"]').first();
  await expect(version).toContainText('editor changed it');
  await version.getByRole('button', { name: /^Back to before this/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('What changes')).toContainText(/becomes\s*7 d/);
  await dialog.getByRole('button', { name: 'Bring it back' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('article[data-version="stream.restore_config"]').first()).toContainText('editor');
  const back = await audited(call, 'stream.restore_config', 'stream=ORDERS');
  expect(back).toMatchObject({ changes: { before: { max_age: 518_400e9 }, after: { max_age: 604_800e9 } } });
});

test('an editor makes a stream from a template; who was slower sees both versions and goes on from there', async ({
  page,
  as,
  world,
}) => {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  const name = 'RETURNS';
  const known = await call(routes.listStreams, { params: { clusterId }, query: { search: name } });
  if (known.items.length > 0)
    await call(routes.deleteStream, { params: { clusterId, stream: name }, body: { confirm: name } });
  await as('editor');
  await page.goto(appUrl(`streams?cluster=${clusterId}`));
  await page.getByRole('link', { name: 'Create a stream' }).click();
  await page.getByRole('combobox', { name: 'Begin with' }).click();
  await page.getByRole('option', { name: /^Event log/ }).click();
  await expect(page.locator('#config-max_age')).toHaveValue('30d');
  // The demo's servers have no room for the template's 10 GiB.
  await page.locator('#config-max_bytes').fill('16 MiB');
  await page.locator('#config-name').fill(name);
  await page.locator('#config-subjects').fill('orders.returned');
  await expect(page.getByTestId('reasons')).toContainText('orders.returned belongs to the stream ORDERS already');
  await expect(page.getByRole('button', { name: 'Create', exact: true })).toBeDisabled();
  await page.locator('#config-subjects').fill('returns.>');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page).toHaveURL(/streams\/RETURNS$/);

  await page.goto(streamAt(clusterId, name, '?tab=config&edit=description'));
  await expect(page.locator('#config-description')).toBeFocused();
  await page.locator('#config-description').fill('What came back');
  await expect(saveButton(page)).toBeEnabled();
  const view = await call(routes.getStreamConfig, { params: { clusterId, stream: name } });
  await call(routes.updateStream, {
    params: { clusterId, stream: name },
    body: { basedOn: view.hash, change: { max_msgs: 1000 } },
  });
  // Whether the page notices first or the server refuses first: nothing is sent over the other's change.
  const conflict = page.getByTestId('conflict');
  await expect(async () => {
    if (await saveButton(page).isVisible()) await saveButton(page).click({ timeout: 1000 });
    await expect(conflict).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expect(conflict.getByLabel('Changed by somebody else', { exact: true })).toContainText(/is now\s*1,000/);
  await expect(conflict.getByLabel('Changed by you', { exact: true })).toContainText('What came back');
  await conflict.getByRole('button', { name: 'Go on from there' }).click();
  await saveButton(page).click();
  await expect(page.getByTestId('outcome')).toContainText('What came back');
  const { config } = await call(routes.getStreamConfig, { params: { clusterId, stream: name } });
  expect(config).toMatchObject({ max_msgs: 1000, description: 'What came back' });

  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Terraform' }).check();
  await expect(dialog).toContainText('resource "jetstream_stream"');
  await expect(page).toHaveURL(/export=terraform/);
});

test('what somebody wrote and did not save is not left without a question', async ({ page, as, world }) => {
  const clusterId = await demoClusterId(world);
  await as('editor');
  await page.goto(appUrl(`streams?cluster=${clusterId}&create=1`));
  await page.locator('#config-name').fill('UNSAVED');
  const asked: string[] = [];
  let leave = false;
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    return leave ? dialog.accept() : dialog.dismiss();
  });
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
  await page.getByRole('link', { name: 'Consumers', exact: true }).first().click();
  await expect.poll(() => asked).toEqual([expect.stringContaining('leaving loses it')]);
  await expect(page).toHaveURL(/create=1/);
  await expect(page.locator('#config-name')).toHaveValue('UNSAVED');
  leave = true;
  await page.getByRole('link', { name: 'Consumers', exact: true }).first().click();
  await expect(page).toHaveURL(/\/consumers/);
  expect(asked).toHaveLength(2);

  // Who gives it up by the form's own button is not asked, and neither is who wrote nothing.
  await page.goto(appUrl(`streams?cluster=${clusterId}&create=1`));
  await page.locator('#config-name').fill('UNSAVED');
  await cancel.click();
  await expect(page).not.toHaveURL(/create=1/);
  await page.goto(appUrl(`streams?cluster=${clusterId}&create=1`));
  await expect(page.locator('#config-name')).toBeVisible();
  await page.getByRole('link', { name: 'Consumers', exact: true }).first().click();
  await expect(page).toHaveURL(/\/consumers/);
  expect(asked).toHaveLength(2);
});

test('an operator cures a consumer that stands still, and an editor sets it back', async ({ page, as, world }) => {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  await freshStream(call, clusterId, { name: 'HELD', subjects: ['held.>'] });
  const params = { clusterId, stream: 'HELD' };
  await call(routes.createConsumer, {
    params,
    body: {
      config: { durable_name: 'clerk', ack_policy: 'explicit', pause_until: '2099-01-01T00:00:00Z' },
    },
  });
  await publish(world, 'held.a', 12);
  const at = streamAt(clusterId, 'HELD/consumers/clerk');
  await asOperator(world, call, async () => {
    await as('reader');
    await page.goto(at);
    const verdict = page.getByTestId('verdict');
    await expect(verdict).toContainText('Paused until 2099');
    await expect(page.getByRole('button', { name: 'Edit', exact: true })).toHaveCount(0);
    await verdict.getByRole('button', { name: 'Resume' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('with 12 messages that wait');
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByTestId('done')).toContainText('clerk delivers again');
    await expect(verdict).toContainText('Nobody pulls: 12 messages wait');
  });
  const resumed = await audited(call, 'consumer.resume', 'stream=HELD consumer=clerk');
  expect(resumed).toMatchObject({
    login: 'reader',
    changes: { before: { pause_until: '2099-01-01T00:00:00Z' }, after: { pause_until: null } },
  });

  await as('editor');
  await page.goto(`${at}?act=reset`);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'A sequence' }).check();
  await dialog.locator('#reset-seq').fill('5');
  await expect(dialog.getByTestId('reset-plan')).toContainText('4 messages that were not delivered yet are left out');
  await expect(dialog.getByRole('button', { name: 'Reset', exact: true })).toBeDisabled();
  await dialog.locator('#confirm-name').fill('clerk');
  await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(page.getByTestId('done')).toContainText('clerk goes on at sequence 5');
  await expect(page.getByTestId('verdict')).toContainText('8 messages wait');
  const reset = await audited(call, 'consumer.reset', 'stream=HELD consumer=clerk');
  expect(reset).toMatchObject({ changes: { before: { delivered: 0 }, after: { seq: 5 } } });
});

test('an editor takes a consumer past messages that nobody acknowledges', async ({ page, as, world }) => {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  await freshStream(call, clusterId, { name: 'POISONED', subjects: ['poisoned.>'] });
  const hour = 3_600_000_000_000;
  await call(routes.createConsumer, {
    params: { clusterId, stream: 'POISONED' },
    body: { config: { durable_name: 'clerk', ack_policy: 'explicit', max_ack_pending: 3, ack_wait: hour } },
  });
  await publish(world, 'poisoned.a', 12);
  const { user, password } = world.natsAccount;
  const nc = await connect({ servers: world.natsUrls, user, pass: password });
  try {
    const clerk = await jetstream(nc).consumers.get('POISONED', 'clerk');
    for await (const message of await clerk.fetch({ max_messages: 3 })) expect(message.seq).toBeLessThanOrEqual(3);
    await as('editor');
    await page.goto(streamAt(clusterId, 'POISONED/consumers/clerk'));
    const verdict = page.getByTestId('verdict');
    await expect(verdict).toContainText('Stopped: 3 messages are out unacknowledged');
    await verdict.getByRole('button', { name: 'Reset its position' }).click();
    const dialog = page.getByRole('dialog');
    const plan = dialog.getByTestId('reset-plan');
    // Back to its ack floor the same three would come again.
    await expect(plan).toContainText('It goes on at sequence 1');
    await expect(plan).toContainText('3 messages that were delivered come again');
    await dialog.getByRole('radio', { name: 'A sequence' }).check({ force: true });
    await dialog.locator('#reset-seq').fill('4');
    await expect(plan).toContainText('It goes on at sequence 4');
    await expect(plan).toContainText('0 messages that were delivered come again');
    await expect(plan).toContainText('0 messages that were not delivered yet are left out');
    await expect(plan).toContainText('9 messages wait then');
    await dialog.locator('#confirm-name').fill('clerk');
    await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect(page.getByTestId('done')).toContainText('clerk goes on at sequence 4');
    await expect(verdict).toContainText('9 messages wait');
    await expect(verdict).not.toContainText('Stopped');
    // The client that stood still goes on behind them.
    for await (const message of await clerk.fetch({ max_messages: 9 })) {
      expect(message.seq).toBeGreaterThanOrEqual(4);
      await message.ackAck();
    }
    await page.goto(page.url());
    await expect(verdict).toContainText('Up to date');
  } finally {
    await nc.close();
  }
  expect(await audited(call, 'consumer.reset', 'stream=POISONED consumer=clerk')).toMatchObject({
    login: 'editor',
    changes: { before: { delivered: 3, ack_floor: 0 }, after: { seq: 4 } },
  });
});

test('an admin purges and deletes by name, once it is counted', async ({ page, as, world }) => {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  await freshStream(call, clusterId, { name: 'SPENT', subjects: ['spent.>'], allow_direct: true });
  await publish(world, 'spent.a', 20);
  await as('admin');
  await page.goto(streamAt(clusterId, 'SPENT'));
  const menu = page.getByRole('button', { name: 'Actions on the stream SPENT' });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Purge messages' }).click();
  await expect(page).toHaveURL(/act=purge/);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('purge-count')).toContainText('20 of 20 messages go');
  await expect(dialog.getByRole('region', { name: 'What is touched' })).toContainText('no consumer reads it');
  await dialog.getByRole('radio', { name: 'All but the newest' }).check();
  await dialog.locator('#purge-keep').fill('5');
  await expect(dialog.getByTestId('purge-count')).toContainText('15 of 20 messages go');
  const purge = dialog.getByRole('button', { name: 'Purge', exact: true });
  await dialog.locator('#confirm-name').fill('SPEN');
  await expect(purge).toBeDisabled();
  await dialog.locator('#confirm-name').fill('SPENT');
  await purge.click();
  await expect(page.getByTestId('done')).toContainText('15 messages are purged');
  const purged = await audited(call, 'stream.purge', 'stream=SPENT');
  expect(purged).toMatchObject({
    login: 'admin',
    changes: { before: { messages: 20, last_seq: 20 }, after: { purge: { keep: 5 }, purged: 15 } },
  });

  await menu.click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(dialog).toContainText('5 messages');
  await dialog.locator('#confirm-name').fill('SPENT');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/\/streams\?cluster=/);
  const deleted = await audited(call, 'stream.delete', 'stream=SPENT');
  expect(deleted).toMatchObject({ changes: { before: { name: 'SPENT' }, after: null } });
});

test('nothing of editors and dialogs is cut at 320 px', async ({ page, as, world }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 320, height: 800 });
  await as('admin');
  const clusterId = await demoClusterId(world);
  for (const [path, shown] of [
    ['?tab=config&edit=1', 'What this changes'],
    ['?tab=config&history=1', 'History of the configuration'],
    ['?tab=consumers&create=1', 'Which consumer'],
    ['/consumers/fraud-check?edit=1', 'What this changes'],
  ] as const) {
    await page.goto(streamAt(clusterId, `ORDERS${path}`));
    await expect(page.getByText(shown, { exact: true })).toBeVisible();
    await expectNoSidewaysScroll(page);
  }
  for (const [path, button] of [
    ['?act=purge', 'Purge'],
    ['?act=step-down', 'Step down'],
    ['?act=peer-remove', 'Remove'],
    ['?act=seal', 'Seal for good'],
    ['?act=delete', 'Delete'],
    ['/consumers/fraud-check?act=pause', 'Pause'],
    ['/consumers/fraud-check?act=reset', 'Reset'],
    ['?tab=config&export=json', 'Close'],
  ] as const) {
    await page.goto(streamAt(clusterId, `ORDERS${path}`));
    const act = page.getByRole('dialog').getByRole('button', { name: button, exact: true });
    await act.last().scrollIntoViewIfNeeded();
    await expect(act.last(), path).toBeInViewport({ ratio: 1 });
    await expectNoSidewaysScroll(page);
  }
});
