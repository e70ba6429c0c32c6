import { queryResponse } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { encodeArrow } from '../../../../../backend/server/src/query/frames/arrow';
import type { Frame } from '../../../../../backend/server/src/query/frames/frame';
import { encodeJson } from '../../../../../backend/server/src/query/frames/json';
import { frameJson } from './frameJson';

const frames: Record<string, Frame> = {
  'every type, nulls and fractions': {
    name: 'lag',
    meta: { type: 'timeseries-multi', typeVersion: [0, 1], custom: { table: 'hourly' } },
    fields: [
      { name: 'time', type: 'time', values: [-1.5, null, 1_700_000_000_000.25] },
      {
        name: 'value',
        type: 'number',
        labels: { stream: 'ORDERS' },
        config: { unit: 'short' },
        values: [1.5, null, 0],
      },
      { name: 'odd', type: 'number', values: [NaN, Infinity, -Infinity] },
      { name: 'body', type: 'string', values: ['grün', null, ''] },
      { name: 'ok', type: 'boolean', values: [true, false, null] },
      { name: 'labels', type: 'json', values: [{ a: 1 }, null, ['ü']] },
    ],
  },
  'no row': {
    fields: [
      { name: 'time', type: 'time', values: [] },
      { name: 'value', type: 'number', values: [] },
    ],
  },
  'no field': { name: 'nothing', fields: [] },
};

describe('a frame that came as Arrow', () => {
  it.each(Object.entries(frames))('reads in the page as the one that came as JSON: %s', async (_what, frame) => {
    let text = '';
    for await (const part of encodeJson([{ refId: 'A', status: 200, frames: [frame] }])) text += part;
    const [asJson] = queryResponse.parse(JSON.parse(text)).results['A']?.frames ?? [];
    expect(JSON.parse(JSON.stringify(frameJson(await encodeArrow('A', frame))))).toEqual(asJson);
  });
});
