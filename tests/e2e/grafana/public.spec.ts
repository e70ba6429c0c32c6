import { expect, test } from '../console';
import { grafana, makeDashboard } from './grafana';

const payload = {
  refId: 'A',
  spec: { kind: 'messages', cluster: 'Demo shop', stream: 'ORDERS', limit: 10 },
};
const figures = { refId: 'A', spec: { kind: 'metrics', metric: 'lag', groupBy: ['stream', 'consumer'] } };

interface Shared {
  readonly uid: string;
  readonly accessToken: string;
}

test('a public dashboard shows nobody a message, and no figure either', async ({ page, as, playwright, world }) => {
  await as('admin');
  // Grafana remembers what was shared by its dashboard's uid, also after both are gone.
  const uid = await makeDashboard(page, `jsc-e2e-public-${Date.now()}`, [
    { title: 'Messages', type: 'table', targets: [payload] },
    { title: 'Lag', type: 'timeseries', targets: [figures] },
  ]);
  const path = `/api/dashboards/uid/${uid}/public-dashboards`;
  const shared = await grafana<Shared>(page.request, 'POST', path, { isEnabled: true, share: 'public' });
  const anybody = await playwright.request.newContext({ baseURL: world.page });
  try {
    for (const panel of [1, 2]) {
      const answer = await anybody.post(`/api/public/dashboards/${shared.accessToken}/panels/${panel}/query`, {
        data: { intervalMs: 10_000, maxDataPoints: 100 },
      });
      const text = await answer.text();
      expect(text).not.toContain('orderId');
      expect(text).not.toContain('fraud-check');
      expect(text).toContain('Nobody is signed in behind this query');
    }
  } finally {
    await anybody.dispose();
  }
  await page.request.delete(`${path}/${shared.uid}`);
  await grafana(page.request, 'DELETE', `/api/dashboards/uid/${uid}`);
});
