import { z } from 'zod';
import { label } from './common';

/** One NATS URL: nats:// or tls://, no credentials inside (they belong into a slot, sealed). */
export const natsUrl = z
  .string()
  .trim()
  .max(512)
  .transform((text) => (text.includes('://') ? text : `nats://${text}`))
  .refine(
    (text) => URL.canParse(text) && /^(nats|tls):$/.test(new URL(text).protocol),
    'a URL such as nats://host:4222 or tls://host:4222',
  )
  .refine(
    (text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''),
    'put user and password into the credential, not into the URL',
  )
  .refine((text) => !URL.canParse(text) || new URL(text).hostname !== '', 'the URL names no host')
  .refine(
    (text) => !URL.canParse(text) || /^\/?$/.test(new URL(text).pathname + new URL(text).search + new URL(text).hash),
    'a NATS URL ends with its port: no path, no query',
  );

const pem = (kind: string) =>
  z
    .string()
    .max(65_536)
    .refine((t) => t.includes(`-----BEGIN`), `a PEM ${kind}`);

/** What is not secret of how to connect. */
export const tlsSchema = z.strictObject({
  /** `auto`: as the server demands; `required`: refuse a plain connection; `first`: TLS handshake before INFO */
  mode: z.enum(['auto', 'required', 'first']).default('auto'),
  ca: pem('certificate').optional(),
  serverName: z.string().min(1).max(253).optional(),
});

export const authSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('user_password'),
    user: z.string().min(1).max(255),
    password: z.string().max(1024),
  }),
  z.strictObject({ kind: z.literal('token'), token: z.string().min(1).max(4096) }),
  z.strictObject({
    kind: z.literal('nkey'),
    seed: z
      .string()
      .trim()
      .regex(/^SU[A-Z2-7]{56}$/, 'a user nkey seed: SU and 56 more characters'),
  }),
  z.strictObject({
    kind: z.literal('jwt'),
    jwt: z.string().trim().min(1).max(32_768),
    seed: z
      .string()
      .trim()
      .regex(/^SU[A-Z2-7]{56}$/, 'a user nkey seed')
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('creds'),
    creds: z
      .string()
      .max(65_536)
      .refine(
        (t) => t.includes('BEGIN NATS USER JWT'),
        'paste the whole .creds file, from BEGIN NATS USER JWT to END USER NKEY SEED',
      ),
  }),
]);
/** Sealed as one: how to authenticate, and the client certificate. Never answered by any route. */
export const credentialSchema = z
  .strictObject({
    auth: authSchema,
    clientCert: pem('certificate').optional(),
    clientKey: pem('private key').optional(),
  })
  .refine((c) => (c.clientCert === undefined) === (c.clientKey === undefined), {
    path: ['clientKey'],
    message: 'a client certificate needs its key, and the key its certificate',
  });
export type Credential = z.infer<typeof credentialSchema>;

/** `read`, `operate` and `admin` are levels of the account's credential; `system` is the system account's. */
export const slotSchema = z.enum(['read', 'operate', 'admin', 'system']);
export type Slot = z.infer<typeof slotSchema>;

export const clusterFields = {
  name: label,
  urls: z.array(natsUrl).min(1).max(16),
  tls: tlsSchema.default({ mode: 'auto' }),
  inboxPrefix: z
    .string()
    .max(128)
    .regex(/^[^\s.*>][^\s*>]*[^\s.*>]$/, 'an inbox prefix such as _INBOX_ops: no wildcard, no dot at its ends')
    .nullable()
    .default(null),
  domain: z
    .string()
    .max(128)
    .regex(/^[^\s.*>]+$/, 'a JetStream domain holds no white space, dot or wildcard')
    .nullable()
    .default(null),
  readOnly: z.boolean().default(false),
  /** whether a client may be disconnected from the console, by whoever may */
  allowKick: z.boolean().default(false),
  labels: z
    .record(z.string().min(1).max(63), z.string().max(255))
    .refine((l) => Object.keys(l).length <= 32, 'at most 32 labels')
    .default({}),
};
const credentials = z.partialRecord(slotSchema, credentialSchema).default({});
export const clusterInput = z.strictObject({ ...clusterFields, credentials });
export type ClusterInput = z.infer<typeof clusterInput>;

export const clusterSettings = z.strictObject(clusterFields);
export type ClusterSettings = z.infer<typeof clusterSettings>;
