import { framesHeader, queryResponse } from '@jetstream-console/contract';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeArrow, writeNanoseconds } from './arrow';
import { encodeEnvelope } from './envelope';
import type { Frame, QueryAnswer } from './frame';
import { encodeJson } from './json';

const frame: Frame = {
  name: 'lag',
  meta: { type: 'timeseries-multi', typeVersion: [0, 1], custom: { table: 'hourly' } },
  fields: [
    { name: 'time', type: 'time', values: [0, 1_700_000_000_000, 1_700_000_000_000.25] },
    {
      name: 'value',
      type: 'number',
      labels: { stream: 'ORDERS', consumer: 'a"b' },
      config: { unit: 'short', displayNameFromDS: 'ORDERS > a"b' },
      values: [1.5, null, Number.NaN],
    },
    { name: 'body', type: 'string', values: ['grün', null, ''] },
    { name: 'ok', type: 'boolean', values: [true, false, null] },
    { name: 'labels', type: 'json', values: [{ a: 1 }, null, { b: 'ü' }] },
  ],
};

const textOf = async (answers: readonly QueryAnswer[]) => {
  let text = '';
  for await (const part of encodeJson(answers)) text += part;
  return text;
};

describe('nanoseconds in two halves', () => {
  it('are what BigInt makes of them, for any millisecond of 600 years', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 }), (ms) => {
        const halves = new Int32Array(2);
        writeNanoseconds(halves, 0, ms);
        expect(new BigInt64Array(halves.buffer)[0]).toBe(BigInt(ms) * 1_000_000n);
      }),
    );
  });

  it('keep a fraction of a millisecond', () => {
    const halves = new Int32Array(2);
    writeNanoseconds(halves, 0, 1_700_000_000_000.25);
    expect(new BigInt64Array(halves.buffer)[0]).toBe(1_700_000_000_000_250_000n);
  });
});

describe('Arrow files', () => {
  it("carry types, nulls and metadata as Grafana's SDK reads them", async () => {
    const table = tableFromIPC(await encodeArrow('A', frame));
    expect(Object.fromEntries(table.schema.metadata)).toEqual({
      name: 'lag',
      refId: 'A',
      meta: '{"type":"timeseries-multi","typeVersion":[0,1],"custom":{"table":"hourly"}}',
    });
    expect(table.schema.fields.map((f) => [f.name, String(f.type), f.nullable])).toEqual([
      ['time', 'Timestamp<NANOSECOND>', false],
      ['value', 'Float64', true],
      ['body', 'Utf8', true],
      ['ok', 'Bool', true],
      ['labels', 'Binary', true],
    ]);
    expect(Object.fromEntries(table.schema.fields[1]?.metadata ?? [])).toEqual({
      name: 'value',
      tstype: 'number',
      labels: '{"stream":"ORDERS","consumer":"a\\"b"}',
      config: '{"unit":"short","displayNameFromDS":"ORDERS > a\\"b"}',
    });
    expect(table.getChild('value')?.toJSON()).toEqual([1.5, null, Number.NaN]);
    expect(table.getChild('body')?.toJSON()).toEqual(['grün', null, '']);
    expect(table.getChild('ok')?.toJSON()).toEqual([true, false, null]);
    const labels = table.getChild('labels')?.toJSON() as (Uint8Array | null)[];
    expect(labels.map((bytes) => bytes && Buffer.from(bytes).toString('utf8'))).toEqual(['{"a":1}', null, '{"b":"ü"}']);
  });

  it('hold a frame without rows: its fields are told all the same', async () => {
    const table = tableFromIPC(await encodeArrow('A', { fields: [{ name: 'time', type: 'time', values: [] }] }));
    expect([table.numRows, table.schema.fields.length]).toEqual([0, 1]);
  });
});

describe('the envelope', () => {
  it('tells where each frame of each query starts', async () => {
    const bytes = Buffer.concat(
      await encodeEnvelope([
        { refId: 'A', status: 200, frames: [frame, { fields: [{ name: 'n', type: 'number', values: [7] }] }] },
        { refId: 'B', status: 400, error: 'no such metric', errorSource: 'downstream', frames: [] },
      ]),
    );
    const headerEnd = 4 + bytes.readUInt32BE(0);
    const { results } = framesHeader.parse(JSON.parse(bytes.subarray(4, headerEnd).toString('utf8')));
    expect(results.map(({ refId, status, error, frames }) => [refId, status, error, frames.length])).toEqual([
      ['A', 200, undefined, 2],
      ['B', 400, 'no such metric', 0],
    ]);
    const [first = 0, second = 0] = results[0]?.frames ?? [];
    expect(tableFromIPC(bytes.subarray(headerEnd, headerEnd + first)).numRows).toBe(3);
    expect(
      tableFromIPC(bytes.subarray(headerEnd + first))
        .getChild('n')
        ?.toJSON(),
    ).toEqual([7]);
    expect(bytes.length).toBe(headerEnd + first + second);
  });
});

describe('JSON frames', () => {
  it('fit the contract, with what JSON cannot say beside the values', async () => {
    const { results } = queryResponse.parse(JSON.parse(await textOf([{ refId: 'A', status: 200, frames: [frame] }])));
    expect(results['A']?.frames[0]).toEqual({
      schema: {
        name: 'lag',
        refId: 'A',
        meta: frame.meta,
        fields: [
          { name: 'time', type: 'time', typeInfo: { frame: 'time.Time', nullable: false } },
          {
            name: 'value',
            type: 'number',
            typeInfo: { frame: 'float64', nullable: true },
            labels: { stream: 'ORDERS', consumer: 'a"b' },
            config: { unit: 'short', displayNameFromDS: 'ORDERS > a"b' },
          },
          { name: 'body', type: 'string', typeInfo: { frame: 'string', nullable: true } },
          { name: 'ok', type: 'boolean', typeInfo: { frame: 'bool', nullable: true } },
          { name: 'labels', type: 'other', typeInfo: { frame: 'json.RawMessage', nullable: true } },
        ],
      },
      data: {
        values: [
          [0, 1_700_000_000_000, 1_700_000_000_000],
          [1.5, null, null],
          ['grün', null, ''],
          [true, false, null],
          [{ a: 1 }, null, { b: 'ü' }],
        ],
        entities: [null, { NaN: [2] }, null, null, null],
        nanos: [[0, 0, 250_000], null, null, null, null],
      },
    });
  });

  it('are one JSON text for any refIds and errors, large frames in slices', async () => {
    const values = Array.from({ length: 25_001 }, (_, i) => i);
    const text = await textOf([
      { refId: '"odd"', status: 500, error: 'a "quoted" error', errorSource: 'plugin', frames: [] },
      { refId: 'B', status: 200, frames: [{ fields: [{ name: 'n', type: 'number', values }] }] },
    ]);
    const { results } = queryResponse.parse(JSON.parse(text));
    expect(results['"odd"']?.error).toBe('a "quoted" error');
    expect(results['B']?.frames[0]?.data['values']).toEqual([values]);
  });
});
