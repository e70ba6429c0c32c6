import { z } from 'zod';
import { id } from './common';

export const decodedAs = z.enum(['msgpack', 'cbor', 'protobuf']);
export type DecodedAs = z.infer<typeof decodedAs>;

/** `auto`: by a binding of its subject, else recognized where that is sure; `none`: the bytes as they are. */
export const decodeQuery = z.enum(['auto', 'none', ...decodedAs.options]);
export type DecodeQuery = z.infer<typeof decodeQuery>;

/** `orders.v1.Order`, without a dot in front */
export const messageTypeName = z
  .string()
  .max(512, 'a type name has at most 512 characters')
  .regex(/^\w+(\.\w+)*$/, 'is a message type with its package, such as orders.v1.Order');

/** The message type of Protobuf that a payload was read as. */
export const decodedType = z.object({
  name: z.string(),
  descriptor: z.object({ id, name: z.string() }),
  /** the binding that said so; null where a person picked it */
  binding: z.object({ id, stream: z.string().nullable(), subject: z.string() }).nullable(),
});

/** A binary payload read as a format that carries no name of itself. */
export const decodedPayload = z.object({
  as: decodedAs,
  /** recognized by its bytes, said by whoever asks, or said for its subject */
  how: z.enum(['recognized', 'picked', 'bound']),
  /** as JSON, cut like the payload; integers above 2^53 are strings of all their digits, bytes are hex or base64. Null where the bytes are something else */
  text: z.string().nullable(),
  truncated: z.boolean(),
  note: z.string().nullable(),
  /** absent where no type is known: fields of Protobuf by number, and the other formats */
  type: decodedType.optional(),
});
export type DecodedPayload = z.infer<typeof decodedPayload>;
