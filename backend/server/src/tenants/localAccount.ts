import type { Tx } from '../platform/pg';

/** What a row of a person is shown by, wherever one is read. */
export const userColumns = [
  'id',
  'login',
  'name',
  'email',
  'source',
  'connection_id',
  'active',
  'created_at',
  'last_seen_at',
] as const;

interface LocalAccount {
  readonly organizationId: string;
  readonly login: string;
  readonly name: string;
  readonly passwordHash: string;
  /** held over the whole organization */
  readonly role: string;
  /** may make organizations, beyond what the role gives */
  readonly installationAdmin?: boolean;
}

/** Writes an account that logs in with a password, and the role it holds. @throws SQLSTATE 23505 for a login that is taken */
export async function addLocalAccount(tx: Tx, account: LocalAccount) {
  const { organizationId: org_id, login, name, passwordHash: password_hash, role, installationAdmin } = account;
  const user = await tx
    .insertInto('users')
    .values({
      org_id,
      source: 'local',
      login,
      name,
      password_hash,
      installation_admin: installationAdmin ?? false,
      connection_id: null,
      identifier: null,
      email: null,
      last_seen_at: null,
    })
    .returning(userColumns)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('role_bindings')
    .values({
      org_id,
      subject_kind: 'user',
      subject_id: user.id,
      role,
      scope: JSON.stringify({ kind: 'organization' }),
    })
    .execute();
  return user;
}
