// @vitest-environment happy-dom
import { ApiProblem } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { persona } from '../testing/backend';
import { isPaired, keptSchema, settingsFor, stagesOf, type Kept } from './pairing';

const here = { appUrl: 'https://grafana.example/', orgId: 1 };
const kept = (changes: object = {}): Kept =>
  keptSchema.parse({
    enabled: true,
    jsonData: { apiUrl: 'http://console:8080', connectionId: 'c' },
    secureJsonFields: { proxySecret: true, gatewaySecret: true },
    ...changes,
  });
const problem = (status: number, code: string, requestId = 'r1') =>
  new ApiProblem({ type: 'about:blank', title: 't', status, code, detail: `because ${code}`, requestId });
const states = (stages: ReturnType<typeof stagesOf>) => stages.map(({ state }) => state);

describe('what is kept', () => {
  it('is paired with the address and both secrets, and with nothing less', () => {
    expect(isPaired(kept())).toBe(true);
    expect(isPaired(kept({ secureJsonFields: { proxySecret: true } }))).toBe(false);
    expect(isPaired(kept({ jsonData: null }))).toBe(false);
  });
  it('is written without a slash that would stand twice', () =>
    expect(
      settingsFor({ v: 1, apiUrl: 'http://console:8080//', connectionId: 'c', proxySecret: 'p', gatewaySecret: 'g' }),
    ).toEqual({
      enabled: true,
      pinned: true,
      jsonData: { apiUrl: 'http://console:8080', connectionId: 'c' },
      secureJsonData: { proxySecret: 'p', gatewaySecret: 'g' },
    }));
});

describe('self-test', () => {
  it('is good when the backend says who I am', () => {
    const stages = stagesOf(kept(), { me: persona('admin') }, here);
    expect(states(stages)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(stages[3]?.detail).toBe('admin on *, by Grafana role');
  });
  it('warns where nobody gave me a role', () =>
    expect(states(stagesOf(kept(), { me: persona(null) }, here))).toEqual(['ok', 'ok', 'ok', 'warning']));
  it.each<[string, Kept, unknown, string[], RegExp]>([
    [
      'a secret is missing',
      kept({ secureJsonFields: {} }),
      problem(502, 'x', ''),
      ['failed', 'skipped', 'skipped', 'skipped'],
      /Paste the connection string/,
    ],
    [
      'the app is off',
      kept({ enabled: false }),
      problem(404, 'x', ''),
      ['failed', 'skipped', 'skipped', 'skipped'],
      /Enable it/,
    ],
    [
      'nothing listens',
      kept(),
      { status: 502, data: '' },
      ['ok', 'failed', 'skipped', 'skipped'],
      /curl http:\/\/console:8080\/health\/live/,
    ],
    [
      'the identity is refused',
      kept(),
      problem(403, 'identity_refused'),
      ['ok', 'ok', 'failed', 'skipped'],
      /issuer https:\/\/grafana\.example\/ .* organization 1/,
    ],
    [
      'the backend is ill',
      kept(),
      problem(503, 'postgres_down'),
      ['ok', 'failed', 'skipped', 'skipped'],
      /health\/ready/,
    ],
  ])('%s', (_name, settings, error, expected, fix) => {
    const stages = stagesOf(settings, { error }, here);
    expect(states(stages)).toEqual(expected);
    expect(stages.find(({ state }) => state === 'failed')?.fix).toMatch(fix);
  });
});
