import type { ClickHouseClient } from '@clickhouse/client';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPg } from '../../../backend/server/src/platform/pg';
import { makeLog } from '../../../backend/server/src/platform/log';
import { makeSilences } from '../../../backend/server/src/query/silences/store';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { makeOrganization, makePerson, makeScopedPerson, type Person } from '../setup/people';
import { collection, head, inAccount, insertSamples } from './samples';

/** A cluster with two streams that have lost their leaders, one of them in an account that is not the cluster's own. */
let api: TestApi;
let clickhouse: ClickHouseClient;
let cluster: string;
let editor: Person;
let viewer: Person;
const hour = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hour).toISOString();

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  cluster = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'prod' });
  editor = await makePerson(api, 'editor');
  viewer = await makePerson(api, 'viewer');
  const of = { org: api.organizationId, cluster };
  const now = Date.now();
  await insertSamples(clickhouse, 'cluster_samples', [collection(of, now, { servers: 1, meta_leader: true })]);
  await insertSamples(clickhouse, 'stream_metrics', [
    { ...head(of, now), ...inAccount, stream: 'ORDERS', state: 'leaderless' },
    { ...head(of, now), ...inAccount, account: 'OTHER', own: false, stream: 'FOREIGN', state: 'leaderless' },
    { ...head(of, now), ...inAccount, stream: 'SOUND', state: 'ok' },
  ]);
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
});
beforeEach(async () => {
  await api.database.query('delete from finding_silences');
});

const overview = (who = api.admin) => api.get(routes.clusterOverview, { query: { cluster } }, who);
async function findingOf(stream: string) {
  const found = (await overview()).findings.find(({ subject }) => subject.stream === stream);
  if (!found) throw new Error(`no finding about ${stream}`);
  return found;
}
const silence = (finding: string, who = editor.token, more: { until?: string; reason?: string } = {}) =>
  api.get(
    routes.silenceFinding,
    { params: { clusterId: cluster }, body: { finding, until: inHours(1), reason: 'being rebuilt', ...more } },
    who,
  );
const listed = async (who = api.admin) => (await api.get(routes.listSilences, { query: { cluster } }, who)).items;

describe('a silenced finding', () => {
  it('says until when, by whom and why to everybody who sees it, and comes after what is not silenced', async () => {
    const { id, silenced } = await findingOf('FOREIGN');
    expect(silenced).toBeNull();
    const until = inHours(8);
    const made = await silence(id, api.admin, { until });
    expect(made).toMatchObject({ finding: id, until, reason: 'being rebuilt', cluster: { id: cluster, name: 'prod' } });
    const { findings } = await overview();
    expect(findings.map((finding) => [finding.subject.stream, finding.silenced?.reason])).toEqual([
      ['ORDERS', undefined],
      ['FOREIGN', 'being rebuilt'],
    ]);
    expect(findings[1]?.silenced).toEqual({ id: made.id, until, by: made.by, reason: made.reason, at: made.at });
  });

  it('does not make its cluster critical, and is counted there', async () => {
    expect((await overview()).clusters).toMatchObject([{ state: 'critical', silenced: 0 }]);
    await silence((await findingOf('ORDERS')).id);
    expect((await overview()).clusters).toMatchObject([{ state: 'critical', silenced: 1 }]);
    await silence((await findingOf('FOREIGN')).id, api.admin);
    expect((await overview()).clusters).toMatchObject([{ state: 'ok', silenced: 2 }]);
  });

  it('gets the new time, reason and person when it is silenced again', async () => {
    const { id } = await findingOf('ORDERS');
    const first = await silence(id);
    const until = inHours(24);
    const second = await silence(id, api.admin, { until, reason: 'still' });
    expect(second).toMatchObject({ id: first.id, until, reason: 'still' });
    expect(second.by).not.toBe(first.by);
    expect((await listed()).map(({ reason }) => reason)).toEqual(['still']);
  });

  it('is told again once its silence is ended by hand, or its time is over', async () => {
    const { id } = await findingOf('ORDERS');
    const made = await silence(id);
    await api.get(routes.unsilenceFinding, { params: { clusterId: cluster, silenceId: made.id } }, editor.token);
    expect((await findingOf('ORDERS')).silenced).toBeNull();
    await silence(id);
    await api.database.query("update finding_silences set expires_at = now() - interval '1 second'");
    expect((await findingOf('ORDERS')).silenced).toBeNull();
    expect(await listed()).toEqual([]);
    expect(await silence(id, editor.token, { reason: 'once more' })).toMatchObject({ reason: 'once more' });
  });

  it('may be silenced for longer while it is gone for the moment, and not for the first time', async () => {
    const { id } = await findingOf('ORDERS');
    await silence(id);
    const gone = id.replace('ORDERS', 'GONE');
    await api.database.query('update finding_silences set finding = $1, finding_hash = sha256($2)', [
      gone,
      Buffer.from(gone),
    ]);
    expect(await silence(gone, editor.token, { reason: 'longer' })).toMatchObject({ finding: gone, reason: 'longer' });
    const never = id.replace('ORDERS', 'NEVER');
    expect(
      await api.refused(
        routes.silenceFinding,
        { params: { clusterId: cluster }, body: { finding: never, until: inHours(1), reason: 'x' } },
        editor.token,
      ),
    ).toMatchObject({ status: 404, code: 'finding_gone' });
  });
});

