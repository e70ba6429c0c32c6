import { decodedAs, type DecodedAs } from '@jetstream-console/contract';
import { readCbor } from './cbor';
import { readMsgpack } from './msgpack';
import { readProtobuf } from './protobuf';
import { readTyped, type MessageType, type TypedMessage } from './protobufTyped';
import { Misfit, TooMuch, Walk, type Bounds } from './reading';
import { inJson } from './wellKnown';

/** Of one message that somebody opened, or that a filter or the inferred schema looks into. */
export const openedBounds: Bounds = { depth: 64, values: 50_000 };
/** Of each message of a list, which may be five hundred. */
export const listedBounds: Bounds = { depth: 64, values: 2_000 };

const readers: Readonly<
  Record<DecodedAs, { readonly name: string; readonly read: (walk: Walk) => string; readonly caveat?: string }>
> = {
  msgpack: { name: 'MessagePack', read: readMsgpack },
  cbor: { name: 'CBOR', read: readCbor },
  protobuf: {
    name: 'Protobuf',
    read: readProtobuf,
    caveat:
      'Fields stand by their numbers: their names and types are not in the bytes. Whether one is text, bytes or a message is guessed.',
  },
};

export interface Decoded {
  /** JSON: integers above 2^53 are text, keys keep their order and their repetitions */
  readonly json: string;
  /** chance does not make such bytes */
  readonly certain: boolean;
  readonly note: string | null;
}

/** @throws Misfit where the bytes are something else, or hold more than the bounds allow */
function readAs(as: DecodedAs, walk: Walk): Decoded {
  const { bytes } = walk;
  const json = readers[as].read(walk);
  if (walk.at < bytes.length)
    throw new Misfit(`its value ends at byte ${walk.at}, and ${bytes.length - walk.at} more bytes follow`);
  const marked = as === 'cbor' && bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7;
  return {
    json,
    certain: walk.broken === 0 && (walk.namedMaps > 0 || marked),
    note:
      walk.repeated === null
        ? (readers[as].caveat ?? null)
        : `The key ${walk.repeated} stands in it more than once: filters and the schema go by the last one.`,
  };
}

interface Failed {
  readonly misfit: Misfit;
  /** so far it looked like what it was taken for, and it holds more than is looked at */
  readonly beyond: boolean;
}

function attempt(as: DecodedAs, bytes: Uint8Array, bounds: Bounds): Decoded | Failed {
  const walk = new Walk(bytes, bounds);
  try {
    return readAs(as, walk);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return { misfit: error, beyond: error instanceof TooMuch && walk.names > 0 && walk.broken === 0 };
  }
}

/** The bytes as what a person says they are; a sentence where they are not. */
export function decodeAs(as: DecodedAs, bytes: Uint8Array, bounds: Bounds = openedBounds): Decoded | string {
  const decoded = attempt(as, bytes, bounds);
  if (!('misfit' in decoded)) return decoded;
  const { misfit } = decoded;
  return misfit instanceof TooMuch
    ? `It is not decoded as ${readers[as].name}: ${misfit.message}.`
    : `It is no ${readers[as].name}: ${misfit.message}.`;
}

/** A list or a map of MessagePack or CBOR, or CBOR that says so itself. Most text begins with none of these. */
const begins: Readonly<Record<DecodedAs, (first: number) => boolean>> = {
  msgpack: (first) => (first >= 0x80 && first < 0xa0) || (first >= 0xdc && first <= 0xdf),
  cbor: (first) => (first >= 0x80 && first < 0xc0) || first === 0xd9,
  // Nothing in its bytes tells it from chance: a person has to say so.
  protobuf: () => false,
};

export interface Recognized {
  /** null where that is not sure, or is true of both formats: then a person picks */
  readonly found: (Decoded & { readonly as: DecodedAs }) | null;
  /** it may be one of them, and holds more than the bounds allow to look at */
  readonly beyond: boolean;
}

/** What bytes that are no text are by their own look: a list or map that takes up every one of them, with names for keys. */
export function recognize(bytes: Uint8Array, bounds: Bounds = openedBounds): Recognized {
  const [first] = bytes;
  if (first === undefined) return { found: null, beyond: false };
  const tried = decodedAs.options
    .filter((as) => begins[as](first))
    .map((as) => ({ as, decoded: attempt(as, bytes, bounds) }));
  const sure = tried.flatMap(({ as, decoded }) =>
    !('misfit' in decoded) && decoded.certain ? [{ ...decoded, as }] : [],
  );
  const [only] = sure;
  if (only && sure.length === 1) return { found: only, beyond: false };
  return { found: null, beyond: tried.some(({ decoded }) => 'misfit' in decoded && decoded.beyond) };
}

export interface Refused {
  readonly sentence: string;
  /** it may be one, and holds more than the bounds allow */
  readonly beyond: boolean;
}

/** What has to be said of a message of a type. */
function remarks(name: string, { known, unknown }: TypedMessage, broken: number): string | null {
  const fields = unknown === 1 ? '1 field is' : `${unknown.toLocaleString('en')} fields are`;
  const said = [
    ...(unknown > 0 ? [`${fields} not in ${name}, and shown by number.`] : []),
    ...(unknown > 0 && known === 0 ? ['It may be a message of another type.'] : []),
    ...(broken > 0 ? ['Text in it that is no UTF-8 is shown as bytes.'] : []),
  ];
  return said.length > 0 ? said.join(' ') : null;
}

/** The bytes as a message of a known type of Protobuf: fields and enum values by their names. */
export function decodeTyped(type: MessageType, bytes: Uint8Array, bounds: Bounds = openedBounds): Decoded | Refused {
  const walk = new Walk(bytes, bounds);
  const name = type.message.typeName;
  try {
    const read = readTyped(walk, type);
    return { json: inJson(read.held), certain: true, note: remarks(name, read, walk.broken) };
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return error instanceof TooMuch
      ? { sentence: `It is not decoded as ${name}: ${error.message}.`, beyond: true }
      : { sentence: `It is no ${name}: ${error.message}.`, beyond: false };
  }
}
