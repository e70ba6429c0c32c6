import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findGrafana } from './grafana';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-grafana-'));
  await mkdir(path.join(home, 'bin'));
});
afterAll(() => rm(home, { recursive: true }));

it('finds a Grafana where GRAFANA_HOME says, once its program is there', async () => {
  expect(findGrafana({ GRAFANA_HOME: home, PATH: '' })).toBeNull();
  await writeFile(path.join(home, 'bin/grafana'), '');
  expect(findGrafana({ GRAFANA_HOME: home, PATH: '' })).toEqual({ command: path.join(home, 'bin/grafana'), home });
});
it('finds none where there is none', () => {
  expect(findGrafana({ PATH: '/nowhere' })).toBeNull();
});
