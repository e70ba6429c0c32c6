// @vitest-environment happy-dom
import { toDataFrame, type DataQueryRequest } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { stage } from '../test/grafana';
import { replaceWith } from '../test/templates';
import type { VariableQuery } from '../types';
import { missingInVariable, valueKinds, variableInputs, variableQuery } from './query';

const refId = 'JetStreamVariable';

describe('a stored variable', () => {
  it.each<[unknown, VariableQuery]>([
    [
      { refId: 'x', of: 'stream', cluster: 'prod', search: 'a' },
      { refId: 'x', of: 'stream', cluster: 'prod', search: 'a' },
    ],
    ['clusters', { refId, of: 'cluster' }],
    [' streams( prod ) ', { refId, of: 'stream', cluster: 'prod' }],
    ['consumers($cluster, ORDERS)', { refId, of: 'consumer', cluster: '$cluster', stream: 'ORDERS' }],
    [
      { refId: 'y', query: 'buckets(prod)' },
      { refId, of: 'bucket', cluster: 'prod' },
    ],
    ['label_values(up)', { refId, of: 'cluster' }],
    [{ of: 'nothing' }, { refId, of: 'cluster' }],
    [null, { refId, of: 'cluster' }],
  ])('%j is read', (stored, expected) => {
    const query = variableQuery(stored);
    expect(query).toEqual(expected);
    expect(variableQuery(query)).toEqual(query);
  });

  it('lists every kind that the console can list', () => {
    for (const of of valueKinds) expect(variableQuery(`${of}s`).of).toBe(of);
  });

  it('of subjects wants a stream', () => {
    expect(missingInVariable({ refId, of: 'subject' })).toMatch('stream');
    expect(missingInVariable({ refId, of: 'subject', stream: 'S' })).toBeNull();
  });
});

describe('the requests of a variable', () => {
  const inputs = (query: Partial<VariableQuery>, variables: Record<string, unknown> = {}) =>
    variableInputs({ refId, of: 'consumer', ...query }, replaceWith(variables));

  it('are one for each value of the variables in it', () => {
    expect(inputs({ cluster: '$c', stream: '$s' }, { c: ['a', 'b'], s: ['X', 'Y'] })).toEqual([
      { of: 'consumer', cluster: 'a', stream: 'X' },
      { of: 'consumer', cluster: 'a', stream: 'Y' },
      { of: 'consumer', cluster: 'b', stream: 'X' },
      { of: 'consumer', cluster: 'b', stream: 'Y' },
    ]);
  });

  it('is one for all where everything is chosen, or nothing', () => {
    expect(inputs({ cluster: '$c' }, { c: '*' })).toEqual([{ of: 'consumer' }]);
    expect(inputs({ cluster: '' })).toEqual([{ of: 'consumer' }]);
  });

  it('of clusters is not narrowed by a cluster; of streams not by a stream', () => {
    expect(inputs({ of: 'cluster', cluster: 'x' })).toEqual([{ of: 'cluster' }]);
    expect(inputs({ of: 'stream', stream: 'x' })).toEqual([{ of: 'stream' }]);
  });

  it('carries what is typed into the variable', () => {
    expect(inputs({ of: 'stream', search: '$__searchFilter' }, { __searchFilter: 'ord' })).toEqual([
      { of: 'stream', search: 'ord' },
    ]);
  });
});

describe('the values of a variable', () => {
  const ask = async (query: Partial<VariableQuery>, variables: Record<string, unknown> = {}) => {
    const { datasource, requests } = stage({
      variables,
      answers: {
        '/values': ({ params }) => ({
          items: [
            { value: 'S', text: 'S' },
            { value: `${params?.cluster}-only`, text: `only ${params?.cluster}` },
          ],
          complete: true,
        }),
      },
    });
    const request = { targets: [{ refId, ...query }], scopedVars: {} } as Partial<DataQueryRequest<VariableQuery>>;
    if (datasource.variables?.getType() !== 'custom' || !('editor' in datasource.variables))
      throw new Error('no variables');
    const answer = await lastValueFrom(datasource.variables.query(request as DataQueryRequest<VariableQuery>));
    return { frame: toDataFrame(answer.data[0]), requests };
  };

  it('come from every cluster that is chosen, each name once', async () => {
    const { frame, requests } = await ask({ of: 'stream', cluster: '$c' }, { c: ['a', 'b'] });
    expect(requests.map(({ params }) => params)).toEqual([
      { of: 'stream', cluster: 'a' },
      { of: 'stream', cluster: 'b' },
    ]);
    expect(frame.fields.map(({ name, values }) => [name, values])).toEqual([
      ['text', ['S', 'only a', 'only b']],
      ['value', ['S', 'a-only', 'b-only']],
    ]);
  });

  it('are none while the variable is not whole', async () => {
    const { frame, requests } = await ask({ of: 'subject' });
    expect(frame.length).toBe(0);
    expect(requests).toEqual([]);
  });
});
