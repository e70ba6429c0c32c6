import { randomBytes } from 'node:crypto';
import { routes } from '@jetstream-console/contract';
import { encoded, ordersSet } from '../../backend/server/src/decoders/orders.fixture';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';

const set = ordersSet();
const order = encoded(set, 'orders.v1.Order', { id: '9223372036854775808', city: 'Osaka', status: 'STATUS_PAID' });

test('a descriptor set is uploaded, a subject bound and tried, and its messages are read with names', async ({
  page,
  as,
  world,
}) => {
  test.setTimeout(180_000);
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  const name = `bound-${randomBytes(4).toString('hex')}`;
  const stream = name.toUpperCase();
  await call(routes.createStream, {
    params: { clusterId },
    body: { config: { name: stream, subjects: [`${name}.>`], allow_direct: true } },
  });
  await call(routes.publishMessage, {
    params: { clusterId, stream },
    body: { subject: `${name}.one`, payload: { encoding: 'base64', data: order.toString('base64') } },
  });
  await as('admin');

  await page.goto(appUrl(`decoders?cluster=${clusterId}`));
  await page.getByRole('link', { name: 'Upload a descriptor set' }).first().click();
  const upload = page.getByTestId('upload-descriptor');
  const choose = (file: string, buffer: Buffer) =>
    upload.locator('input[type=file]').setInputFiles({ name: file, mimeType: 'application/octet-stream', buffer });
  await choose(`${name}.proto`, Buffer.from('syntax = "proto3";'));
  await expect(upload.locator('#descriptor-name')).toHaveValue(name);
  await upload.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(upload.getByTestId('problem')).toContainText('This is text, such as a .proto file');
  await choose(`${name}.binpb`, set);
  await upload.getByRole('button', { name: 'Upload', exact: true }).click();
  const opened = page.getByRole('complementary', { name: 'The opened descriptor set' });
  await expect(opened).toContainText('message types of 6 files');
  await opened.getByRole('textbox', { name: 'Search message types' }).fill('voucher');
  await expect(opened).toContainText('int64 value = 2');

  await page.goto(appUrl(`decoders?cluster=${clusterId}&bind=1`));
  const form = page.getByTestId('bind');
  await form.locator('#bind-subject').fill(`${name}.>`);
  await form.getByRole('combobox', { name: 'Descriptor set' }).click();
  await page.getByRole('option', { name }).click();
  await form.getByRole('combobox', { name: 'Message type' }).click();
  await form.getByRole('combobox', { name: 'Message type' }).pressSequentially('v1.Order');
  await page.getByRole('option', { name: 'orders.v1.Order' }).first().click();
  await expect(page.getByTestId('tried')).toContainText('"STATUS_PAID"');
  await form.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('region', { name: 'Bindings of subjects' }).getByText(`${name}.>`, { exact: true });
  await row.click();
  const binding = page.getByRole('complementary', { name: 'The opened binding' });
  await expect(binding).toContainText('any of the cluster');
  for (const width of [320, 1400]) {
    await page.setViewportSize({ width, height: 900 });
    await expectNoSidewaysScroll(page);
  }

  await page.goto(appUrl(`clusters/${clusterId}/streams/${stream}?tab=messages&msg=1`));
  const message = page.getByTestId('message');
  await expect(message).toContainText(`orders.v1.Order of ${name}, as ${name}.> is bound`);
  await expect(message).toContainText('"9223372036854775808"');
  await message.getByRole('radio', { name: 'Protobuf' }).check({ force: true });
  await expect(message.getByRole('region', { name: 'Payload' })).toContainText('"2": "Osaka"');
  await message.getByRole('combobox', { name: 'Descriptor set' }).click();
  await page.getByRole('option', { name }).click();
  await message.getByRole('combobox', { name: 'Message type' }).click();
  await page.getByRole('option', { name: 'orders.v1.Order.Item' }).click();
  await expect(message).toContainText('It is no orders.v1.Order.Item');
  await page.setViewportSize({ width: 320, height: 900 });
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 1400, height: 900 });
  await message.getByRole('radio', { name: 'Recognized' }).check({ force: true });
  await message.getByRole('link', { name: `${name}.> is bound` }).click();

  await binding.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.locator('#confirm-name').fill(`${name}.>`);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  // An open dialog hides the rest of the page from whoever asks by role: only without it does an empty count say something.
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(binding).toHaveCount(0);
  await page.getByRole('region', { name: 'Descriptor sets of the organization' }).getByText(name).click();
  await opened.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.locator('#confirm-name').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(opened).toHaveCount(0);
  expect((await call(routes.listDescriptors)).items.map((known) => known.name)).not.toContain(name);
});

test('whoever may not keep or bind is offered neither, and a link says which role it takes', async ({
  page,
  as,
  world,
}) => {
  const clusterId = await demoClusterId(world);
  const here = appUrl(`decoders?cluster=${clusterId}`);
  for (const role of ['viewer', 'editor'] as const) {
    await as(role);
    await page.goto(here);
    await expect(page.getByRole('heading', { name: 'Descriptor sets' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Upload a descriptor set' })).toHaveCount(0);
    await page.goto(`${here}&upload=1`);
    await expect(page.getByTestId('no-access')).toContainText('admin');
    await page.goto(`${here}&bind=1`);
    if (role === 'viewer') await expect(page.getByTestId('no-access')).toContainText('editor');
    else await expect(page.getByTestId('bind')).toBeVisible();
  }
});
