import { credentialSchema, natsUrl, type ClusterInput, type Credential } from '@jetstream-console/contract';
import { z } from 'zod';
import { invalid } from '../platform/errors';

const text = z.string().nullish();
/** The fields of a `nats` CLI context that say how to connect (jsm.go, natscontext). */
const contextSchema = z.looseObject({
  description: text,
  url: text,
  token: text,
  user: text,
  password: text,
  creds: text,
  nkey: text,
  cert: text,
  key: text,
  ca: text,
  user_jwt: text,
  user_seed: text,
  nsc: text,
  jetstream_domain: text,
  jetstream_api_prefix: text,
  inbox_prefix: text,
  tls_first: z.boolean().nullish(),
  socks_proxy: text,
});

interface Missing {
  field: string;
  path: string;
  say: string;
}
export interface Imported {
  input: Partial<ClusterInput>;
  missing: Missing[];
  ignored: string[];
}

const unused = [
  'description',
  'socks_proxy',
  'nsc',
  'color_scheme',
  'jetstream_event_prefix',
  'windows_cert_store',
  'windows_cert_match',
  'windows_cert_match_by',
  'windows_ca_certs_match',
];

/**
 * Reads a context into settings. What it names by path lies on the machine of whoever uses the CLI: given along in
 * `files` it is taken, else it is listed as missing.
 * @throws ApiError 400 when this is no context
 */
export function readContext(json: string, files: Readonly<Record<string, string>>): Imported {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw invalid('body.context', 'is not JSON. A context is a file such as ~/.config/nats/context/prod.json');
  }
  const checked = contextSchema.safeParse(parsed);
  if (!checked.success) throw invalid('body.context', 'is not a context of the nats CLI');
  const context = checked.data;
  const missing: Missing[] = [];
  const file = (field: string, path: string | null | undefined, say: string): string | undefined => {
    if (!path) return undefined;
    const base = path.split('/').at(-1) ?? '';
    const found = [path, base].filter((name) => Object.hasOwn(files, name)).map((name) => files[name])[0];
    if (found === undefined) missing.push({ field, path, say });
    return found;
  };
  const creds = file('creds', context.creds, 'Paste the .creds file that this context names.');
  const nkey = file('nkey', context.nkey, 'Paste the nkey seed file that this context names.');
  const ca = file('ca', context.ca, "Paste the CA's certificate that this context names.");
  const clientCert = file('cert', context.cert, 'Paste the client certificate that this context names.');
  const clientKey = file('key', context.key, "Paste the client certificate's key that this context names.");
  const { urls, login } = readUrls(context.url ?? '');
  const auth = authOf({ ...login, ...present(context) }, creds, nkey);
  const credential =
    auth &&
    checkedCredential(auth, { ...(clientCert !== undefined && clientKey !== undefined && { clientCert, clientKey }) });
  const domain =
    context.jetstream_domain || /^\$JS\.([^.]+)\.API$/.exec(context.jetstream_api_prefix ?? '')?.[1] || null;
  return {
    input: {
      ...(context.description && { name: context.description.slice(0, 120) }),
      ...(urls.length > 0 && { urls }),
      tls: { mode: context.tls_first ? 'first' : 'auto', ...(ca !== undefined && { ca }) },
      inboxPrefix: context.inbox_prefix || null,
      domain,
      ...(credential && { credentials: { admin: credential } }),
    },
    missing,
    ignored: Object.entries(context)
      .filter(
        ([key, value]) =>
          unused.includes(key) && key !== 'description' && value !== '' && value !== null && value !== undefined,
      )
      .map(([key]) => key),
  };
}

type Auth = Credential['auth'];
type Context = z.infer<typeof contextSchema>;

/** What the CLI writes as an empty string was not set. */
const present = (context: Context): Context =>
  Object.fromEntries(Object.entries(context).filter(([, value]) => value !== '' && value !== null));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('body.context.url', 'holds a log-in with a broken percent-encoding: write % as %25');
  }
}

/** The CLI takes several URLs in one line, and a log-in inside them: the first that has one counts. */
function readUrls(line: string): { urls: string[]; login: Context } {
  let login: Context = {};
  const urls = line
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const text = part.includes('://') ? part : `nats://${part}`;
      if (URL.canParse(text)) {
        const url = new URL(text);
        if (url.username !== '' && login.user === undefined) {
          const user = decoded(url.username);
          login = url.password === '' ? { user } : { user, password: decoded(url.password) };
        }
      }
      // A password may hold an @ or a / that nobody encoded: the log-in ends at the last @, and none of it is said again.
      const parsed = natsUrl.safeParse(text.replace(/^([a-z]+:\/\/).*@/is, '$1'));
      if (!parsed.success) throw invalid('body.context.url', parsed.error.issues[0]?.message ?? 'is no URL');
      return parsed.data;
    });
  return { urls, login };
}

/** Holds what was read against the same rules as a credential that is typed in. */
function checkedCredential(auth: Auth, certificate: Pick<Credential, 'clientCert' | 'clientKey'>): Credential {
  const parsed = credentialSchema.safeParse({ auth, ...certificate });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const fromFile = auth.kind === 'creds' || auth.kind === 'nkey' || issue?.path[0] !== 'auth';
  throw invalid(fromFile ? 'body.files' : 'body.context', issue?.message ?? 'holds no credential that can be used');
}

function authOf(context: Context, creds: string | undefined, nkey: string | undefined): Auth | null {
  if (creds !== undefined) return { kind: 'creds', creds };
  if (nkey !== undefined) return { kind: 'nkey', seed: nkey.trim() };
  if (context.user_jwt)
    return { kind: 'jwt', jwt: context.user_jwt, ...(context.user_seed && { seed: context.user_seed }) };
  if (context.token) return { kind: 'token', token: context.token };
  // The CLI takes a lone user as a token.
  if (context.user)
    return context.password
      ? { kind: 'user_password', user: context.user, password: context.password }
      : { kind: 'token', token: context.user };
  return context.creds || context.nkey ? null : { kind: 'none' };
}
