import { mostDescriptors, mostProtobufBindings, type ProtobufBindingBody } from '@jetstream-console/contract';
import { sql, type Selectable } from 'kysely';
import { ApiError, invalid, notFound } from '../platform/errors';
import type { Principal } from '../platform/handler';
import { versioned } from '../platform/memo';
import type { Pg, Tx } from '../platform/pg';
import type { Database } from '../platform/schema';
import { bumpAccess, uniquely } from '../tenants/shared';

type Descriptors = Selectable<Database['protobuf_descriptors']>;
/** Without its content, which may be megabytes. */
export type DescriptorHead = Pick<Descriptors, 'id' | 'name' | 'revision' | 'files' | 'by_name' | 'uploaded_at'> & {
  readonly bytes: number;
  readonly types: number;
  readonly bindings: number;
};
export type BindingRow = Selectable<Database['protobuf_bindings']> & { readonly descriptor_name: string };

/** What payloads of an organization are read by. */
export interface Kept {
  readonly descriptors: readonly DescriptorHead[];
  readonly bindings: readonly BindingRow[];
}
/** A descriptor set that was looked at and found whole. */
export interface Content {
  readonly bytes: Buffer;
  readonly files: number;
  readonly types: readonly string[];
}
interface Change<T> {
  readonly before: T;
  readonly after: T;
}

export interface DecoderStore {
  /** As it is at a version of the organization. */
  known(organizationId: string, organizationVersion: string): Promise<Kept>;
  content(organizationId: string, descriptorId: string, revision: number): Promise<Buffer>;
  add(principal: Principal, name: string, content: Content): Promise<DescriptorHead>;
  /** @throws ApiError 409 where a type that is bound would be gone */
  replace(principal: Principal, descriptorId: string, content: Content): Promise<Change<DescriptorHead>>;
  /** @throws ApiError 409 where it is bound; the bindings are named */
  remove(principal: Principal, descriptorId: string): Promise<DescriptorHead>;
  bind(principal: Principal, clusterId: string, body: ProtobufBindingBody): Promise<BindingRow>;
  /** @param may throws for a binding that this person may not change */
  rebind(
    principal: Principal,
    clusterId: string,
    bindingId: string,
    body: ProtobufBindingBody,
    may: (before: BindingRow) => void,
  ): Promise<Change<BindingRow>>;
  unbind(
    principal: Principal,
    clusterId: string,
    bindingId: string,
    may: (before: BindingRow) => void,
  ): Promise<BindingRow>;
}

const headsOf = (tx: Tx) =>
  tx
    .selectFrom('protobuf_descriptors as d')
    .select(['d.id', 'd.name', 'd.revision', 'd.files', 'd.by_name', 'd.uploaded_at'])
    .select([
      sql<number>`octet_length(d.content)`.as('bytes'),
      sql<number>`cardinality(d.types)`.as('types'),
      sql<number>`(select count(*)::int from protobuf_bindings b where b.descriptor_id = d.id)`.as('bindings'),
    ])
    .orderBy('d.name');

const bindingsOf = (tx: Tx) =>
  tx
    .selectFrom('protobuf_bindings as b')
    .innerJoin('protobuf_descriptors as d', 'd.id', 'b.descriptor_id')
    .selectAll('b')
    .select('d.name as descriptor_name')
    .orderBy('b.subject')
    .orderBy('b.id');

async function headOf(tx: Tx, descriptorId: string): Promise<DescriptorHead> {
  const head = await headsOf(tx).where('d.id', '=', descriptorId).executeTakeFirst();
  if (!head) throw notFound('This descriptor set');
  return head;
}
async function bindingOf(tx: Tx, clusterId: string, bindingId: string): Promise<BindingRow> {
  const row = await bindingsOf(tx)
    .where('b.id', '=', bindingId)
    .where('b.cluster_id', '=', clusterId)
    .executeTakeFirst();
  if (!row) throw notFound('This binding');
  return row;
}

const by = ({ subject }: Principal) => ({ by_user: subject.id, by_name: subject.name || subject.login });

async function boundTypes(tx: Tx, descriptorId: string) {
  return tx
    .selectFrom('protobuf_bindings as b')
    .innerJoin('clusters as c', 'c.id', 'b.cluster_id')
    .where('b.descriptor_id', '=', descriptorId)
    .select(['b.subject', 'b.stream', 'b.type', 'c.name as cluster'])
    .orderBy('c.name')
    .orderBy('b.subject')
    .execute();
}
type Bound = Awaited<ReturnType<typeof boundTypes>>[number];

