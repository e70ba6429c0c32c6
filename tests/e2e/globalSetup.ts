import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../scripts/engines/process';
import { say } from '../../scripts/lib/main';
import { startStack } from '../../scripts/lib/stack';
import { publishWorld } from './world';

/** Everything but the page is our own and new; the page is the plugin host, or the Grafana at GRAFANA_URL. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-e2e-'));
  // PostgreSQL runs as nobody where this runs as root, and has to get to its data.
  await chmod(dir, 0o711);
  const url = process.env['GRAFANA_URL']?.replace(/\/+$/, '');
  const stack = await startStack({
    dir,
    fresh: true,
    ports: { page: await freePort(), api: await freePort() },
    prepared: false,
    traffic: true,
    log: say,
    ...(url && {
      given: {
        url,
        login: process.env['GRAFANA_ADMIN_LOGIN'] ?? 'admin',
        password: process.env['GRAFANA_ADMIN_PASSWORD'] ?? 'admin',
      },
    }),
  });
  publishWorld({
    page: stack.page,
    kind: stack.kind,
    api: stack.api,
    admin: stack.admin,
    users: [...stack.users],
    datasource: stack.datasource,
    connection: stack.connection,
    natsUrls: [...stack.demo.urls],
    natsAccount: stack.demo.account,
    natsSystem: stack.demo.system,
    apiPid: stack.processes.find(({ name }) => name === 'api')?.pid ?? 0,
    logs: dir,
  });
  return async () => {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
