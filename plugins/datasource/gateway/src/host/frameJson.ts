import { DataType, tableFromIPC, type Field, type Vector } from 'apache-arrow';

/** A data frame as Grafana's HTTP API gives it to the browser. */
export interface FrameJson {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly data: { values: unknown[][]; entities?: (Entities | null)[]; nanos?: (number[] | null)[] };
}
interface Entities {
  NaN?: number[];
  Inf?: number[];
  NegInf?: number[];
}
interface Column {
  readonly values: unknown[];
  readonly entities: Entities | null;
  readonly nanos: number[] | null;
}

const perMs = 1_000_000n;

/** Go's names of the types, and the words of Grafana's front end for them. */
function typesOf(type: DataType): { readonly type: string; readonly frame: string } {
  if (DataType.isTimestamp(type)) return { type: 'time', frame: 'time.Time' };
  if (DataType.isFloat(type)) return { type: 'number', frame: type.precision === 2 ? 'float64' : 'float32' };
  if (DataType.isInt(type)) return { type: 'number', frame: `${type.isSigned ? '' : 'u'}int${type.bitWidth}` };
  if (DataType.isBool(type)) return { type: 'boolean', frame: 'bool' };
  if (DataType.isUtf8(type)) return { type: 'string', frame: 'string' };
  if (DataType.isBinary(type)) return { type: 'other', frame: 'json.RawMessage' };
  throw new Error(`Grafana knows no column of type ${String(type)}.`);
}

function timesOf(vector: Vector): Column {
  const raw = vector.toArray() as BigInt64Array;
  const nanos: number[] = [];
  const values = Array.from(raw, (nanoseconds, i) => {
    const valid = vector.isValid(i);
    const rest = ((nanoseconds % perMs) + perMs) % perMs;
    nanos.push(valid ? Number(rest) : 0);
    return valid ? Number((nanoseconds - rest) / perMs) : null;
  });
  return { values, entities: null, nanos: nanos.some((rest) => rest !== 0) ? nanos : null };
}

const entityOf = (value: number): keyof Entities | null =>
  Number.isNaN(value) ? 'NaN' : value === Infinity ? 'Inf' : value === -Infinity ? 'NegInf' : null;

function numbersOf(vector: Vector): Column {
  const entities: Entities = {};
  const values = Array.from({ length: vector.length }, (_, i) => {
    const value: unknown = vector.get(i);
    const number = typeof value === 'bigint' ? Number(value) : value;
    const entity = typeof number === 'number' ? entityOf(number) : null;
    if (entity === null) return number;
    (entities[entity] ??= []).push(i);
    return null;
  });
  return { values, entities: Object.keys(entities).length > 0 ? entities : null, nanos: null };
}

function columnOf(vector: Vector): Column {
  if (DataType.isTimestamp(vector.type)) return timesOf(vector);
  if (DataType.isFloat(vector.type) || DataType.isInt(vector.type)) return numbersOf(vector);
  const read = DataType.isBinary(vector.type)
    ? (value: unknown): unknown => JSON.parse(Buffer.from(value as Uint8Array).toString('utf8'))
    : (value: unknown) => value;
  const values = Array.from({ length: vector.length }, (_, i) => {
    const value: unknown = vector.get(i);
    return value === null ? null : read(value);
  });
  return { values, entities: null, nanos: null };
}

const jsonIn = (metadata: ReadonlyMap<string, string>, key: string): Record<string, unknown> => {
  const text = metadata.get(key);
  return text === undefined || text === '' ? {} : { [key]: JSON.parse(text) as unknown };
};

const fieldOf = ({ name, type, nullable, metadata }: Field) => {
  const { type: shown, frame } = typesOf(type as DataType);
  return {
    name: metadata.get('name') ?? name,
    type: metadata.get('tstype') ?? shown,
    typeInfo: { frame, nullable },
    ...jsonIn(metadata, 'labels'),
    ...jsonIn(metadata, 'config'),
  };
};

/** An Arrow file as Grafana passes it to its pages. */
export function frameJson(file: Uint8Array): FrameJson {
  const table = tableFromIPC(file);
  const { metadata, fields } = table.schema;
  const columns = fields.map((_field, i) => {
    const vector = table.getChildAt(i);
    return vector ? columnOf(vector) : { values: [], entities: null, nanos: null };
  });
  const some = <K extends 'entities' | 'nanos'>(key: K) =>
    columns.some((column) => column[key] !== null) ? { [key]: columns.map((column) => column[key]) } : {};
  const name = metadata.get('name');
  return {
    schema: {
      ...(name && { name }),
      refId: metadata.get('refId'),
      ...jsonIn(metadata, 'meta'),
      fields: fields.map(fieldOf),
    },
    data: { values: columns.map(({ values }) => values), ...some('entities'), ...some('nanos') },
  };
}
