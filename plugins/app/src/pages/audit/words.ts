import type { AuditEntry, AuditSide } from '@jetstream-console/contract';
import { keyOf } from '../clusters/advisories/key';
import { bucketUrl, consumerUrl, pageUrl, storeUrl, streamUrl } from '../../components/parts';

/** What acts are on, as their names begin. */
export const actGroups = [
  { id: 'stream', name: 'Streams' },
  { id: 'consumer', name: 'Consumers' },
  { id: 'message', name: 'Messages' },
  { id: 'dead_letter', name: 'Dead letters' },
  { id: 'kv', name: 'Buckets and keys' },
  { id: 'object_store', name: 'Object stores' },
  { id: 'object', name: 'Objects' },
  { id: 'cluster', name: 'Clusters' },
  { id: 'auth', name: 'Log-ins' },
  { id: 'user', name: 'Users' },
  { id: 'team', name: 'Teams' },
  { id: 'role', name: 'Roles' },
  { id: 'role_binding', name: 'Who has which role' },
  { id: 'role_mappings', name: 'Roles that Grafana gives' },
  { id: 'organization', name: 'The organization' },
  { id: 'grafana_connection', name: 'Grafana connections' },
  { id: 'scrape_token', name: 'Scrape tokens' },
  { id: 'finding', name: 'Findings' },
  { id: 'protobuf', name: 'Protobuf' },
  { id: 'audit', name: 'This audit' },
  { id: 'account', name: 'Accounts of NATS' },
] as const;

export const statusColors = {
  success: 'green',
  failure: 'red',
  denied: 'orange',
  pending: 'blue',
  unknown: 'darkgrey',
} as const satisfies Record<AuditEntry['status'], string>;
/** One that stays `under way` is of an api that ended in its middle. */
export const statusWords: Readonly<Record<AuditEntry['status'], string>> = {
  success: 'done',
  failure: 'failed',
  denied: 'refused',
  pending: 'under way',
  unknown: 'not told',
};

export const sideWords: Readonly<Record<AuditSide, { label: string; description: string }>> = {
  console: { label: 'In the console', description: 'Its own records, with before and after' },
  around: { label: 'Around the console', description: 'By the nats CLI or another client, as servers tell' },
};

/** Who it was, where no name says it. */
export const whoOf = ({ where, login }: Pick<AuditEntry, 'where' | 'login'>): string =>
  login ?? (where === 'console' ? 'nobody signed in' : 'a client');

/** `stream=ORDERS consumer=billing`, as the record of an act names what it was done to. */
function partsOf(resource: string): ReadonlyMap<string, string> {
  return new Map(
    resource.split(' ').flatMap((part): [string, string][] => {
      const at = part.indexOf('=');
      return at > 0 ? [[part.slice(0, at), part.slice(at + 1)]] : [];
    }),
  );
}

/** Ids say nothing to people, and the cluster stands beside it. */
export function namesOfPlace(resource: string | null): string {
  if (resource === null) return '';
  return resource.replaceAll(/ ?\b\w*[iI]d=[0-9a-f-]{36}/g, '').trim() || resource;
}

/** The page of what an act was done to; null where there is none, or nobody knows where it was. */
export function placeOf({ cluster, resource }: Pick<AuditEntry, 'cluster' | 'resource'>): string | null {
  if (cluster === null) return null;
  const parts = partsOf(resource ?? '');
  const [stream, consumer, bucket, store] = ['stream', 'consumer', 'bucket', 'store'].map((name) => parts.get(name));
  if (stream !== undefined && consumer !== undefined) return consumerUrl(cluster, stream, consumer);
  if (stream !== undefined) return streamUrl(cluster, stream);
  if (bucket !== undefined) return bucketUrl(cluster, bucket);
  if (store !== undefined) return storeUrl(cluster, store);
  return pageUrl(`clusters/${cluster}`);
}

const configActs: readonly string[] = ['stream.update', 'stream.restore_config'];

/** Where the configuration before an act is restored from; null for acts that changed none. */
export function historyOf({ where, cluster, resource, action, status }: AuditEntry): string | null {
  const stream = partsOf(resource ?? '').get('stream');
  if (where !== 'console' || status !== 'success' || !configActs.includes(action)) return null;
  if (cluster === null || stream === undefined) return null;
  return `${streamUrl(cluster, stream, 'config')}&history=1`;
}

/** All that a server told of an act around the console; null for one in it. */
export const toldUrl = (entry: AuditEntry): string | null =>
  entry.where === 'around' && entry.cluster !== null
    ? pageUrl(`clusters/${entry.cluster}?tab=advisories&type=api_audit&advisory=${encodeURIComponent(keyOf(entry))}`)
    : null;

/** What acts write down as before and after; null for another form. */
export function changeOf(changes: unknown): { before: unknown; after: unknown } | null {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) return null;
  const known = new Map(Object.entries(changes));
  return [...known.keys()].every((key) => key === 'before' || key === 'after') && known.size > 0
    ? { before: known.get('before') ?? null, after: known.get('after') ?? null }
    : null;
}

export const pretty = (value: unknown): string =>
  value === null || value === undefined ? '' : JSON.stringify(value, null, 2);
