import { createHash } from 'node:crypto';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A NATS JWT (version 2): an ed25519 signature by an nkey; the id is the hash of the claims, as nsc makes it. */
function jwt(by: KeyPair, subject: string, name: string, nats: Record<string, unknown>, exp?: number): string {
  const claims = {
    iss: by.getPublicKey(),
    iat: Math.floor(Date.now() / 1000),
    name,
    sub: subject,
    nats,
    ...(exp && { exp }),
  };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('base64url');
  const body = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...claims, jti })}`;
  return `${body}.${Buffer.from(by.sign(Buffer.from(body))).toString('base64url')}`;
}

const noLimits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const storage = { mem_storage: 64_000_000, disk_storage: 1_000_000_000, streams: -1, consumer: -1 };

export interface User {
  readonly jwt: string;
  readonly seed: string;
  readonly creds: string;
}

/** Limits as an account's JWT claims them: flat ones, or `tiered_limits`. */
export type AccountLimits = Readonly<Record<string, unknown>>;

/**
 * An operator with a system account and the account `APP` with JetStream: what a server in operator mode is configured
 * with.
 * @param limits of APP, where others than plenty of everything
 * @param others by name, each with JetStream in these limits
 */
export function makeOperator(limits: AccountLimits = storage, others: Readonly<Record<string, AccountLimits>> = {}) {
  const operator = createOperator();
  const [system, account] = [createAccount(), createAccount()];
  const further = new Map(Object.keys(others).map((name) => [name, createAccount()]));
  const accountJwt = (key: KeyPair, name: string, within: AccountLimits = {}) =>
    jwt(operator, key.getPublicKey(), name, { type: 'account', version: 2, limits: { ...noLimits, ...within } });
  const preload = [...further].map(([name, key]) => `${key.getPublicKey()}: ${accountJwt(key, name, others[name])}`);
  const user = (of: KeyPair, name: string, exp?: number): User => {
    const key = createUser();
    const token = jwt(of, key.getPublicKey(), name, { type: 'user', version: 2, subs: -1, data: -1, payload: -1 }, exp);
    const seed = new TextDecoder().decode(key.getSeed());
    const creds = `-----BEGIN NATS USER JWT-----\n${token}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
    return { jwt: token, seed, creds };
  };
  return {
    config: `operator: ${jwt(operator, operator.getPublicKey(), 'operator', { type: 'operator', version: 2, system_account: system.getPublicKey() })}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload: {
  ${system.getPublicKey()}: ${accountJwt(system, 'SYS')}
  ${account.getPublicKey()}: ${accountJwt(account, 'APP', limits)}
  ${preload.join('\n  ')}
}
`,
    /** @param exp unix time at which the user ends */
    user: (name: string, exp?: number) => user(account, name, exp),
    systemUser: (name: string) => user(system, name),
    account: account.getPublicKey(),
    /** an account of `others` by its name: its public key, and a user in it */
    other: (name: string) => {
      const key = further.get(name);
      if (!key) throw new Error(`${name} is no account of this operator`);
      return { account: key.getPublicKey(), user: user(key, 'user') };
    },
  };
}
