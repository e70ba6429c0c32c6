import { chooseBinding, type DecodedPayload } from '@jetstream-console/contract';
import { ApiError, invalid, notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { readDescriptorSet, type DescriptorSet } from './descriptorSet';
import type { MessageType } from './protobufTyped';
import type { BindingRow, DecoderStore, DescriptorHead, Kept } from './store';

/** A message type, and how a person is told of it. */
export interface KnownType extends MessageType {
  readonly shown: NonNullable<DecodedPayload['type']>;
}
/** The type that the payloads of a subject are bound to. */
export type TypeOf = (subject: string) => KnownType | undefined;
export const noTypes: TypeOf = () => undefined;

/** Of descriptor sets in memory, by their bytes; what is made of one takes some dozen times as much. */
const maxBytesKept = 8 * 1024 * 1024;
/** Subjects of one search whose binding is remembered: streams may have millions. */
const maxSubjects = 10_000;

export interface Types {
  /** @throws ApiError 404 */
  set(ctx: Ctx, descriptorId: string): Promise<{ readonly head: DescriptorHead; readonly set: DescriptorSet }>;
  /** Of a stream, at the version of its organization that came with the request. */
  ofStream(ctx: Ctx, clusterId: string, stream: string): Promise<TypeOf>;
  /** Of one message: no other descriptor set is read for it. */
  ofSubject(ctx: Ctx, clusterId: string, stream: string, subject: string): Promise<KnownType | undefined>;
  /** A type that a person picked. @throws ApiError 400, 404 */
  picked(ctx: Ctx, descriptorId: string, type: string): Promise<KnownType>;
}

interface Entry {
  readonly bytes: number;
  readonly set: Promise<DescriptorSet>;
}

/** The descriptor sets that were used last; a new revision is another one, and the old goes by itself. */
function makeSets(store: DecoderStore) {
  const kept = new Map<string, Entry>();
  const fit = () => {
    let total = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { bytes }] of kept) {
      if (total <= maxBytesKept || kept.size === 1) return;
      kept.delete(key);
      total -= bytes;
    }
  };
  return (organizationId: string, { id, revision, bytes }: DescriptorHead): Promise<DescriptorSet> => {
    const key = `${organizationId} ${id} ${revision}`;
    const known = kept.get(key);
    const entry = known ?? {
      bytes,
      set: store.content(organizationId, id, revision).then((content) => readDescriptorSet(content)),
    };
    // Last in the order of the map: last to go.
    kept.delete(key);
    kept.set(key, entry);
    if (!known) {
      entry.set.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      fit();
    }
    return entry.set;
  };
}

export function makeTypes(store: DecoderStore): Types {
  const setOf = makeSets(store);
  const known = ({ principal }: Ctx) => store.known(principal.organizationId, principal.organizationVersion);
  async function set(ctx: Ctx, descriptorId: string) {
    const head = (await known(ctx)).descriptors.find(({ id }) => id === descriptorId);
    if (!head) throw notFound('This descriptor set');
    return { head, set: await setOf(ctx.principal.organizationId, head) };
  }
  function typeIn(
    { registry }: DescriptorSet,
    descriptor: { readonly id: string; readonly name: string },
    name: string,
    binding: BindingRow | null,
  ): KnownType | undefined {
    const message = registry.getMessage(name);
    return (
      message && {
        message,
        registry,
        shown: {
          name,
          descriptor: { id: descriptor.id, name: descriptor.name },
          binding: binding && { id: binding.id, stream: binding.stream, subject: binding.subject },
        },
      }
    );
  }
  const boundIn = ({ bindings }: Kept, clusterId: string, stream: string) =>
    bindings.filter((row) => row.cluster_id === clusterId && (row.stream ?? stream) === stream);
  async function typeOfBinding(ctx: Ctx, { descriptors }: Kept, row: BindingRow): Promise<KnownType | undefined> {
    const head = descriptors.find(({ id }) => id === row.descriptor_id);
    if (!head) throw new ApiError(500, 'internal', 'A binding names a descriptor set that is not there.');
    return typeIn(await setOf(ctx.principal.organizationId, head), head, row.type, row);
  }
  return {
    set,
    ofSubject: async (ctx, clusterId, stream, subject) => {
      const kept = await known(ctx);
      const row = chooseBinding(boundIn(kept, clusterId, stream), stream, subject);
      return row && typeOfBinding(ctx, kept, row);
    },
    ofStream: async (ctx, clusterId, stream) => {
      const kept = await known(ctx);
      const mine = boundIn(kept, clusterId, stream);
      if (mine.length === 0) return noTypes;
      const types = new Map<BindingRow, KnownType>();
      for (const row of mine) {
        const type = await typeOfBinding(ctx, kept, row);
        if (type) types.set(row, type);
      }
      const found = new Map<string, KnownType | undefined>();
      return (subject) => {
        if (found.has(subject)) return found.get(subject);
        if (found.size >= maxSubjects) found.clear();
        const row = chooseBinding(mine, stream, subject);
        const type = row && types.get(row);
        found.set(subject, type);
        return type;
      };
    },
    picked: async (ctx, descriptorId, name) => {
      const { head, set: of } = await set(ctx, descriptorId);
      const type = typeIn(of, head, name, null);
      if (!type) throw invalid('query.type', `${head.name} has no message type ${name}`);
      return type;
    },
  };
}
