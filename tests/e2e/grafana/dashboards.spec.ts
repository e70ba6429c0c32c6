import { expect, test } from '../console';

for (const [uid, title] of [
  ['jetstream-overview', 'JetStream / Overview'],
  ['jetstream-streams', 'JetStream / Streams'],
  ['jetstream-consumers', 'JetStream / Consumer lag'],
  ['jetstream-servers', 'JetStream / Cluster and servers'],
  ['jetstream-console', 'JetStream / The console itself'],
] as const)
  test(`the provisioned dashboard ${title} has data and no panel with an error`, async ({ page, as }) => {
    test.setTimeout(180_000);
    await as('viewer');
    const failed: string[] = [];
    let asked = 0;
    page.on('response', (answer) => {
      if (!answer.url().includes('/api/ds/query')) return;
      asked++;
      if (!answer.ok()) failed.push(`${answer.status()} ${answer.url()}`);
    });
    await page.setViewportSize({ width: 1600, height: 3000 });
    await page.goto(`/d/${uid}?from=now-15m&to=now`);
    await expect.poll(() => asked).toBeGreaterThan(0);
    await page.waitForLoadState('networkidle');
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    expect(failed).toEqual([]);
    await test.info().attach(uid, { body: await page.screenshot(), contentType: 'image/png' });
  });
