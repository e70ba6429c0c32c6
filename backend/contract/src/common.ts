import { z } from 'zod';

export const id = z.uuid();
export const instant = z.iso.datetime({ offset: true });

/**
 * Text that people read: in the composed form, so that the same letters are the same name, and without characters that
 * nobody sees (control, format and unassigned ones: zero-width, direction, soft hyphen).
 */
const readable = z
  .string()
  .transform((text) => text.normalize('NFC').trim())
  .refine(
    (text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text),
    'control, direction and other unseen characters are not allowed',
  );

/** A name for people. */
export const label = readable.pipe(z.string().min(1, 'say a name').max(120, 'at most 120 characters'));
/** Why somebody did something, in their own words. */
export const note = readable.pipe(z.string().min(1, 'say why').max(500, 'at most 500 characters'));
/** What a person types to log in. */
export const loginName = readable.pipe(z.string().min(3, 'at least 3 characters').max(254, 'at most 254 characters'));

/**
 * A stream, consumer or bucket name as the server takes it (nats-server `isValidName`, `isValidAssetName`): no white
 * space, `. * > / \`, at most 255 bytes.
 */
export const assetName = z
  .string()
  .min(1)
  .refine((name) => utf8Length(name) <= 255, 'a name has at most 255 bytes')
  .refine(
    (name) => !/[\s.*>/\\\u0000-\u001f\u007f]/.test(name),
    'a name holds no white space, control character or . * > / \\',
  );

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** KV bucket names are narrower than stream names (the clients' own rule). */
export const bucketName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,250}$/, 'a bucket name holds letters, digits, _ and - only');

export const kvKey = z
  .string()
  .max(1024)
  .regex(/^[-/_=.a-zA-Z0-9]+$/, 'a key holds letters, digits and - / _ = . only')
  .refine(
    (key) => !key.startsWith('.') && !key.endsWith('.') && !key.includes('..'),
    'a key has no empty part between dots',
  );

/** A NATS subject that may hold wildcards: `orders.*.created`, `orders.>`. */
export const subjectFilter = z
  .string()
  .min(1)
  .max(1024)
  .refine((s) => !/[\s\u0000-\u001f\u007f]/.test(s), 'a subject holds no white space or control character')
  .refine((s) => s.split('.').every((t) => t.length > 0), 'a subject has no empty token')
  .refine((s) => s.split('.').every((t, i, all) => t !== '>' || i === all.length - 1), '> stands at the end only');

/** Stream sequences start at 1; above 2^53 a JSON number is no longer exact, so they are refused rather than rounded. */
export const sequence = z.int().min(1);

const wholeFromQuery = (max: number) => z.coerce.number().int().min(1).max(max);
export const limitQuery = (fallback: number, max: number) => wholeFromQuery(max).default(fallback);
export const flagQuery = z.enum(['true', 'false']).transform((v) => v === 'true');

/** Paging on the server: pass `nextCursor` back as `cursor`. A cursor belongs to its sort and filter. */
export const pageQuery = { limit: limitQuery(50, 1000), cursor: z.string().max(2048).optional() };
export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    /** how many match the filter in all, where that is known without another scan */
    total: z.number().int().nullable(),
  });

export const done = z.object({ ok: z.literal(true) });
export const orgParams = z.strictObject({ organizationId: id });
export const clusterParams = z.strictObject({ clusterId: id });

export const roleName = z.string().regex(/^[a-z][a-z0-9_-]{1,62}$/, 'lower-case letters, digits, _ and -');
