import {
  Binary,
  Bool,
  Field as ArrowField,
  Float64,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampNanosecond,
  Utf8,
  makeData,
  type Data,
  type DataType,
} from 'apache-arrow';
import { isNullable, lengthOf, type Field, type FieldType, type Frame } from './frame';
import { inSlices } from './pace';

/** How Grafana's front end types a column (`tstype`). */
const tsTypes: Record<FieldType, string> = {
  time: 'time',
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  json: 'other',
};

const twoTo10 = 1024;
const twoTo22 = 2 ** 22;
const twoTo32 = 2 ** 32;

/**
 * Writes an instant as nanoseconds in two's complement, low half first. Nanoseconds do not fit a double, and BigInt a
 * value costs ten times this: the milliseconds are cut at bit 22, so that each part times 1e6 stays exact.
 */
export function writeNanoseconds(halves: Int32Array, at: number, ms: number): void {
  const whole = Math.floor(ms);
  const high = Math.floor(whole / twoTo22);
  const low = (whole - high * twoTo22) * 1e6 + Math.round((ms - whole) * 1e6);
  const shifted = high * 1e6;
  const upper = Math.floor(shifted / twoTo10);
  const sum = (shifted - upper * twoTo10) * twoTo22 + (low % twoTo32);
  halves[at * 2] = (sum % twoTo32) | 0;
  halves[at * 2 + 1] = (upper + Math.floor(low / twoTo32) + Math.floor(sum / twoTo32)) | 0;
}

const bitmapBytes = (length: number) => Math.ceil(length / 64) * 8;

async function validity(values: readonly unknown[]): Promise<{ nullBitmap: Uint8Array; nullCount: number }> {
  const nullBitmap = new Uint8Array(bitmapBytes(values.length));
  let nullCount = 0;
  await inSlices(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (values[i] === null || values[i] === undefined) nullCount++;
      else nullBitmap[i >> 3] = (nullBitmap[i >> 3] ?? 0) | (1 << (i & 7));
    }
  });
  return { nullBitmap, nullCount };
}

async function texts(values: readonly (string | null)[]): Promise<{ valueOffsets: Int32Array; data: Uint8Array }> {
  const valueOffsets = new Int32Array(values.length + 1);
  let bytes = 0;
  await inSlices(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      bytes += Buffer.byteLength(values[i] ?? '');
      valueOffsets[i + 1] = bytes;
    }
  });
  const data = Buffer.allocUnsafe(bytes);
  await inSlices(values.length, (from, to) => {
    for (let i = from; i < to; i++) data.write(values[i] ?? '', valueOffsets[i] ?? 0, 'utf8');
  });
  return { valueOffsets, data: new Uint8Array(data.buffer, data.byteOffset, bytes) };
}

async function column(field: Field): Promise<Data> {
  const { length } = field.values;
  const nulls = isNullable(field) ? await validity(field.values) : { nullCount: 0 };
  switch (field.type) {
    case 'time': {
      const halves = new Int32Array(length * 2);
      await inSlices(length, (from, to) => {
        for (let i = from; i < to; i++) writeNanoseconds(halves, i, field.values[i] ?? 0);
      });
      return makeData({ type: new TimestampNanosecond(), length, data: new BigInt64Array(halves.buffer), ...nulls });
    }
    case 'number': {
      const data = new Float64Array(length);
      await inSlices(length, (from, to) => {
        for (let i = from; i < to; i++) data[i] = field.values[i] ?? 0;
      });
      return makeData({ type: new Float64(), length, data, ...nulls });
    }
    case 'string':
      return makeData({ type: new Utf8(), length, ...(await texts(field.values)), ...nulls });
    case 'boolean': {
      const data = new Uint8Array(bitmapBytes(length));
      field.values.forEach((value, i) => {
        if (value) data[i >> 3] = (data[i >> 3] ?? 0) | (1 << (i & 7));
      });
      return makeData({ type: new Bool(), length, data, ...nulls });
    }
    case 'json': {
      const json = field.values.map((value) => (value === null || value === undefined ? null : JSON.stringify(value)));
      return makeData({ type: new Binary(), length, ...(await texts(json)), ...nulls });
    }
  }
}

function fieldMetadata(field: Field): Map<string, string> {
  return new Map([
    ['name', field.name],
    ['tstype', tsTypes[field.type]],
    ...(field.labels ? [['labels', JSON.stringify(field.labels)] as const] : []),
    ...(field.config ? [['config', JSON.stringify(field.config)] as const] : []),
  ]);
}

/**
 * One frame as an Arrow IPC file, the way Grafana's plugin SDK reads it (data/arrow.go): times as nanosecond
 * timestamps, strings as plain Utf8, labels, config and meta as JSON in the metadata.
 */
export async function encodeArrow(refId: string, frame: Frame): Promise<Uint8Array> {
  const children: Data[] = [];
  for (const field of frame.fields) children.push(await column(field));
  const fields = frame.fields.map(
    (field, i): ArrowField<DataType> =>
      new ArrowField(field.name, (children[i] as Data).type, isNullable(field), fieldMetadata(field)),
  );
  const schema = new Schema(
    fields,
    new Map([
      ['name', frame.name ?? ''],
      ['refId', refId],
      ...(frame.meta ? [['meta', JSON.stringify(frame.meta)] as const] : []),
    ]),
  );
  const struct = makeData({ type: new Struct(fields), length: lengthOf(frame), nullCount: 0, children });
  return RecordBatchFileWriter.writeAll([new RecordBatch(schema, struct)]).toUint8Array(true);
}
