import { fieldsOf, number, string, type Fields } from '../sample/readers';
import type { AccountInfo } from '../sample/accounts';
import type { Asker } from './asker';

const decode = (data: Uint8Array): Fields | null => fieldsOf(JSON.parse(Buffer.from(data).toString('utf8')));

export interface OwnAccount {
  readonly id: string;
  readonly name: string;
}

/** Which account a connection is in; null where its user may not ask, or the server is too old to say. */
export async function ownAccountOf(asker: Asker): Promise<OwnAccount | null> {
  const reply = await asker.ask('$SYS.REQ.USER.INFO').catch(() => null);
  const data = reply && fieldsOf(decode(reply.data)?.['data']);
  const id = string(data, 'account');
  return id === '' ? null : { id, name: string(data, 'account_name') || id };
}

/**
 * The account's use and limits as `$JS.API.INFO` says them.
 * @returns null where the server refuses: no JetStream for this account, or no leader just now
 */
export async function ownInfo(
  asker: Asker,
  apiPrefix: string,
  account: OwnAccount | null,
): Promise<AccountInfo | null> {
  const reply = await asker.ask(`${apiPrefix}.INFO`);
  const fields = decode(reply.data);
  if (!fields || fieldsOf(fields['error'])) return null;
  const limits = fieldsOf(fields['limits']);
  const api = fieldsOf(fields['api']);
  return {
    domain: string(fields, 'domain'),
    at: reply.at,
    maxStreams: number(limits, 'max_streams') ?? -1,
    maxConsumers: number(limits, 'max_consumers') ?? -1,
    figures: {
      id: account?.id ?? '',
      name: account?.name ?? '',
      memory: number(fields, 'memory') ?? 0,
      storage: number(fields, 'storage') ?? 0,
      maxMemory: number(limits, 'max_memory'),
      maxStorage: number(limits, 'max_storage'),
      apiRequests: number(api, 'total') ?? 0,
      apiErrors: number(api, 'errors') ?? 0,
    },
  };
}
