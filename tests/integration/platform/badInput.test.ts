import { apiBase, routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { flood } from '../setup/flood';
import { bearer, type Answer } from '../setup/http';
import { startNatsServer, type NatsServer } from '../setup/nats';

let api: TestApi;
let nats: NatsServer;
let clusterId: string;
beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  clusterId = await addCluster(api, [nats.url]);
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

const json = ['content-type', 'application/json'] as const;
const raw = (method: string, path: string, body?: string | Buffer, type: readonly [string, string] | null = json) =>
  api.send({
    method,
    path: apiBase + path,
    body,
    headers: [...bearer(api.admin), ...(body !== undefined && type ? [type] : [])],
  });

/** Refused as a problem that names the field, and nothing changed: what there was is what there is. */
async function refused(answer: Answer, field: string | RegExp, status = 400) {
  const problem = parseProblem(answer);
  expect(problem.status, problem.detail).toBe(status);
  expect(problem.requestId).toBe(answer.headers['x-request-id']);
  if (typeof field === 'string') expect(problem.errors?.map((error) => error.field)).toContain(field);
  else expect(problem.detail).toMatch(field);
  expect(answer.text).not.toMatch(/at .*\.ts:|node_modules|ZodError|select .* from/i);
  return problem;
}
const rows = async () =>
  JSON.stringify([
    await api.database.query('select * from clusters order by id'),
    await api.database.query('select * from teams order by id'),
    await api.database.query('select * from roles order by name'),
    await api.database.query('select id, login from users order by id'),
  ]);

describe('a body of 64 MB', () => {
  const teams = () => `${api.url}${apiBase}/teams`;
  it.each([
    ['announced', false],
    ['in chunks of unknown number', true],
  ])('%s is refused without being read to its end', async (_, chunked) => {
    const { status, text, taken } = await flood(teams(), 64 * 1024 * 1024, chunked, {
      authorization: `Bearer ${api.admin}`,
    });
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ code: 'body_too_large' });
    expect(taken).toBeLessThan(32 * 1024 * 1024);
    expect((await api.ask(routes.me, {}, api.admin)).status).toBe(200);
  });
  it('from nobody is not read at all', async () => {
    const { status, taken } = await flood(teams(), 64 * 1024 * 1024, false, {});
    expect(status).toBe(403);
    expect(taken).toBeLessThan(32 * 1024 * 1024);
  });
});

