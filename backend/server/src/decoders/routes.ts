import {
  maxDescriptorUpload,
  narrowerFirst,
  type DescriptorRow,
  type ProtobufBinding,
  type protobufRoutes,
} from '@jetstream-console/contract';
import type { ClusterStore } from '../clusters/store';
import { collect } from '../platform/collect';
import { ApiError } from '../platform/errors';
import type { Ctx, Handlers } from '../platform/handler';
import { iso } from '../tenants/shared';
import { acceptDescriptorSet, typeOfField } from './descriptorSet';
import type { BindingRow, Content, DecoderStore, DescriptorHead } from './store';
import type { Types } from './types';

const showHead = ({ by_name, uploaded_at, ...head }: DescriptorHead): DescriptorRow => ({
  ...head,
  uploadedAt: iso(uploaded_at),
  by: by_name,
});
const showBinding = (row: BindingRow): ProtobufBinding => ({
  id: row.id,
  subject: row.subject,
  stream: row.stream,
  descriptor: { id: row.descriptor_id, name: row.descriptor_name },
  type: row.type,
  changedAt: iso(row.changed_at),
  by: row.by_name,
});
/** What an audit record tells of a descriptor set. */
const told = ({ name, revision, bytes, files, types }: DescriptorHead) => ({ name, revision, bytes, files, types });

const tooLarge = () =>
  new ApiError(
    413,
    'descriptor_too_large',
    `The upload is larger than ${maxDescriptorUpload / 1024 / 1024} MiB. Leave out files that no message needs. Nothing was kept.`,
  );

/** @throws ApiError 413, 422 */
async function contentOf(ctx: Ctx): Promise<Content> {
  const { bytes, files, types } = acceptDescriptorSet(await collect(ctx.upload, maxDescriptorUpload, tooLarge));
  return { bytes, files, types: types.map(({ typeName }) => typeName) };
}

/** A binding for all streams takes the right over all of them. */
const requireUpdate = (ctx: Ctx, cluster: string, stream: string | null): void =>
  ctx.require({ resource: 'streams', action: 'update' }, { cluster, ...(stream !== null && { name: stream }) });

export function protobufHandlers({
  decoders,
  types,
  store,
}: {
  readonly decoders: DecoderStore;
  readonly types: Types;
  readonly store: ClusterStore;
}): Handlers<typeof protobufRoutes> {
  const known = ({ principal }: Ctx) => decoders.known(principal.organizationId, principal.organizationVersion);
  /** @throws ApiError 404 for a cluster that is not there */
  const assertCluster = (ctx: Ctx, clusterId: string) => store.get(ctx.principal.organizationId, clusterId);
  return {
    listDescriptors: async (_, ctx) => ({ items: (await known(ctx)).descriptors.map(showHead) }),
    getDescriptor: async ({ params, query }, ctx) => {
      const { head, set } = await types.set(ctx, params.descriptorId);
      const wanted = query.search?.toLowerCase() ?? '';
      const matching = set.types.filter(({ typeName }) => typeName.toLowerCase().includes(wanted));
      return {
        ...showHead(head),
        matching: matching.length,
        items: matching.slice(0, query.limit).map((type) => ({
          name: type.typeName,
          file: type.file.proto.name,
          fields: type.fields.map((field) => ({ number: field.number, name: field.name, type: typeOfField(field) })),
        })),
      };
    },
    uploadDescriptor: async ({ query }, ctx) => {
      ctx.changed(null, { name: query.name });
      const head = await decoders.add(ctx.principal, query.name, await contentOf(ctx));
      ctx.changed(null, told(head));
      return showHead(head);
    },
    replaceDescriptor: async ({ params }, ctx) => {
      const { before, after } = await decoders.replace(ctx.principal, params.descriptorId, await contentOf(ctx));
      ctx.changed(told(before), told(after));
      return showHead(after);
    },
    deleteDescriptor: async ({ params }, ctx) => {
      ctx.changed(told(await decoders.remove(ctx.principal, params.descriptorId)), null);
      return { ok: true };
    },
    listProtobufBindings: async ({ params: { clusterId: cluster } }, ctx) => {
      await assertCluster(ctx, cluster);
      const { bindings } = await known(ctx);
      const mayRead = (stream: string) =>
        ctx.decide({ resource: 'streams', action: 'read' }, { cluster, name: stream }).allowed;
      return {
        items: bindings
          .filter((row) => row.cluster_id === cluster && (row.stream === null || mayRead(row.stream)))
          .sort(narrowerFirst)
          .map(showBinding),
      };
    },
    createProtobufBinding: async ({ params, body }, ctx) => {
      requireUpdate(ctx, params.clusterId, body.stream);
      await assertCluster(ctx, params.clusterId);
      const made = showBinding(await decoders.bind(ctx.principal, params.clusterId, body));
      ctx.changed(null, made);
      return made;
    },
    updateProtobufBinding: async ({ params, body }, ctx) => {
      requireUpdate(ctx, params.clusterId, body.stream);
      const { before, after } = await decoders.rebind(
        ctx.principal,
        params.clusterId,
        params.bindingId,
        body,
        ({ stream }) => requireUpdate(ctx, params.clusterId, stream),
      );
      ctx.changed(showBinding(before), showBinding(after));
      return showBinding(after);
    },
    deleteProtobufBinding: async ({ params }, ctx) => {
      const before = await decoders.unbind(ctx.principal, params.clusterId, params.bindingId, ({ stream }) =>
        requireUpdate(ctx, params.clusterId, stream),
      );
      ctx.changed(showBinding(before), null);
      return { ok: true };
    },
  };
}
