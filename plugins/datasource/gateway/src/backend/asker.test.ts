import { describe, expect, it } from 'vitest';
import { pluginContext, user } from '../protocol/pluginv2';
import { askingBy, askingByHttp } from './asker';

const context = pluginContext.make({ orgId: 2, user: user.make({ login: 'alice' }), pluginVersion: '0.1.0' });
const lists = (headers: Record<string, string[]>) =>
  new Map(Object.entries(headers).map(([key, values]) => [key, { values }]));

describe('who asks', () => {
  it('is the plugin context’s user with the token that Grafana forwards', () => {
    const headers = new Map([['http_X-Grafana-Id', 'a.b.c']]);
    expect(askingBy(context, headers)).toEqual({
      asker: { orgId: 2, login: 'alice', fromAlert: false, pluginVersion: '0.1.0' },
      idToken: 'a.b.c',
    });
  });

  it('has no token where none came, and none is made up from others', () => {
    const headers = new Map([
      ['X-Id-Token', 'oauth'],
      ['Authorization', 'Bearer x'],
      ['http_X-Id-Token', 'oauth'],
      ['X-Grafana-Id', 'without the prefix'],
      ['Cookie', 'grafana_session=1'],
    ]);
    expect(askingBy(context, headers).idToken).toBeNull();
    expect(askingBy(undefined, new Map())).toEqual({
      asker: { orgId: 0, login: '', fromAlert: false, pluginVersion: '' },
      idToken: null,
    });
  });

  it('carries FromAlert as it came, whoever wrote it', () => {
    expect(askingBy(context, new Map([['FromAlert', 'true']])).asker).toMatchObject({
      login: 'alice',
      fromAlert: true,
    });
    expect(askingBy(context, new Map([['FromAlert', 'TRUE']])).asker.fromAlert).toBe(false);
    expect(askingBy(context, new Map([['http_FromAlert', 'true']])).asker.fromAlert).toBe(false);
  });

  it('takes no token of two', () => {
    const two = new Map([
      ['http_X-Grafana-Id', 'a.b.c'],
      ['http_x-grafana-id', 'd.e.f'],
    ]);
    expect(askingBy(context, two).idToken).toBeNull();
    expect(askingByHttp(context, lists({ 'X-Grafana-Id': ['a.b.c', 'd.e.f'] })).idToken).toBeNull();
  });

  it('reads HTTP’s own header in resource calls, and never FromAlert', () => {
    const { asker, idToken } = askingByHttp(context, lists({ 'X-Grafana-Id': ['a.b.c'], FromAlert: ['true'] }));
    expect([asker.fromAlert, idToken]).toEqual([false, 'a.b.c']);
  });
});
