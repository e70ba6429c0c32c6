import { describe, expect, it } from 'vitest';
import { refused, unreachable } from './failure';

const url = 'http://console:3001';
const coded = (code: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });
const problem = (status: number, detail: string) =>
  JSON.stringify({ type: 'about:blank', title: 't', status, code: 'c', detail, requestId: 'r-1' });

describe('a console that cannot be reached', () => {
  it.each([
    ['ECONNREFUSED', 502, /nothing listens/],
    ['ENOTFOUND', 502, /cannot be resolved/],
    ['UND_ERR_CONNECT_TIMEOUT', 504, /in time/],
    ['UND_ERR_HEADERS_TIMEOUT', 504, /did not answer in time/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 502, /certificate/],
    ['UND_ERR_SOCKET', 502, /broke/],
    ['SOMETHING_NEW', 502, /SOMETHING_NEW/],
  ])('is told by %s', (code, status, message) => {
    const failure = unreachable(url, coded(code));
    expect(failure).toMatchObject({ status, source: 'downstream' });
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(url);
  });

  it('finds the reason below other errors, and in all tries of one name', () => {
    expect(unreachable(url, new Error('fetch failed', { cause: coded('ENOTFOUND') })).message).toMatch(/resolved/);
    expect(unreachable(url, new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])).message).toMatch(
      /nothing listens/,
    );
    expect(unreachable(url, 'odd').status).toBe(502);
  });
});

describe('a console that refuses', () => {
  it('is quoted, with its status', () => {
    expect(refused(url, 403, problem(403, 'You may not.'))).toMatchObject({
      status: 403,
      source: 'downstream',
      message: 'You may not.',
    });
  });

  it('never answers 401, which would make the browser log in and ask again', () => {
    expect(refused(url, 401, problem(401, 'Session ended.')).status).toBe(403);
  });

  it('is our fault where it says so, and names the request to look for', () => {
    expect(refused(url, 500, problem(500, 'Broken.'))).toMatchObject({
      source: 'plugin',
      message: 'Broken. Request r-1.',
    });
  });

  it.each(['<html>nginx</html>', '{}', 'null', ''])('is told apart from something else that answers %j', (body) => {
    const failure = refused(url, 404, body);
    expect(failure.status).toBe(502);
    expect(failure.message).toMatch(/is not the console \(status 404\)/);
  });
});
