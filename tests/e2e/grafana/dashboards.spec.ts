import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/engines/paths';
import { expect, test } from '../console';
import { grafana } from './grafana';

const files = ['overview', 'streams', 'consumers', 'servers', 'console'];

for (const file of files)
  test(`the dashboard jetstream-${file} has data and no panel with an error`, async ({ page, as, world }) => {
    await as('admin');
    const uid = `jsc-e2e-${file}`;
    const dashboard = JSON.parse(
      readFileSync(path.join(root, 'dashboards', `jetstream-${file}.json`), 'utf8'),
    ) as object;
    await grafana(page.request, 'POST', '/api/dashboards/db', {
      dashboard: { ...dashboard, uid, title: uid },
      overwrite: true,
    });
    // What is done in the console is told to those who may read its audit.
    await as(file === 'console' ? 'admin' : 'viewer');
    // Grafana goes by what it kept of somebody's rights for some seconds: a new dashboard is not theirs at once.
    const mayBeSeen = () => page.request.get(`/api/dashboards/uid/${uid}`).then((answer) => answer.ok());
    await expect.poll(mayBeSeen).toBe(true);
    const failed: string[] = [];
    let rows = 0;
    page.on('response', async (answer) => {
      if (!answer.url().includes('/api/ds/query')) return;
      const text = await answer.text().catch(() => '');
      if (!answer.ok()) failed.push(`${answer.status()} ${text.slice(0, 500)}`);
      else if (text.includes('"values":[[')) rows++;
    });
    await page.setViewportSize({ width: 1600, height: 3000 });
    await page.goto(`/d/${uid}?from=now-15m&to=now&var-ds=${world.datasource}`);
    await expect.poll(() => rows).toBeGreaterThan(0);
    await page.waitForLoadState('networkidle');
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    expect(failed).toEqual([]);
    await test.info().attach(uid, { body: await page.screenshot(), contentType: 'image/png' });
    await as('admin');
    await grafana(page.request, 'DELETE', `/api/dashboards/uid/${uid}`);
  });
