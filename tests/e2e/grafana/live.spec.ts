import { jetstream } from '@nats-io/jetstream';
import { expect, test } from '../console';
import { grafana, inShop, makeDashboard } from './grafana';

test('a live panel shows messages as they are stored', async ({ page, as, world }) => {
  test.setTimeout(180_000);
  await as('admin');
  const uid = await makeDashboard(page, 'jsc-e2e-live', [
    {
      title: 'Live',
      type: 'table',
      targets: [{ refId: 'A', live: true, spec: { kind: 'messages', cluster: 'Demo shop', stream: 'LIVED' } }],
    },
  ]);
  await inShop(world, async ({ nc, jsm }) => {
    await jsm.streams.add({ name: 'LIVED', subjects: ['lived.>'] });
    const joined = page.waitForEvent('websocket', { predicate: (socket) => socket.url().includes('/api/live/ws') });
    await page.goto(`/d/${uid}`);
    await joined;
    const panel = page.getByRole('region', { name: 'Live' });
    let n = 0;
    // The panel subscribes in its own time: what comes before that is not its to show.
    await expect(async () => {
      await jetstream(nc).publish('lived.one', JSON.stringify({ mark: `live-${++n}` }));
      await expect(panel.getByText(`live-${n}`).first()).toBeVisible({ timeout: 3000 });
    }).toPass({ timeout: 90_000 });
    await test.info().attach('live', { body: await page.screenshot(), contentType: 'image/png' });
    await jsm.streams.delete('LIVED');
  });
  await grafana(page.request, 'DELETE', `/api/dashboards/uid/${uid}`);
});
