import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

// Icons are files that Grafana serves.
vi.stubGlobal('fetch', async (url: unknown) => {
  if (!/\/img\/icons\/.*\.svg$/.test(String(url))) throw new Error(`nothing answers ${String(url)}`);
  return new Response('<svg xmlns="http://www.w3.org/2000/svg"/>', { headers: { 'content-type': 'image/svg+xml' } });
});
