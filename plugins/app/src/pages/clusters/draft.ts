import {
  ApiProblem,
  type BodyIn,
  type Cluster,
  type ClusterInput,
  type Credential,
  type Routes,
} from '@jetstream-console/contract';
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
  account: CredentialDraft;
  system: CredentialDraft | null;
  read: CredentialDraft | null;
  operate: CredentialDraft | null;
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
  account: emptyCredential(),
  system: null,
  read: null,
  operate: null,
});

export const draftOf = (cluster: Cluster): Draft => ({
  ...emptyDraft(),
  name: cluster.name,
  urls: cluster.urls.join('\n'),
  tlsMode: cluster.tls.mode,
  ca: cluster.tls.ca ?? '',
  serverName: cluster.tls.serverName ?? '',
  domain: cluster.domain ?? '',
  inboxPrefix: cluster.inboxPrefix ?? '',
  readOnly: cluster.readOnly,
});

/** What an imported context says, laid over the form. */
export function withContext(draft: Draft, input: Partial<ClusterInput>): Draft {
  const admin = input.credentials?.admin;
  return {
    ...draft,
    name: input.name ?? draft.name,
    urls: input.urls?.join('\n') ?? draft.urls,
    tlsMode: input.tls?.mode ?? draft.tlsMode,
    ca: input.tls?.ca ?? draft.ca,
    domain: input.domain ?? draft.domain,
    inboxPrefix: input.inboxPrefix ?? draft.inboxPrefix,
    account: admin ? fromCredential(admin) : draft.account,
  };
}

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
});

function credentialsOf(draft: Draft): Partial<Record<'admin' | 'system' | 'read' | 'operate', Credential>> {
  return {
    admin: toCredential(draft.account),
    ...(draft.system && { system: toCredential(draft.system) }),
    ...(draft.read && { read: toCredential(draft.read) }),
    ...(draft.operate && { operate: toCredential(draft.operate) }),
  };
}

export const toInput = (draft: Draft): BodyIn<Routes['createCluster']> => ({
  ...settings(draft),
  credentials: credentialsOf(draft),
});

/** @param replace whether the credentials in the form are sent; else the kept ones stay */
export const toChange = (draft: Draft, version: number, replace: boolean): BodyIn<Routes['updateCluster']> => ({
  ...settings(draft),
  version,
  ...(replace && { credentials: credentialsOf(draft) }),
});

/** The server's account of one field, for showing beside it. */
export function faultOf(error: unknown, ...fields: string[]): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.problem.errors?.find(({ field }) => fields.some((name) => field.startsWith(`body.${name}`)))?.message;
}
