import { randomBytes } from 'node:crypto';
import { routes } from '@jetstream-console/contract';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';
import type { World } from './world';

/** A stream of this test's own; gone with the demo cluster. */
async function ownStream(world: World): Promise<{ clusterId: string; from: string }> {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  const from = `FROM_${randomBytes(4).toString('hex')}`;
  await call(routes.createStream, {
    params: { clusterId },
    body: { config: { name: from, subjects: [`${from}.>`], allow_direct: true } },
  });
  return { clusterId, from };
}

test('an editor publishes, and sees what the stream acknowledged', async ({ page, as, world }) => {
  const { clusterId, from } = await ownStream(world);
  await as('editor');
  await page.goto(appUrl(`clusters/${clusterId}/streams/${from}?tab=messages`));
  await page.getByRole('button', { name: `What to do with messages of ${from}` }).click();
  await page.getByRole('menuitem', { name: 'Publish' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.locator('#publish-subject').fill('elsewhere');
  await drawer.locator('#publish-payload').fill('{"total": 42}');
  await drawer.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(drawer.getByTestId('problem')).toContainText('does not take it');
  await drawer.locator('#publish-subject').fill(`${from}.one`);
  await drawer.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(drawer.getByTestId('pub-ack')).toContainText('as message 1');
  await drawer.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(page.getByRole('region', { name: 'Messages' })).toContainText('42');
});

test('bytes are read as the MessagePack that they are, or as what a reader picks', async ({ page, as, world }) => {
  const { call } = await logIn(world.api, world.admin);
  const { clusterId, from } = await ownStream(world);
  // {"city": "Osaka", "id": 2^63}, and the list [1, 2, 3], which could be anything.
  for (const hex of ['82a463697479a54f73616b61a26964cf8000000000000000', '93010203'])
    await call(routes.publishMessage, {
      params: { clusterId, stream: from },
      body: {
        subject: `${from}.bin`,
        payload: { encoding: 'base64', data: Buffer.from(hex, 'hex').toString('base64') },
      },
    });
  await as('reader');
  await page.goto(appUrl(`clusters/${clusterId}/streams/${from}?tab=messages&msg=1`));
  const message = page.getByTestId('message');
  await expect(message).toContainText('recognized as MessagePack');
  await expect(message).toContainText('"9223372036854775808"');
  await message.getByRole('radio', { name: 'CBOR' }).check({ force: true });
  await expect(message).toContainText('It is no CBOR');
  await expect(message.getByRole('radio', { name: 'Hex' })).toBeVisible();
  await page.goto(appUrl(`clusters/${clusterId}/streams/${from}?tab=messages&msg=2&as=msgpack`));
  await expect(message.getByRole('radio', { name: 'MessagePack' }).first()).toBeChecked();
  await expect(message.getByRole('region', { name: 'Payload' })).toContainText('[1, 2, 3]');
  await message.getByRole('radio', { name: 'Protobuf' }).check({ force: true });
  await expect(message).toContainText('It is no Protobuf');
  await page.setViewportSize({ width: 320, height: 800 });
  await expectNoSidewaysScroll(page);
});

test('an editor copies messages into another stream, counted first, and has an account of it', async ({
  page,
  as,
  world,
}) => {
  const { call } = await logIn(world.api, world.admin);
  const { clusterId, from } = await ownStream(world);
  const { from: to } = await ownStream(world);
  const at = { clusterId, stream: from };
  const publish = (n: number) =>
    call(routes.publishMessage, {
      params: at,
      body: { subject: `${from}.order`, payload: { encoding: 'text', data: JSON.stringify({ n }) } },
    });
  for (let n = 1; n <= 12; n++) await publish(n);
  await as('editor');
  await page.goto(appUrl(`clusters/${clusterId}/streams/${from}?tab=messages`));
  await page.getByRole('button', { name: `What to do with messages of ${from}` }).click();
  await page.getByRole('menuitem', { name: /^Copy/ }).click();
  const drawer = page.getByRole('dialog').first();
  await drawer.getByRole('combobox', { name: 'Into the stream' }).fill(to);
  await page.getByRole('option', { name: to }).click();
  const plan = drawer.getByTestId('copy-plan');
  const copy = drawer.getByRole('button', { name: 'Copy', exact: true });
  // Under their own subjects the other stream would not take them: told before, and nothing is offered.
  await expect(plan).toContainText('It cannot be done');
  await expect(copy).toBeDisabled();
  await drawer.getByRole('radio', { name: 'With a prefix' }).check({ force: true });
  await drawer.locator('#copy-subject').fill(to);
  await expect(plan).toContainText('12 messages, about');
  await expect(drawer).toContainText(`${from}.order → ${to}.${from}.order`);
  await drawer.locator('#copy-rate').fill('4');
  await copy.click();
  const account = drawer.getByTestId('copy-account');
  await expect(account).toHaveAttribute('data-phase', 'running');
  await expect(account).toContainText(/Copying, \d+ % of the way/);
  await expect(account).toHaveAttribute('data-phase', 'ended', { timeout: 30_000 });
  await expect(account).toContainText('All of it is copied');
  await expect(account).toContainText(`12 copied into ${to}`);
  const copied = await call(routes.listMessages, {
    params: { clusterId, stream: to },
    query: { direction: 'newer', limit: 50 },
  });
  expect(copied.items.map(({ subject, payload }) => [subject, payload.text])).toEqual(
    Array.from({ length: 12 }, (_, i) => [`${to}.${from}.order`, JSON.stringify({ n: i + 1 })]),
  );
  const { items } = await call(routes.listAudit, { query: { action: 'message.replay', resource: from } });
  expect(items[0]).toMatchObject({ status: 'success', login: 'editor' });
});

test('at 320 px the drawers are whole, and a viewer is offered nothing', async ({ page, as, world }) => {
  const { clusterId, from } = await ownStream(world);
  await page.setViewportSize({ width: 320, height: 800 });
  await as('editor');
  for (const act of ['publish', 'copy', 'schema']) {
    await page.goto(appUrl(`clusters/${clusterId}/streams/${from}?tab=messages&act=${act}`));
    // Grafana's drawer is a dialog in a dialog.
    await expect(page.getByRole('dialog').first()).toBeVisible();
    await expectNoSidewaysScroll(page);
  }
  await as('viewer');
  await page.goto(appUrl(`clusters/${clusterId}/streams/${from}?tab=messages`));
  await expect(page.getByTestId('no-access')).toBeVisible();
  await expect(page.getByRole('button', { name: `What to do with messages of ${from}` })).toHaveCount(0);
});
