import { z } from 'zod';

export const decodedAs = z.enum(['msgpack', 'cbor', 'protobuf']);
export type DecodedAs = z.infer<typeof decodedAs>;

/** `auto`: recognized where that is sure; `none`: the bytes as they are. */
export const decodeQuery = z.enum(['auto', 'none', ...decodedAs.options]);
export type DecodeQuery = z.infer<typeof decodeQuery>;

/** A binary payload read as a format that carries no name of itself. */
export const decodedPayload = z.object({
  as: decodedAs,
  /** recognized by its bytes, or said by whoever asks */
  how: z.enum(['recognized', 'picked']),
  /** as JSON, cut like the payload; integers above 2^53 are strings of all their digits, bytes are hex or base64. Null where the bytes are something else */
  text: z.string().nullable(),
  truncated: z.boolean(),
  note: z.string().nullable(),
});
export type DecodedPayload = z.infer<typeof decodedPayload>;
