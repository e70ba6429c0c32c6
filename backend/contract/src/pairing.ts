import { z } from 'zod';

/** Headers of a request that Grafana's app proxy passes on. All three must be there and agree. */
export const grafanaHeaders = {
  /** set by the plugin's route out of secureJsonData */
  proxySecret: 'x-console-proxy-secret',
  /** Grafana's signed id token */
  idToken: 'x-grafana-id',
  /** unsigned JSON of the signed-in user */
  context: 'x-grafana-context',
} as const;

/**
 * What one copy-paste carries from the console into Grafana. `proxySecret` goes on the app's proxy route,
 * `gatewaySecret` on none. Both start with the connection's id, so that the server finds the connection
 * before it compares.
 */
const pairing = z.strictObject({
  v: z.literal(1),
  apiUrl: z.url(),
  connectionId: z.uuid(),
  proxySecret: z.string().min(32).max(256),
  gatewaySecret: z.string().min(32).max(256),
});
export type Pairing = z.infer<typeof pairing>;

const prefix = 'jsc1.';

function toBase64Url(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): string {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

export function formatConnectionString(parts: Omit<Pairing, 'v'>): string {
  return prefix + toBase64Url(JSON.stringify({ v: 1, ...parts }));
}

/** @throws Error whose message a person can act on */
export function parseConnectionString(text: string): Pairing {
  const trimmed = text.replace(/\s+/g, '');
  if (!trimmed.startsWith(prefix))
    throw new Error(`A connection string starts with ${prefix} - copy all of what the console printed.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(fromBase64Url(trimmed.slice(prefix.length)));
  } catch {
    throw new Error('This connection string is cut or damaged - copy it again, from its first character to its last.');
  }
  const checked = pairing.safeParse(parsed);
  if (!checked.success)
    throw new Error('This connection string is of another version of the console - make a new one there.');
  return checked.data;
}

/** The YAML that provisions the app without a click. Secrets come from the environment, never from the file. */
export function provisioningSnippet(parts: Pick<Pairing, 'apiUrl' | 'connectionId'>, grafanaOrgId: number): string {
  return `apiVersion: 1
apps:
  - type: natsconsole-jetstream-app
    org_id: ${grafanaOrgId}
    disabled: false
    jsonData:
      apiUrl: ${JSON.stringify(parts.apiUrl)}
      connectionId: ${parts.connectionId}
    secureJsonData:
      proxySecret: $JETSTREAM_CONSOLE_PROXY_SECRET
      gatewaySecret: $JETSTREAM_CONSOLE_GATEWAY_SECRET
`;
}
