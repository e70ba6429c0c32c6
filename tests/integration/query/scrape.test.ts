import type { ClickHouseClient } from '@clickhouse/client';
import { apiBase, routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { families } from '../../../backend/server/src/query/scrape/families';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { bearer } from '../setup/http';
import { makeOrganization, makePerson, makeScopedPerson } from '../setup/people';
import { collection, head, inAccount, insertSamples } from './samples';

let api: TestApi;
let clickhouse: ClickHouseClient;
let cluster: string;
let token: string;
const odd = 'a"b\\c\nd';
const now = Date.now();

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  cluster = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'prod' });
  ({ token } = await api.get(routes.createScrapeToken, { body: { name: 'prometheus' } }, api.admin));
  const of = { org: api.organizationId, cluster };
  const stream = (ms: number, name: string, more = {}) => ({
    ...head(of, ms),
    ...inAccount,
    stream: name,
    state: 'ok',
    ...more,
  });
  await insertSamples(clickhouse, 'cluster_samples', [collection(of, now - 10_000, { servers: 3, meta_leader: true })]);
  await insertSamples(clickhouse, 'stream_metrics', [
    stream(now - 25_000, 'ORDERS', { messages_total: 5, bytes_total: 500, last_seq: 70 }),
    stream(now - 10_000, 'ORDERS', { messages_total: 7, bytes_total: 700, last_seq: 77, limit_use: 0.25 }),
    stream(now - 10_000, odd, { messages_total: 1, bytes_total: 1, last_seq: 1 }),
    stream(now - 10_000, 'LOST', { state: 'leaderless' }),
    stream(now - 200_000, 'DELETED', { messages_total: 9 }),
    stream(now - 400_000, 'OLD', { messages_total: 9 }),
    stream(now - 10_000, 'FOREIGN', { account: 'OTHER', own: false, messages_total: 4 }),
  ]);
  await insertSamples(clickhouse, 'consumer_metrics', [
    {
      ...head(of, now - 10_000),
      ...inAccount,
      stream: 'ORDERS',
      consumer: 'billing',
      state: 'ok',
      num_pending: 12,
      delivered_consumer_seq: 34,
      paused: false,
    },
  ]);
  await insertSamples(clickhouse, 'server_metrics', [
    { ...head(of, now - 10_000), server: 'n1', state: 'ok', cpu: 12.5, in_msgs_total: 1000 },
  ]);
  await insertSamples(clickhouse, 'stream_metrics', [
    { ...stream(now - 10_000, 'OTHERS'), org_id: '00000000-0000-4000-8000-000000000001', messages_total: 3 },
  ]);
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
});

const scrape = (query = '', who = token) =>
  api.send({ method: 'GET', path: `${apiBase}${routes.scrape.path}${query}`, headers: bearer(who) });
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const prefix = 'jetstream_console_';