describe('a body', () => {
  it.each([
    ['{', 'invalid_json'],
    ['', 'invalid'],
    ['[]', 'invalid'],
    ['null', 'invalid'],
    ['"text"', 'invalid'],
    [Buffer.from('{"name":"\xff"}', 'latin1'), 'invalid_json'],
    ['{"name":"a","name2":"b"}', 'invalid'],
    ['{"name":5}', 'invalid'],
    ['{"name":{"a":1}}', 'invalid'],
    ['{"name":""}', 'invalid'],
    ['{"name":"   "}', 'invalid'],
    [`{"name":"${'x'.repeat(121)}"}`, 'invalid'],
    ['{"name":"a\\u0000b"}', 'invalid'],
    ['{"name":"a\\ud800b"}', 'invalid'],
    ['{"name":"a\\u202eb"}', 'invalid'],
    ['{"name":"a\\u200bb"}', 'invalid'],
    ['{"name":"a\\nb"}', 'invalid'],
    ['{"__proto__":{"name":"x"}}', 'invalid'],
    [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'invalid'],
  ])('%#: %.40s is refused and nothing is made', async (body, code) => {
    const before = await rows();
    const problem = parseProblem(await raw('POST', '/teams', body));
    expect(problem).toMatchObject({ status: 400, code });
    expect(await rows()).toBe(before);
  });
  it('that does not say it is JSON', async () => {
    const answer = await raw('POST', '/teams', '{"name":"x"}', ['content-type', 'text/plain']);
    expect(parseProblem(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(parseProblem(await raw('POST', '/teams', '{"name":"x"}', null)).status).toBe(415);
  });
  it('names each field that is wrong', async () => {
    const answer = await raw(
      'POST',
      '/clusters',
      JSON.stringify({
        name: '',
        urls: ['http://x', 'nats://u:p@h'],
        tls: { mode: 'maybe' },
        domain: 'a.b',
        inboxPrefix: '*',
        labels: { a: 1 },
        surprise: true,
      }),
    );
    const problem = await refused(answer, 'body.name');
    expect(problem.errors?.map(({ field }) => field)).toEqual(
      expect.arrayContaining([
        'body.urls.0',
        'body.urls.1',
        'body.tls.mode',
        'body.domain',
        'body.inboxPrefix',
        'body.labels.a',
        'body',
      ]),
    );
  });
  it('of 10,000 entries is refused by its bound, and by one sentence each up to a bound', async () => {
    const urls = Array.from({ length: 10_000 }, (_, i) => `nats://h${i}:4222`);
    await refused(await raw('POST', '/clusters', JSON.stringify({ name: 'many', urls })), 'body.urls');
    const wrong = Array.from({ length: 10_000 }, () => ({ resource: 'x', action: 'y' }));
    const answer = await raw('POST', '/roles', JSON.stringify({ name: 'many', permissions: wrong }));
    const problem = await refused(answer, /body\.permissions/);
    expect(problem.errors?.length).toBeLessThanOrEqual(20);
    const questions = Array.from({ length: 10_000 }, () => ({ resource: 'streams', action: 'read' }));
    await refused(await raw('POST', '/permissions/check', JSON.stringify({ questions })), 'body.questions');
  });
  it('of a role that would be a pattern of its own kind', async () => {
    const binding = (scope: unknown) =>
      raw(
        'POST',
        '/role-bindings',
        JSON.stringify({ subject: { kind: 'user', id: clusterId }, role: 'viewer', scope }),
      );
    for (const scope of [
      { kind: 'cluster', clusterId, namePattern: 'orders.>' },
      { kind: 'cluster', clusterId, namePattern: '' },
      { kind: 'cluster', clusterId, subjectPattern: 'a b' },
      { kind: 'everything' },
      { kind: 'organization', clusterId },
    ])
      expect(parseProblem(await binding(scope)).status).toBe(400);
    const elsewhere = '00000000-0000-4000-8000-000000000000';
    await refused(
      await raw(
        'POST',
        '/role-bindings',
        JSON.stringify({
          subject: { kind: 'user', id: clusterId },
          role: 'viewer',
          scope: { kind: 'cluster', clusterId: elsewhere },
        }),
      ),
      'body.scope.clusterId',
    );
    await refused(await binding({ kind: 'organization' }), 'body.subject.id');
  });
});

describe('a path', () => {
  const streams = `/clusters/`;
  it.each([
    '..%2fteams',
    '%2e%2e/teams',
    '../teams',
    './teams',
    'a//b',
    '%2F%2Fx',
    'teams/',
    'teams%2f..%2fusers',
    '%00',
    'teams%00',
    '%zz',
    '%ff%fe',
    '%',
  ])('with %s in it is refused or leads nowhere', async (part) => {
    const answer = await raw('GET', `/${part}`);
    const problem = parseProblem(answer);
    expect([400, 404]).toContain(problem.status);
  });
  it.each([
    ['a stream name with a dot', `${streams}CID/streams/a.b`, 'path.stream'],
    ['with a wildcard', `${streams}CID/streams/%2A`, 'path.stream'],
    ['with a >', `${streams}CID/streams/%3E`, 'path.stream'],
    ['with a slash', `${streams}CID/streams/a%2Fb`, 'path.stream'],
    ['with a backslash', `${streams}CID/streams/a%5Cb`, 'path.stream'],
    ['with a space', `${streams}CID/streams/a%20b`, 'path.stream'],
    ['with a line break', `${streams}CID/streams/a%0D%0Ab`, 'path.stream'],
    ['too long', `${streams}CID/streams/${'x'.repeat(256)}`, 'path.stream'],
    ['too long in bytes', `${streams}CID/streams/${encodeURIComponent('ä'.repeat(128))}`, 'path.stream'],
    ['a bucket that cannot be one', `${streams}CID/kv/a.b`, 'path.bucket'],
    ['a sequence that is none', `${streams}CID/streams/A/messages/1.5`, 'path.seq'],
    ['a sequence beyond what is exact', `${streams}CID/streams/A/messages/9007199254740993`, 'path.seq'],
    ['a cluster id that is none', `${streams}x/streams`, 'path.clusterId'],
    ['a slot that there is none of', `${streams}CID/credentials/root`, 'path.slot'],
  ])('%s', async (_, path, field) => {
    const method = path.includes('credentials') ? 'DELETE' : 'GET';
    await refused(await raw(method, path.replace('CID', clusterId)), field);
  });
  it('with a NUL is refused before it is taken apart', async () => {
    await refused(await raw('GET', `/clusters/${clusterId}/streams/a%00b`), /NUL/);
  });
  it('is told apart by its letters, look-alikes too', async () => {
    for (const name of ['ОRDERS', 'ORDERS\u0301', 'ＯＲＤＥＲＳ']) {
      const answer = await raw('GET', `/clusters/${clusterId}/streams/${encodeURIComponent(name)}`);
      expect(parseProblem(answer)).toMatchObject({ status: 404, code: 'stream_not_found' });
    }
  });
  it('is case sensitive, and knows no other method', async () => {
    for (const [method, path] of [
      ['GET', '/Clusters'],
      ['PUT', '/clusters'],
      ['TRACE', '/clusters'],
      ['DELETE', '/clusters'],
      ['GET', '/auth/login'],
    ] as const)
      expect(parseProblem(await raw(method, path))).toMatchObject({ status: 404, code: 'no_route' });
  });
});

describe('a query', () => {
  const list = (query: string) => raw('GET', `/clusters/${clusterId}/streams?${query}`);
  it.each([
    ['limit=0', 'query.limit'],
    ['limit=-1', 'query.limit'],
    ['limit=1001', 'query.limit'],
    ['limit=NaN', 'query.limit'],
    ['limit=Infinity', 'query.limit'],
    ['limit=1e400', 'query.limit'],
    ['limit=5.5', 'query.limit'],
    ['limit=', 'query.limit'],
    ['limit=5&limit=6', 'query.limit'],
    ['sort=size', 'query.sort'],
    ['order=up', 'query.order'],
    ['fresh=yes', 'query.fresh'],
    ['kind=', 'query.kind'],
    ['surprise=1', 'query'],
    ['search=a%00b', 'query.search'],
    ['a%00=b', 'query.a'],
    [`search=${'x'.repeat(256)}`, 'query.search'],
    ['subject=a..b', 'query.subject'],
    ['subject=a%20b', 'query.subject'],
    ['cursor=not-a-cursor', 'query.cursor'],
    ['__proto__=1', 'query'],
    ['constructor=1', 'query'],
  ])('%s', async (query, field) => {
    await refused(await list(query), field);
  });
  it('of messages that contradicts itself', async () => {
    const messages = (query: string) => raw('GET', `/clusters/${clusterId}/streams/A/messages?${query}`);
    await refused(await messages('seq=1&time=2026-01-01T00:00:00Z'), 'query.time');
    await refused(await messages('time=yesterday'), 'query.time');
    await refused(await messages('seq=0'), 'query.seq');
    await refused(await messages('scan=1000001'), 'query.scan');
    await refused(await messages(`regex=${'x'.repeat(1025)}`), 'query.regex');
  });
});

it('passes an error of NATS on with its code and a sentence', async () => {
  const answer = await raw('GET', `/clusters/${clusterId}/streams/NOWHERE`);
  expect(parseProblem(answer)).toMatchObject({
    status: 404,
    code: 'stream_not_found',
    detail: 'There is no such stream in this account.',
    nats: { code: 404, errCode: 10059, description: 'stream not found' },
  });
});

it('is still there after all of it', async () => {
  expect((await api.send({ method: 'GET', path: '/health/ready?need=postgres' })).status).toBe(200);
});
