import { inSlices } from './pace';
import { isNullable, type Field, type FieldType, type Frame, type QueryAnswer } from './frame';

/** Go's names of the types, which Grafana's front end reads in `typeInfo`. */
const goTypes: Record<FieldType, string> = {
  time: 'time.Time',
  number: 'float64',
  string: 'string',
  boolean: 'bool',
  json: 'json.RawMessage',
};
const schemaTypes: Record<FieldType, string> = {
  time: 'time',
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  json: 'other',
};

export const fieldSchema = (field: Field) => ({
  name: field.name,
  type: schemaTypes[field.type],
  typeInfo: { frame: goTypes[field.type], nullable: isNullable(field) },
  ...(field.labels && { labels: field.labels }),
  ...(field.config && { config: field.config }),
});

export const frameSchema = (refId: string, frame: Frame) => ({
  ...(frame.name !== undefined && { name: frame.name }),
  refId,
  ...(frame.meta && { meta: frame.meta }),
  fields: frame.fields.map(fieldSchema),
});

interface Entities {
  NaN?: number[];
  Inf?: number[];
  NegInf?: number[];
}

/** JSON knows no NaN and no infinity: Grafana's format lists where they stand. */
export function entitiesOf(field: Field): Entities | null {
  if (field.type !== 'number') return null;
  const found: Entities = {};
  field.values.forEach((value, i) => {
    if (value === null || Number.isFinite(value)) return;
    const key = Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : 'NegInf';
    (found[key] ??= []).push(i);
  });
  return Object.keys(found).length === 0 ? null : found;
}

/** Below milliseconds, times travel as nanoseconds to be added. */
export function nanosOf(field: Field): number[] | null {
  if (field.type !== 'time' || field.values.every((value) => value === null || Number.isInteger(value))) return null;
  return field.values.map((value) => (value === null ? 0 : Math.round((value - Math.floor(value)) * 1e6)));
}

async function valuesText(field: Field): Promise<string> {
  const parts: string[] = [];
  const values: readonly unknown[] =
    field.type === 'time' ? field.values.map((value) => (value === null ? null : Math.floor(value))) : field.values;
  await inSlices(values.length, (from, to) => {
    // NaN and the infinities become null here; `entities` says what they are.
    parts.push(JSON.stringify(values.slice(from, to)).slice(1, -1));
  });
  return `[${parts.join(',')}]`;
}

async function frameText(refId: string, frame: Frame): Promise<string> {
  const columns: string[] = [];
  for (const field of frame.fields) columns.push(await valuesText(field));
  const entities = frame.fields.map(entitiesOf);
  const nanos = frame.fields.map(nanosOf);
  const extra = [
    ...(entities.some((e) => e !== null) ? [`"entities":${JSON.stringify(entities)}`] : []),
    ...(nanos.some((n) => n !== null) ? [`"nanos":${JSON.stringify(nanos)}`] : []),
  ];
  const data = [`"values":[${columns.join(',')}]`, ...extra].join(',');
  return `{"schema":${JSON.stringify(frameSchema(refId, frame))},"data":{${data}}}`;
}

/** The values of a small frame, such as a live channel sends. */
export const frameData = ({ fields }: Frame) => {
  const nanos = fields.map(nanosOf);
  return {
    values: fields.map((field) =>
      field.type === 'time' ? field.values.map((ms) => (ms === null ? null : Math.floor(ms))) : [...field.values],
    ),
    ...(nanos.some((n) => n !== null) && { nanos }),
  };
};

/** The whole answer in Grafana's JSON frame format, as pieces of text to send one after the other. */
export async function* encodeJson(answers: readonly QueryAnswer[]): AsyncGenerator<string, void> {
  yield '{"results":{';
  for (const [i, { refId, status, error, errorSource, frames }] of answers.entries()) {
    const head = JSON.stringify({ status, error, errorSource });
    yield `${i > 0 ? ',' : ''}${JSON.stringify(refId)}:${head.slice(0, -1)},"frames":[`;
    for (const [f, frame] of frames.entries()) yield (f > 0 ? ',' : '') + (await frameText(refId, frame));
    yield ']}';
  }
  yield '}}';
}
