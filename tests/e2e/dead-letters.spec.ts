import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Page } from '@playwright/test';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';
import type { World } from './world';

async function connected(world: World): Promise<NatsConnection> {
  const { user, password } = world.natsAccount;
  return connect({ servers: world.natsUrls, user, pass: password });
}

/** Messages that their consumer ends for good. */
async function giveUp(nc: NatsConnection, stream: string, payloads: readonly string[]): Promise<void> {
  const [js, jsm] = [jetstream(nc), await jetstreamManager(nc)];
  await jsm.streams.add({ name: stream, subjects: [`${stream}.>`] });
  await jsm.consumers.add(stream, { durable_name: 'mailer', ack_policy: 'explicit', max_deliver: 3 });
  for (const payload of payloads) await js.publish(`${stream}.letter`, payload, { retries: 20 });
  const consumer = await js.consumers.get(stream, 'mailer');
  let taken = 0;
  for await (const message of await consumer.fetch({ max_messages: payloads.length })) {
    message.term('no such address');
    if (++taken === payloads.length) break;
  }
  await nc.flush();
}
const rows = (page: Page) => page.getByRole('region', { name: 'Dead letters', exact: true }).getByRole('row');

test('what a consumer gave up is found, mended, sent again and consumed', async ({ page, as, world }) => {
  const clusterId = await demoClusterId(world);
  const stream = `E2E_LETTERS_${Date.now().toString(36).toUpperCase()}`;
  const nc = await connected(world);
  const jsm = await jetstreamManager(nc);
  try {
    await as('admin');
    await page.goto(appUrl(`dead-letters?cluster=${clusterId}`));
    await expect(page.getByText(/Collected since/)).toBeVisible();
    await giveUp(nc, stream, ['{"to":"nowhere"}', '{"to":"Ann"}', '{"to":"Bob"}']);
    const group = page.getByRole('region', { name: 'By stream, consumer and reason' });
    await group.getByRole('row').filter({ hasText: stream }).click();
    await expect(rows(page)).toHaveCount(4);

    // The first one holds a mistake: it is mended on its way.
    await rows(page)
      .filter({ hasText: `${stream} 1` })
      .click();
    const opened = page.getByTestId('letter');
    await expect(opened).toContainText('no such address');
    await expect(opened).toContainText('nowhere');
    await opened.getByRole('button', { name: 'Edit and send' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('textbox', { name: 'Payload' }).fill('{"to":"somewhere"}');
    await drawer.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(opened.getByTestId('fate')).toContainText(`Sent edited by`);
    expect((await jsm.streams.getMessage(stream, { seq: 4 }))?.string()).toBe('{"to":"somewhere"}');
    await opened.getByRole('button', { name: /Close/ }).click();

    // The others are sent as they were, together.
    await expect(rows(page)).toHaveCount(3);
    await page.getByRole('button', { name: 'Send all 2 again' }).click();
    await expect(page.getByTestId('letters-plan')).toContainText('2 messages');
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await expect(page.getByTestId('letters-account')).toContainText('2 of 2 sent again');
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
    await expect(page.getByText('No dead letter is like that')).toBeVisible();
    const consumer = await jetstream(nc).consumers.get(stream, 'mailer');
    const got: string[] = [];
    for await (const message of await consumer.fetch({ max_messages: 3 })) {
      got.push(message.string());
      message.ack();
      if (got.length === 3) break;
    }
    expect(got).toEqual(['{"to":"somewhere"}', '{"to":"Ann"}', '{"to":"Bob"}']);

    await page.goto(appUrl('audit?acts=dead_letter'));
    await expect(page.getByRole('region', { name: 'Acts', exact: true })).toContainText('dead_letter.retry_many');
  } finally {
    await jsm.streams.delete(stream);
    await nc.close();
  }
});

test('a viewer sees that messages were given up, and neither payload nor acts', async ({ page, as, world }) => {
  const clusterId = await demoClusterId(world);
  const stream = `E2E_SEEN_${Date.now().toString(36).toUpperCase()}`;
  const nc = await connected(world);
  try {
    await giveUp(nc, stream, ['{"secret":"payload"}']);
    await as('viewer');
    await page.goto(appUrl(`clusters/${clusterId}/streams/${stream}/consumers/mailer`));
    await page.getByRole('link', { name: '1 dead letter', exact: true }).click();
    await rows(page)
      .filter({ hasText: `${stream} 1` })
      .click();
    const opened = page.getByTestId('letter');
    await expect(opened.getByTestId('no-access')).toBeVisible();
    await expect(opened).not.toContainText('payload');
    for (const name of [/Send/, /Drop/, /Delete/, /How they are kept/])
      await expect(page.getByRole('button', { name })).toHaveCount(0);
  } finally {
    await (await jetstreamManager(nc)).streams.delete(stream);
    await nc.close();
  }
});

for (const theme of ['dark', 'light'])
  for (const width of [1400, 320])
    test(`nothing of dead letters is cut in the ${theme} theme at ${width} px`, async ({ page, as, world }, info) => {
      const clusterId = await demoClusterId(world);
      const stream = `E2E_WIDTH_${Date.now().toString(36).toUpperCase()}`;
      const nc = await connected(world);
      try {
        await giveUp(nc, stream, ['{"to":"nowhere","lines":["one","two"]}']);
        await page.setViewportSize({ width, height: 900 });
        await as('admin');
        const url = `dead-letters?cluster=${clusterId}&stream=${stream}&theme=${theme}`;
        await page.goto(appUrl(url));
        await expect(rows(page)).toHaveCount(2);
        await expectNoSidewaysScroll(page);
        await page.screenshot({ path: info.outputPath(`list-${theme}-${width}.png`) });
        await rows(page).nth(1).click();
        await expect(page.getByTestId('letter')).toContainText('nowhere');
        await expectNoSidewaysScroll(page);
        await page.screenshot({ path: info.outputPath(`letter-${theme}-${width}.png`) });
        await page.goto(appUrl(`${url}&settings=1`));
        await expect(page.getByRole('dialog').last()).toContainText('Copies');
        await expectNoSidewaysScroll(page);
        await page.screenshot({ path: info.outputPath(`settings-${theme}-${width}.png`) });
      } finally {
        await (await jetstreamManager(nc)).streams.delete(stream);
        await nc.close();
      }
    });
