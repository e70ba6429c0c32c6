import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { routes } from '@jetstream-console/contract';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, expectNoSidewaysScroll, test } from './console';

test('an administrator finds who changed a stream, what it was before, and the way to it', async ({
  page,
  as,
  world,
}, info) => {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  const stream = `AUDITED_${randomBytes(4).toString('hex')}`;
  const params = { clusterId, stream };
  await call(routes.createStream, {
    params: { clusterId },
    body: { config: { name: stream, subjects: [`${stream}.>`], description: 'as it was' } },
  });
  const { hash } = await call(routes.getStreamConfig, { params });
  await call(routes.updateStream, { params, body: { basedOn: hash, change: { description: 'as it is' } } });

  await as('admin');
  await page.goto(appUrl('overview'));
  await page.getByRole('link', { name: 'Who did what' }).click();
  await page.getByRole('textbox', { name: 'What it was done to' }).fill(stream);
  const acts = page.getByRole('region', { name: 'Acts' });
  await expect(acts.getByText('stream.update')).toBeVisible();
  await expect(acts.getByRole('row')).toHaveCount(3);
  await expect(page).toHaveURL(new RegExp(`on=${stream}`));
  await acts.getByText('stream.update').click();
  const act = page.getByTestId('act');
  await expect(act.getByLabel('Changes')).toContainText('-   "description": "as it was"');
  await expect(act.getByLabel('Changes')).toContainText('+   "description": "as it is"');
  await page.goto(page.url());
  await expect(act).toContainText('done');
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const lines = (await readFile(await (await coming).path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(3);
  for (const theme of ['dark', 'light'])
    for (const width of [1400, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(appUrl(`audit?on=${stream}&theme=${theme}`));
      await expect(acts.getByText('stream.update')).toBeVisible();
      await acts.getByText('stream.update').click();
      await expect(act.getByLabel('Changes')).toBeVisible();
      await expectNoSidewaysScroll(page);
      await page.screenshot({ path: info.outputPath(`audit-${theme}-${width}.png`) });
    }
  await act.getByRole('link', { name: new RegExp(stream) }).click();
  await expect(page).toHaveURL(new RegExp(`streams/${stream}$`));
  await call(routes.deleteStream, { params, body: { confirm: stream } });
});

test('who purged a stream around the console stands beside what was done in it', async ({ page, as, world }, info) => {
  const { call } = await logIn(world.api, world.admin);
  const clusterId = await demoClusterId(world);
  const stream = `PURGED_${randomBytes(4).toString('hex')}`;
  await call(routes.createStream, {
    params: { clusterId },
    body: { config: { name: stream, subjects: [`${stream}.>`] } },
  });
  const { user, password } = world.natsAccount;
  const client = await connect({ servers: world.natsUrls, user, pass: password, name: 'night-shift' });
  try {
    await (await jetstreamManager(client)).streams.purge(stream, { keep: 3 });
    await as('admin');
    await page.goto(appUrl(`audit?on=${stream}&whole=1&from=now-24h&to=now`));
    await expect(page.getByRole('checkbox', { name: 'Whole names' })).toBeChecked();
    const acts = page.getByRole('region', { name: 'Acts' });
    const purge = acts.getByRole('row').filter({ hasText: 'stream.purge' });
    // As soon as a worker has collected it; the page looks again by itself.
    await expect(purge).toContainText('around the console', { timeout: 60_000 });
    await expect(acts.getByRole('row')).toHaveCount(3);
    await purge.getByText('stream.purge').click();
    const act = page.getByTestId('act');
    await expect(act).toContainText('night-shift (');
    await expect(act).toContainText(user);
    await expect(act).toContainText('"keep": 3');
    await page.goto(page.url());
    await expect(act.getByText('done', { exact: true })).toBeVisible();
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'NDJSON' }).click();
    const lines = (await readFile(await (await coming).path(), 'utf8')).trim().split('\n');
    expect(lines.map((line) => routes.getAudit.response.parse(JSON.parse(line)).where)).toEqual(['around', 'console']);
    for (const theme of ['dark', 'light'])
      for (const width of [1400, 320]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(appUrl(`audit?on=${stream}&theme=${theme}`));
        await expect(purge).toBeVisible();
        await expectNoSidewaysScroll(page);
        await page.screenshot({ path: info.outputPath(`around-list-${theme}-${width}.png`) });
        await purge.getByText('stream.purge').click();
        await expect(act).toContainText('"keep": 3');
        await expectNoSidewaysScroll(page);
        await page.screenshot({ path: info.outputPath(`around-${theme}-${width}.png`), fullPage: true });
      }
    await page.setViewportSize({ width: 1400, height: 900 });
    await page.goto(appUrl(`audit?on=${stream}`));
    await page.getByRole('combobox', { name: 'In and around the console' }).click();
    await page.getByRole('option', { name: /^In the console/ }).click();
    await expect(acts.getByText('stream.create')).toBeVisible();
    await expect(purge).toHaveCount(0);
    await page.goto(appUrl(`audit?on=${stream}&where=around&who=night-shift`));
    await purge.getByText('stream.purge').click();
    await act.getByRole('link', { name: 'All that the server told' }).click();
    await expect(page.getByTestId('advisory')).toContainText(`STREAM.PURGE.${stream}`);
  } finally {
    await client.close();
    await call(routes.deleteStream, { params: { clusterId, stream }, body: { confirm: stream } });
  }
});

test('a viewer is told that the audit is not theirs to read', async ({ page, as }) => {
  await as('viewer');
  await page.goto(appUrl('audit'));
  await expect(page.getByTestId('no-access')).toContainText('admin');
  await page.goto(appUrl('overview'));
  await expect(page.getByRole('heading').first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Who did what' })).toHaveCount(0);
});
