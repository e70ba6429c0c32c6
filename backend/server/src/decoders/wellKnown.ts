import { byNumber } from './protobuf';
import { zeroOf } from './protobufScalar';
import { entriesOf, type Held } from './protobufTyped';
import { inTime } from './reading';

const everybodys = 'google.protobuf.';

/** A whole number in field `number` of a message, 0 where it is left out; null where something else is there. */
function wholeIn(held: Held, number: number): bigint | null {
  for (const [field, value] of held.fields) {
    if (field.number !== number) continue;
    // Above 2^53 the digits are text.
    const digits = typeof value === 'string' ? /^"?(-?\d{1,20})"?$/.exec(value)?.[1] : undefined;
    return digits === undefined ? null : BigInt(digits);
  }
  return 0n;
}

function timestamp(held: Held): string | null {
  const [seconds, nanos] = [wholeIn(held, 1), wholeIn(held, 2)];
  return seconds === null || nanos === null || nanos < 0n ? null : inTime(seconds, Number(nanos));
}

const positive = (whole: bigint): bigint => (whole < 0n ? -whole : whole);

/** `1.5s`; null where the parts have different signs, or too many digits. */
function duration(held: Held): string | null {
  const [seconds, nanos] = [wholeIn(held, 1), wholeIn(held, 2)];
  if (seconds === null || nanos === null || positive(nanos) > 999_999_999n || seconds * nanos < 0n) return null;
  const fraction = nanos === 0n ? '' : `.${positive(nanos).toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `"${seconds < 0n || nanos < 0n ? '-' : ''}${positive(seconds)}${fraction}s"`;
}

/** A message that stands for what its one field holds. */
const only =
  (empty: string) =>
  (held: Held): string | null => {
    const [entry, more] = entriesOf(held, inJson);
    if (more) return null;
    return entry?.json ?? empty;
  };

const wrapped = (held: Held): string | null => {
  const [field] = held.type.fields;
  return field?.fieldKind === 'scalar' ? only(zeroOf(field.scalar))(held) : null;
};

const value = (held: Held): string | null => {
  const [field] = held.fields.keys();
  return field?.name === 'null_value' ? 'null' : only('null')(held);
};

/** Types that everybody has, as the JSON mapping of Protobuf writes them; null where the message holds no such thing. */
const readers: Readonly<Record<string, (held: Held) => string | null>> = {
  Timestamp: timestamp,
  Duration: duration,
  Struct: only('{}'),
  ListValue: only('[]'),
  Value: value,
  DoubleValue: wrapped,
  FloatValue: wrapped,
  Int64Value: wrapped,
  UInt64Value: wrapped,
  Int32Value: wrapped,
  UInt32Value: wrapped,
  BoolValue: wrapped,
  StringValue: wrapped,
  BytesValue: wrapped,
};

/**
 * A message as JSON: fields by their names as the .proto file has them, those that the type does not have by number.
 * How deep it goes was bound when it was read.
 */
export function inJson(held: Held): string {
  const { typeName } = held.type;
  const name = typeName.startsWith(everybodys) ? typeName.slice(everybodys.length) : '';
  const read = held.unknown.size === 0 && Object.hasOwn(readers, name) ? readers[name]?.(held) : undefined;
  if (read !== undefined && read !== null) return read;
  const entries = entriesOf(held, inJson).map((entry) => `${JSON.stringify(entry.name)}:${entry.json}`);
  return `{${[...entries, ...byNumber(held.unknown)].join(',')}}`;
}