describe('a scrape', () => {
  it('is the newest figure of each series, with its type and where it comes from', async () => {
    const answer = await scrape();
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const orders = 'cluster="prod",account="APP",domain="",stream="ORDERS"';
    expect(linesOf(answer.text)).toEqual(
      expect.arrayContaining([
        `${prefix}stream_messages{${orders}} 7`,
        `${prefix}stream_bytes{${orders}} 700`,
        `${prefix}stream_published_total{${orders}} 77`,
        `${prefix}stream_limit_use_ratio{${orders}} 0.25`,
        `${prefix}stream_leaderless{cluster="prod",account="APP",domain="",stream="LOST"} 1`,
        `${prefix}consumer_lag{${orders},consumer="billing"} 12`,
        `${prefix}consumer_delivered_total{${orders},consumer="billing"} 34`,
        `${prefix}consumer_paused{${orders},consumer="billing"} 0`,
        `${prefix}server_cpu_percent{cluster="prod",server="n1"} 12.5`,
        `${prefix}server_in_msgs_total{cluster="prod",server="n1"} 1000`,
        `${prefix}cluster_reachable{cluster="prod"} 1`,
        `${prefix}cluster_servers{cluster="prod"} 3`,
        `${prefix}scrape_series_cut{source="consumer"} 0`,
      ]),
    );
    expect(answer.text).toContain(`# TYPE ${prefix}stream_published_total counter\n`);
    expect(answer.text).toContain(`# HELP ${prefix}consumer_lag num_pending of the consumer's own leader`);
  });

  it('leaves out what is not known, gone, old, another account’s or another organization’s', async () => {
    const { text } = await scrape();
    expect(text).not.toMatch(/stream_messages\{[^}]*stream="LOST"/);
    for (const name of ['DELETED', 'OLD', 'FOREIGN', 'OTHERS']) expect(text).not.toContain(name);
  });

  it('escapes names', async () => {
    expect((await scrape()).text).toContain('stream="a\\"b\\\\c\\nd"');
  });

  it('is text that a parser of the format takes, each family once and whole', async () => {
    const { text } = await scrape();
    const typed = [...text.matchAll(/^# TYPE (\S+) (gauge|counter)$/gm)].map((match) => match[1]);
    expect(new Set(typed).size).toBe(typed.length);
    let family = '';
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const type = /^# TYPE (\S+) /.exec(line);
      if (type) family = type[1] ?? '';
      if (line.startsWith('#')) continue;
      expect(line).toMatch(/^[a-z_]+(\{([a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? -?\d+(\.\d+)?(e[+-]\d+)?$/);
      expect(line.split(/[{ ]/, 1)[0]).toBe(family);
    }
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
    expect(families.every(({ name }) => /^[a-z][a-z0-9_]*$/.test(name))).toBe(true);
  });

  it('is of the sources and the cluster that are asked for', async () => {
    const { text } = await scrape('?sources=server,cluster&cluster=prod');
    expect(text).toContain('server_cpu_percent');
    expect(text).not.toContain('stream_messages');
    expect(parseProblem(await scrape('?cluster=nowhere'))).toMatchObject({ status: 404 });
    expect(parseProblem(await scrape('?sources=nonsense'))).toMatchObject({ status: 400 });
  });

  it('is for people too, as far as they may see', async () => {
    const scoped = await makeScopedPerson(api, 'viewer', { kind: 'cluster', clusterId: cluster, namePattern: 'LO*' });
    const { text } = await scrape('', scoped.token);
    expect(text).toContain('stream="LOST"');
    expect(text).not.toContain('ORDERS');
    expect(text).not.toContain('server_cpu');
  });
});

describe('a scrape token', () => {
  it('is good for the scrape and for nothing else, and its use is told', async () => {
    for (const path of ['/auth/me', '/clusters', '/query', '/scrape-tokens', '/scrape/x'])
      expect(
        parseProblem(await api.send({ method: 'GET', path: `${apiBase}${path}`, headers: bearer(token) })).status,
      ).toBeGreaterThanOrEqual(403);
    await scrape();
    const { items } = await api.get(routes.listScrapeTokens, {}, api.admin);
    expect(items.find(({ name }) => name === 'prometheus')).toMatchObject({
      prefix: token.slice(0, 8),
      lastUsedAt: expect.any(String),
    });
    expect(JSON.stringify(items)).not.toContain(token);
  });

  it('is kept as a hash and ends at once', async () => {
    const made = await api.get(routes.createScrapeToken, { body: { name: 'short' } }, api.admin);
    const stored = await api.database.query('select row_to_json(t)::text as text from scrape_tokens t');
    expect(JSON.stringify(stored)).not.toContain(made.token);
    expect((await scrape('', made.token)).status).toBe(200);
    await api.get(routes.deleteScrapeToken, { params: { tokenId: made.id } }, api.admin);
    expect(parseProblem(await scrape('', made.token))).toMatchObject({ status: 403 });
    expect(await api.refused(routes.deleteScrapeToken, { params: { tokenId: made.id } }, api.admin)).toMatchObject({
      status: 404,
    });
    expect(parseProblem(await scrape('', `jsm_${'x'.repeat(43)}`))).toMatchObject({ status: 403 });
  });

  it('sees other accounts only where it was made to', async () => {
    const made = await api.get(routes.createScrapeToken, { body: { name: 'all', allAccounts: true } }, api.admin);
    expect((await scrape('', made.token)).text).toContain('stream="FOREIGN"');
  });

  it('sees its own organization alone', async () => {
    const other = await makeOrganization(api);
    const made = await api.get(routes.createScrapeToken, { body: { name: 'prometheus' } }, other.admin.token);
    expect(linesOf((await scrape('', made.token)).text)).toEqual([]);
    expect(await api.refused(routes.deleteScrapeToken, { params: { tokenId: made.id } }, api.admin)).toMatchObject({
      status: 404,
    });
  });

  it('is made by whoever may manage keys, once a name', async () => {
    const editor = await makePerson(api, 'editor');
    expect(await api.refused(routes.createScrapeToken, { body: { name: 'mine' } }, editor.token)).toMatchObject({
      status: 403,
    });
    expect(await api.refused(routes.createScrapeToken, { body: { name: 'Prometheus' } }, api.admin)).toMatchObject({
      status: 409,
    });
  });
});
