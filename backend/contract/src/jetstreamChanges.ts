import { z } from 'zod';
import { natsConfig } from './jetstreamConfig';

/** A field's value in two states; null where it is absent. */
export const fieldChange = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });
export const refusal = z.object({ field: z.string(), reason: z.string() });

/** The hash of a configuration, as `GET …/config` names it: an edit says which one it was made from. */
export const configHash = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'the hash that came with the configuration');
export const pedantic = z
  .boolean()
  .default(true)
  .describe(
    'true: a value that does not fit is refused; false: the server may adjust it, and the answer names what it did',
  );

/** A configuration as it stands, and what of it may be set here. */
export const configView = z.object({
  config: natsConfig,
  hash: z.string(),
  apiLevel: z.number().int(),
  /** fields that cannot be changed on this server, each with the reason */
  fixed: z.array(refusal),
});

/** What would happen, found out without sending anything that changes something. */
export const changePlan = z.object({
  hash: z.string().nullable(),
  apiLevel: z.number().int(),
  /** the configuration that would be sent, to the letter */
  config: natsConfig,
  diff: z.array(fieldChange),
  /** empty where nothing is known against it */
  refusals: z.array(refusal),
  /** what it does to messages and clients, in words */
  effects: z.array(z.string()),
});

/** What the server made of it. */
export const changeResult = z.object({
  config: natsConfig,
  hash: z.string(),
  /** what is different now, by the server's own words before and after */
  diff: z.array(fieldChange),
  /** asked for and not set: `before` is what was asked */
  ignored: z.array(fieldChange),
  /** asked for and set to something else */
  adjusted: z.array(fieldChange),
});
export type ChangePlan = z.infer<typeof changePlan>;
export type ChangeResult = z.infer<typeof changeResult>;
export type ConfigView = z.infer<typeof configView>;

/** The name of what is destroyed, typed again. */
export const confirmName = z.string().min(1).max(255).describe('the name, typed again');

export const exportFormats = ['json', 'yaml', 'nats', 'nack', 'terraform'] as const;
export type ExportFormat = (typeof exportFormats)[number];
export const exportQuery = z.strictObject({ as: z.enum(exportFormats).default('json') });
export const exported = z.object({
  text: z.string(),
  mediaType: z.string(),
  fileName: z.string(),
  /** fields that this format has no place for */
  left: z.array(z.string()),
});
export type Exported = z.infer<typeof exported>;