const namedAtMost = 5;
function named(bound: readonly Bound[]): string {
  const first = bound
    .slice(0, namedAtMost)
    .map(
      ({ subject, stream, type, cluster }) =>
        `${subject}${stream === null ? '' : ` of ${stream}`} on ${cluster} (${type})`,
    );
  const more = bound.length - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** @throws ApiError 400 for a descriptor set or a type that is not there */
async function assertType(tx: Tx, { descriptor, type }: ProtobufBindingBody): Promise<void> {
  const row = await tx
    .selectFrom('protobuf_descriptors')
    .where('id', '=', descriptor)
    .select(['name', sql<boolean>`${type} = any(types)`.as('has')])
    .executeTakeFirst();
  if (!row) throw invalid('body.descriptor', 'there is no such descriptor set');
  if (!row.has) throw invalid('body.type', `${row.name} has no message type ${type}`);
}

async function assertRoom(tx: Tx, table: 'protobuf_descriptors' | 'protobuf_bindings', most: number, what: string) {
  const { count } = await tx
    .selectFrom(table)
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  if (count >= most)
    throw new ApiError(409, 'too_many', `An organization keeps ${most} ${what} at most: delete one that nobody needs.`);
}

const boundOnce = <T>(work: () => Promise<T>) => uniquely('A binding of this subject and stream', work);
const valuesOf = ({ subject, stream, descriptor, type }: ProtobufBindingBody) => ({
  subject,
  stream,
  descriptor_id: descriptor,
  type,
});

export function makeDecoderStore(pg: Pg): DecoderStore {
  const kept = versioned<Kept>(1000);
  /** One change after the other: the version is of one row, and what was read of it in memory ends with it. */
  const changing = <T>({ organizationId }: Principal, work: (tx: Tx) => Promise<T>) =>
    pg.inOrg(organizationId, async (tx) => {
      await bumpAccess(tx);
      return work(tx);
    });
  return {
    known: (organizationId, version) =>
      kept(organizationId, version, () =>
        pg.inOrg(organizationId, async (tx) => ({
          descriptors: await headsOf(tx).execute(),
          bindings: await bindingsOf(tx).execute(),
        })),
      ),
    content: (organizationId, descriptorId, revision) =>
      pg.inOrg(organizationId, async (tx) => {
        const row = await tx
          .selectFrom('protobuf_descriptors')
          .where('id', '=', descriptorId)
          .where('revision', '=', revision)
          .select('content')
          .executeTakeFirst();
        if (!row) throw new ApiError(409, 'descriptor_changed', 'The descriptor set was changed just now. Ask again.');
        return row.content;
      }),
    add: (principal, name, { bytes, files, types }) =>
      uniquely('A descriptor set', () =>
        changing(principal, async (tx) => {
          await assertRoom(tx, 'protobuf_descriptors', mostDescriptors, 'descriptor sets');
          const { id } = await tx
            .insertInto('protobuf_descriptors')
            .values({
              org_id: principal.organizationId,
              name,
              content: bytes,
              files,
              types: [...types],
              ...by(principal),
            })
            .returning('id')
            .executeTakeFirstOrThrow();
          return headOf(tx, id);
        }),
      ),
    replace: (principal, descriptorId, { bytes, files, types }) =>
      changing(principal, async (tx) => {
        const before = await headOf(tx, descriptorId);
        const has = new Set(types);
        const lost = (await boundTypes(tx, descriptorId)).filter(({ type }) => !has.has(type));
        if (lost.length > 0)
          throw new ApiError(
            409,
            'type_bound',
            `The new content lacks types that are bound: ${named(lost)}. Change these bindings first. Nothing was replaced.`,
          );
        await tx
          .updateTable('protobuf_descriptors')
          .where('id', '=', descriptorId)
          .set({
            content: bytes,
            files,
            types: [...types],
            revision: before.revision + 1,
            uploaded_at: sql<Date>`now()`,
            ...by(principal),
          })
          .execute();
        return { before, after: await headOf(tx, descriptorId) };
      }),
    remove: (principal, descriptorId) =>
      changing(principal, async (tx) => {
        const before = await headOf(tx, descriptorId);
        const bound = await boundTypes(tx, descriptorId);
        if (bound.length > 0)
          throw new ApiError(
            409,
            'descriptor_bound',
            `${before.name} is bound: ${named(bound)}. Delete these bindings, or bind them to another descriptor set, first.`,
          );
        await tx.deleteFrom('protobuf_descriptors').where('id', '=', descriptorId).execute();
        return before;
      }),
    bind: (principal, clusterId, body) =>
      boundOnce(() =>
        changing(principal, async (tx) => {
          await assertRoom(tx, 'protobuf_bindings', mostProtobufBindings, 'bindings');
          await assertType(tx, body);
          const { id } = await tx
            .insertInto('protobuf_bindings')
            .values({ org_id: principal.organizationId, cluster_id: clusterId, ...valuesOf(body), ...by(principal) })
            .returning('id')
            .executeTakeFirstOrThrow();
          return bindingOf(tx, clusterId, id);
        }),
      ),
    rebind: (principal, clusterId, bindingId, body, may) =>
      boundOnce(() =>
        changing(principal, async (tx) => {
          const before = await bindingOf(tx, clusterId, bindingId);
          may(before);
          await assertType(tx, body);
          await tx
            .updateTable('protobuf_bindings')
            .where('id', '=', bindingId)
            .set({ ...valuesOf(body), ...by(principal), changed_at: sql<Date>`now()` })
            .execute();
          return { before, after: await bindingOf(tx, clusterId, bindingId) };
        }),
      ),
    unbind: (principal, clusterId, bindingId, may) =>
      changing(principal, async (tx) => {
        const before = await bindingOf(tx, clusterId, bindingId);
        may(before);
        await tx.deleteFrom('protobuf_bindings').where('id', '=', bindingId).execute();
        return before;
      }),
  };
}
