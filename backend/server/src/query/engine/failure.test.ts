import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../platform/errors';
import { failureOf } from './failure';

const thrown = (code: string) => new ClickHouseError({ code, message: 'secret of somebody', type: 'X' });
const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8123'), { code: 'ECONNREFUSED' });

describe('what goes wrong, as a refId gets it', () => {
  it.each([
    ['159', 504, 'downstream', /too long/],
    ['241', 422, 'downstream', /memory/],
    ['158', 422, 'downstream', /rows/],
    ['396', 422, 'downstream', /rows/],
    ['60', 503, 'downstream', /worker/],
    ['999', 500, 'plugin', /log has the details/],
  ] as const)('ClickHouse error %s', (code, status, errorSource, error) => {
    const failure = failureOf(thrown(code));
    expect(failure).toMatchObject({ status, errorSource, error: expect.stringMatching(error) });
    expect(failure.error).not.toContain('secret');
  });
  it('ClickHouse that is away', () =>
    expect(failureOf(refused)).toMatchObject({
      status: 503,
      errorSource: 'downstream',
      error: expect.not.stringContaining('127.0.0.1'),
    }));
  it('a fault of ours', () =>
    expect(failureOf(new TypeError('x is undefined'))).toMatchObject({
      status: 500,
      errorSource: 'plugin',
      error: expect.not.stringContaining('undefined'),
    }));
  it('an error of the api as it is', () =>
    expect(failureOf(new ApiError(404, 'not_found', 'not there'))).toEqual({
      status: 404,
      error: 'not there',
      errorSource: 'downstream',
    }));
});
