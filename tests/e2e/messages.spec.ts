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
