import type { BodyIn, Cluster, ClusterInput, Credential, Routes, Slot } from '@jetstream-console/contract';
import { emptyCredential, fromCredential, toCredential, type CredentialDraft } from './credential';

export interface Draft {
  name: string;
  urls: string;
  tlsMode: 'auto' | 'required' | 'first';
  ca: string;
  serverName: string;
  domain: string;
  inboxPrefix: string;
  readOnly: boolean;
  allowKick: boolean;
  /** what is sent for each slot; null sends nothing, so that what the console holds stays */
  credentials: Record<Slot, CredentialDraft | null>;
}

/** The slots in the order people fill them. */
export const slotOrder: readonly Slot[] = ['admin', 'system', 'read', 'operate'];
export const slotText: Readonly<Record<Slot, { name: string; use: string }>> = {
  admin: { name: 'Account', use: 'Everything an administrator does, and all levels that have no log-in of their own' },
  system: { name: 'System account', use: 'Shows all servers, their load and the meta group' },
  read: { name: 'Read', use: 'What readers look at; NATS itself then keeps them from changing anything' },
  operate: { name: 'Operate', use: 'What operators and editors do' },
};

const levels: readonly Slot[] = ['read', 'operate', 'admin'];
/** Which log-in serves a level: its own, else the nearest weaker one, else the weakest there is (the server's rule). */
export function servedBy(slot: Slot, filled: readonly Slot[]): Slot | null {
  if (slot === 'system') return filled.includes('system') ? 'system' : null;
  const below = levels.slice(0, levels.indexOf(slot) + 1).reverse();
  return below.find((level) => filled.includes(level)) ?? levels.find((level) => filled.includes(level)) ?? null;
}

export const emptyDraft = (): Draft => ({
  name: '',
  urls: '',
  tlsMode: 'auto',
  ca: '',
  serverName: '',
  domain: '',
  inboxPrefix: '',
  readOnly: false,
  allowKick: false,
  credentials: { admin: emptyCredential(), system: null, read: null, operate: null },
});

export const draftOf = (cluster: Cluster): Draft => ({
  name: cluster.name,
  urls: cluster.urls.join('\n'),
  tlsMode: cluster.tls.mode,
  ca: cluster.tls.ca ?? '',
  serverName: cluster.tls.serverName ?? '',
  domain: cluster.domain ?? '',
  inboxPrefix: cluster.inboxPrefix ?? '',
  readOnly: cluster.readOnly,
  allowKick: cluster.allowKick,
  credentials: { admin: null, system: null, read: null, operate: null },
});

/** What an imported context says, laid over the form. */
export function withContext(draft: Draft, input: Partial<ClusterInput>): Draft {
  const admin = input.credentials?.admin;
  return {
    ...draft,
    name: draft.name || (input.name ?? ''),
    urls: input.urls?.join('\n') ?? draft.urls,
    tlsMode: input.tls?.mode ?? draft.tlsMode,
    ca: input.tls?.ca ?? draft.ca,
    domain: input.domain ?? draft.domain,
    inboxPrefix: input.inboxPrefix ?? draft.inboxPrefix,
    credentials: admin ? { ...draft.credentials, admin: fromCredential(admin) } : draft.credentials,
  };
}

/** Sorts dropped files: one may be a context (JSON), the others are what it names. */
export function sortFiles(files: readonly (readonly [name: string, text: string])[]): {
  context: string | null;
  others: Record<string, string>;
} {
  const context = files.find(([, text]) => text.trimStart().startsWith('{'));
  return { context: context?.[1] ?? null, others: Object.fromEntries(files.filter((file) => file !== context)) };
}
export const isCreds = (text: string): boolean => text.includes('BEGIN NATS USER JWT');

const settings = (draft: Draft) => ({
  name: draft.name,
  urls: draft.urls.split(/[\s,]+/).filter((url) => url !== ''),
  tls: {
    mode: draft.tlsMode,
    ...(draft.ca.trim() !== '' && { ca: draft.ca }),
    ...(draft.serverName.trim() !== '' && { serverName: draft.serverName.trim() }),
  },
  domain: draft.domain.trim() || null,
  inboxPrefix: draft.inboxPrefix.trim() || null,
  readOnly: draft.readOnly,
  allowKick: draft.allowKick,
});

const credentialsOf = ({ credentials }: Draft): Partial<Record<Slot, Credential>> =>
  Object.fromEntries(
    Object.entries(credentials).flatMap(([slot, draft]) => (draft === null ? [] : [[slot, toCredential(draft)]])),
  );

export const toInput = (draft: Draft): BodyIn<Routes['createCluster']> => ({
  ...settings(draft),
  credentials: credentialsOf(draft),
});

export const toChange = (draft: Draft, version: number): BodyIn<Routes['updateCluster']> => ({
  ...settings(draft),
  version,
  credentials: credentialsOf(draft),
});