describe('silencing', () => {
  it.each([
    ['a time that is over', { until: inHours(-1) }, 'body.until'],
    ['a time too far away', { until: inHours(91 * 24) }, 'body.until'],
    ['no reason', { reason: ' ' }, 'body.reason'],
    ['a reason with unseen characters', { reason: 'known\u202e' }, 'body.reason'],
  ])('refuses %s and keeps nothing', async (_, more, field) => {
    const { id } = await findingOf('ORDERS');
    const body = { finding: id, until: inHours(1), reason: 'known', ...more };
    const problem = await api.refused(routes.silenceFinding, { params: { clusterId: cluster }, body }, editor.token);
    expect(problem).toMatchObject({ status: 400, errors: [{ field }] });
    expect(await listed()).toEqual([]);
  });

  it('is for those who may change alerts of the whole cluster', async () => {
    const { id } = await findingOf('ORDERS');
    const body = { finding: id, until: inHours(1), reason: 'known' };
    const some = await makeScopedPerson(api, 'editor', { kind: 'cluster', clusterId: cluster, namePattern: 'ORDERS*' });
    for (const who of [viewer, some])
      expect(
        await api.refused(routes.silenceFinding, { params: { clusterId: cluster }, body }, who.token),
      ).toMatchObject({ status: 403 });
    const whole = await makeScopedPerson(api, 'editor', { kind: 'cluster', clusterId: cluster });
    expect(await silence(id, whole.token)).toMatchObject({ finding: id });
  });

  it('silences nothing that one may not see: another account, another cluster, another organization', async () => {
    const foreign = (await findingOf('FOREIGN')).id;
    const body = { finding: foreign, until: inHours(1), reason: 'known' };
    const params = { clusterId: cluster };
    expect(await api.refused(routes.silenceFinding, { params, body }, editor.token)).toMatchObject({
      code: 'finding_gone',
    });
    await silence(foreign, api.admin);
    expect(await api.refused(routes.silenceFinding, { params, body }, editor.token)).toMatchObject({
      code: 'finding_gone',
    });
    const elsewhere = await addCluster(api, ['nats://127.0.0.1:1']);
    expect(
      await api.refused(routes.silenceFinding, { params: { clusterId: elsewhere }, body }, api.admin),
    ).toMatchObject({ code: 'finding_gone' });
    const other = await makeOrganization(api);
    expect(await api.refused(routes.silenceFinding, { params, body }, other.admin.token)).toMatchObject({
      code: 'not_found',
    });
    const [mine] = await listed();
    expect(
      await api.refused(
        routes.unsilenceFinding,
        { params: { clusterId: cluster, silenceId: mine?.id ?? '' } },
        other.admin.token,
      ),
    ).toMatchObject({ status: 404 });
    expect((await api.get(routes.listSilences, {}, other.admin.token)).items).toEqual([]);
  });

  it('is written down with what was before and after', async () => {
    const { id } = await findingOf('ORDERS');
    const made = await silence(id, editor.token, { reason: 'first' });
    await silence(id, editor.token, { reason: 'second' });
    await api.get(routes.unsilenceFinding, { params: { clusterId: cluster, silenceId: made.id } }, editor.token);
    const { items } = await api.get(routes.listAudit, { query: { cluster, user: editor.id, limit: 3 } }, api.admin);
    const reasons = (changes: unknown) =>
      (['before', 'after'] as const).map(
        (side) => (Object(changes)[side] as { reason: string } | null)?.reason ?? null,
      );
    expect(items.map(({ action, status, changes }) => [action, status, ...reasons(changes)])).toEqual([
      ['finding.unsilence', 'success', 'second', null],
      ['finding.silence', 'success', 'first', 'second'],
      ['finding.silence', 'success', null, 'first'],
    ]);
  });
});

describe('the list of silences', () => {
  it('leaves out what is about something that one may not see', async () => {
    await silence((await findingOf('ORDERS')).id);
    await silence((await findingOf('FOREIGN')).id, api.admin, { until: inHours(2) });
    const streams = async (who?: string) => (await listed(who)).map(({ subject }) => subject.stream);
    expect(await streams()).toEqual(['ORDERS', 'FOREIGN']);
    expect(await streams(viewer.token)).toEqual(['ORDERS']);
  });

  it('is swept of what ended', async () => {
    await silence((await findingOf('ORDERS')).id);
    await silence((await findingOf('FOREIGN')).id, api.admin, { until: inHours(2) });
    const log = makeLog(api.config, 'test');
    const pg = await openPg(api.config, log);
    try {
      await makeSilences(pg).sweep(Date.now() + 1.5 * hour);
    } finally {
      await pg.close();
    }
    expect((await api.database.query<{ finding: string }>('select finding from finding_silences')).length).toBe(1);
    expect((await listed()).map(({ subject }) => subject.stream)).toEqual(['FOREIGN']);
  });
});
