import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminLogin, parseProblem, startTestApi, type TestApi } from '../setup/api';
import { bearer } from '../setup/http';
import { makePerson } from '../setup/people';
import { eventually } from '../setup/wait';

let api: TestApi;
beforeAll(async () => {
  // Every request says by itself where it comes from, as a front proxy would.
  api = await startTestApi({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
});
afterAll(async () => {
  await api?.stop();
});

let addresses = 0;
const newAddress = () => `198.51.100.${++addresses}`;
const attempt = (login: string, password: string, from = newAddress()) =>
  api.ask(routes.login, { body: { login, password } }, [['x-forwarded-for', from]]);
const waitOver = (key: string) =>
  api.database.query(`update login_throttle set blocked_until = now() - interval '1 ms' where key = $1`, [key]);

describe('log-in', () => {
  it('answers the same for an unknown account, a wrong password and a switched-off account', async () => {
    const off = await makePerson(api, 'viewer');
    await api.get(routes.updateUser, { params: { userId: off.id }, body: { active: false } }, api.admin);
    const on = await makePerson(api, 'viewer');
    const answers = await Promise.all([
      attempt('nobody of that name', 'wrong'),
      attempt(on.login, 'wrong'),
      attempt(off.login, off.password),
    ]);
    const seen = answers.map((answer) => ({ ...parseProblem(answer), requestId: '' }));
    expect(new Set(seen.map((problem) => JSON.stringify(problem))).size).toBe(1);
    expect(seen[0]).toMatchObject({ status: 401, code: 'login_failed' });
  });
  it('keeps neither password nor session token where it can be read', async () => {
    const who = await makePerson(api, 'viewer');
    const [row] = await api.database.query<{ password_hash: string }>('select password_hash from users where id = $1', [
      who.id,
    ]);
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    for (const table of ['users', 'sessions', 'audit_outbox', 'login_throttle']) {
      const text = JSON.stringify(await api.database.query(`select * from ${table}`));
      expect(text).not.toContain(who.password);
      expect(text).not.toContain(who.token);
    }
    const everything = await api.ask(routes.listUsers, { query: { limit: 1000 } }, api.admin);
    expect(everything.text).not.toMatch(/argon2|password/i);
  });
  it('ignores case in the login, as people do', async () => {
    const who = await makePerson(api, 'viewer');
    expect((await attempt(who.login.toUpperCase(), who.password)).status).toBe(200);
  });
  it('writes down who tried and failed, and from where', async () => {
    const who = await makePerson(api, 'viewer');
    const from = newAddress();
    await attempt(who.login, 'wrong', from);
    const audit = await api.get(routes.listAudit, { query: { user: who.id, status: 'denied' } }, api.admin);
    expect(audit.items).toEqual([expect.objectContaining({ action: 'auth.login', ip: from, error: 'wrong password' })]);
  });
});

describe('the throttle', () => {
  it('makes an account wait longer after each failure, from whatever address, and ends with a success', async () => {
    const who = await makePerson(api, 'viewer');
    const key = `account:${who.login}`;
    for (let i = 0; i < 5; i++) expect((await attempt(who.login, 'wrong')).status).toBe(401);
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      const blocked = await attempt(who.login, who.password);
      expect(parseProblem(blocked)).toMatchObject({ status: 429, code: 'too_many_attempts' });
      waits.push(Number(blocked.headers['retry-after']));
      await waitOver(key);
      expect((await attempt(who.login, 'wrong')).status).toBe(401);
    }
    for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThan(waits[i - 1] ?? 0);
    expect((await attempt('somebody else', 'wrong')).status).toBe(401);
    await waitOver(key);
    expect((await attempt(who.login, who.password)).status).toBe(200);
    expect((await attempt(who.login, 'wrong')).status).toBe(401);
    expect((await attempt(who.login, who.password)).status).toBe(200);
  });
  it('lets no more than the free attempts through when many come at once', async () => {
    const who = await makePerson(api, 'viewer');
    const answers = await Promise.all(Array.from({ length: 20 }, () => attempt(who.login, 'wrong')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });
  it('makes an address wait that tries many accounts, and one good log-in does not wash it clean', async () => {
    const from = newAddress();
    const who = await makePerson(api, 'viewer');
    for (let i = 0; i < 25; i++) expect((await attempt(`guess ${i}`, 'wrong', from)).status).toBe(401);
    expect((await attempt('guess 26', 'wrong', from)).status).toBe(429);
    expect((await attempt(who.login, who.password, from)).status).toBe(429);
    expect((await attempt(who.login, who.password)).status).toBe(200);
    await waitOver(`address:${from}`);
    expect((await attempt(who.login, who.password, from)).status).toBe(200);
    expect((await attempt('guess 27', 'wrong', from)).status).toBe(401);
    expect((await attempt('guess 28', 'wrong', from)).status).toBe(429);
  });
  it('believes an address in a header only from a proxy that the deployment trusts', async () => {
    const direct = await startTestApi();
    try {
      const tries = Array.from({ length: 30 }, (_, i) =>
        direct.ask(routes.login, { body: { login: `spoof ${i}`, password: 'x' } }, [['x-forwarded-for', newAddress()]]),
      );
      expect((await Promise.all(tries)).filter(({ status }) => status === 429).length).toBeGreaterThan(0);
      const rows = await direct.database.query<{ key: string }>(
        `select key from login_throttle where key like 'address:%'`,
      );
      expect(rows).toEqual([{ key: 'address:127.0.0.1' }]);
    } finally {
      await direct.stop();
    }
  });
});

describe('a session', () => {
  const ended = async (token: string) => {
    const problem = await api.refused(routes.me, {}, token);
    expect(problem).toMatchObject({ status: 401, code: 'session_ended' });
  };
  it('ends at its time', async () => {
    const { id, token } = await makePerson(api, 'viewer');
    expect((await api.get(routes.me, {}, token)).expiresAt).not.toBeNull();
    await api.database.query(`update sessions set expires_at = now() where user_id = $1`, [id]);
    await ended(token);
  });
  it('ends with a log-out, that one alone', async () => {
    const { login, password, token } = await makePerson(api, 'viewer');
    const second = await api.login(login, password);
    await api.get(routes.logout, {}, second);
    await ended(second);
    await api.get(routes.me, {}, token);
  });
  it('ends when the account is switched off', async () => {
    const { id, token } = await makePerson(api, 'viewer');
    await api.get(routes.updateUser, { params: { userId: id }, body: { active: false } }, api.admin);
    await ended(token);
    await api.get(routes.updateUser, { params: { userId: id }, body: { active: true } }, api.admin);
    await ended(token);
  });
  it.each(['', 'x', 'a'.repeat(43), 'a'.repeat(10_000)])('is not anything else: %.10s', async (token) => {
    const answer = await api.ask(routes.me, {}, bearer(token));
    expect([401, 403]).toContain(answer.status);
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });
  it('is not taken from two headers', async () => {
    const { token } = await makePerson(api, 'viewer');
    expect((await api.ask(routes.me, {}, [...bearer(token), ...bearer(token)])).status).toBe(403);
  });
});

describe('a change of the password', () => {
  it('ends every other session, and takes the new password alone from then on', async () => {
    const { login, password, token } = await makePerson(api, 'viewer');
    const others = [await api.login(login, password), await api.login(login, password)];
    const next = 'a new one, longer';
    await api.get(routes.changePassword, { body: { current: password, next } }, token);
    await api.get(routes.me, {}, token);
    for (const other of others) expect((await api.refused(routes.me, {}, other)).status).toBe(401);
    expect((await attempt(login, password)).status).toBe(401);
    expect((await attempt(login, next)).status).toBe(200);
  });
  it('needs the present one, which a stolen session cannot guess', async () => {
    const { password, token } = await makePerson(api, 'viewer');
    const guess = (current: string) =>
      api.refused(routes.changePassword, { body: { current, next: 'a new one, longer' } }, token);
    for (let i = 0; i < 5; i++)
      expect(await guess('wrong')).toMatchObject({ status: 400, errors: [{ field: 'body.current' }] });
    expect((await guess(password)).status).toBe(429);
  });
  it('wants a password that is worth one', async () => {
    const { password, token } = await makePerson(api, 'viewer');
    const problem = await api.refused(routes.changePassword, { body: { current: password, next: 'short' } }, token);
    expect(problem).toMatchObject({ status: 400, errors: [{ field: 'body.next' }] });
  });
});

it('does not set the first administrator again from the environment, once there is an account', async () => {
  const next = 'changed by its owner';
  const token = await api.login(adminLogin.login, adminLogin.password);
  await api.get(routes.changePassword, { body: { current: adminLogin.password, next } }, token);
  const org = await api.database.query('select id from organizations');
  // A second api process starts on the same database; log-ins by the password in its environment are refused.
  const env = { CONSOLE_MASTER_KEY: api.config.masterKeys[0].key.toString('base64') };
  await expect(startTestApi({ database: api.database, env })).rejects.toThrow(/cannot log in/);
  expect(await api.database.query('select id from organizations')).toEqual(org);
  expect(await eventually(async () => (await attempt(adminLogin.login, next)).status === 200)).toBe(true);
});
