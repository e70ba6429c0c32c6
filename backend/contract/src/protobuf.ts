import { z } from 'zod';
import { assetName, clusterParams, done, id, instant, label, limitQuery, subjectFilter } from './common';
import { messageTypeName } from './decoders';
import { route, table, type Need } from './route';

/** What is kept of one descriptor set; comments of the .proto files are taken out first. */
export const maxDescriptorBytes = 2 * 1024 * 1024;
/** What is read of an upload: `buf build` writes the comments along. */
export const maxDescriptorUpload = 16 * 1024 * 1024;
/** Of one organization. */
export const mostDescriptors = 50;
export const mostProtobufBindings = 500;

export const descriptorRow = z.object({
  id,
  name: z.string(),
  /** grows each time its content is replaced */
  revision: z.number().int(),
  /** as it is kept, without comments */
  bytes: z.number().int(),
  /** .proto files and message types in it */
  files: z.number().int(),
  types: z.number().int(),
  /** bindings that name a type of it, on any cluster */
  bindings: z.number().int(),
  uploadedAt: instant,
  /** who uploaded what is in it now */
  by: z.string(),
});
export type DescriptorRow = z.infer<typeof descriptorRow>;

export const descriptorType = z.object({
  name: z.string(),
  file: z.string(),
  fields: z.array(z.object({ number: z.number().int(), name: z.string(), type: z.string() })),
});
export type DescriptorType = z.infer<typeof descriptorType>;

/** Where a payload is a message of a type. Of several that match a subject the most specific one holds. */
export const protobufBindingBody = z.strictObject({
  subject: subjectFilter.describe('a subject or a pattern with * and >'),
  stream: assetName.nullable().default(null).describe('null: any stream of the cluster'),
  descriptor: id,
  type: messageTypeName,
});
export type ProtobufBindingBody = z.output<typeof protobufBindingBody>;

export const protobufBinding = z.object({
  id,
  subject: z.string(),
  stream: z.string().nullable(),
  descriptor: z.object({ id, name: z.string() }),
  type: z.string(),
  changedAt: instant,
  by: z.string(),
});
export type ProtobufBinding = z.infer<typeof protobufBinding>;

const descriptorsPath = '/protobuf/descriptors';
const bindingsPath = '/clusters/:clusterId/protobuf/bindings';
const descriptorParams = z.strictObject({ descriptorId: id });
const bindingParams = clusterParams.extend({ bindingId: id });

/** They belong to the organization, so their keeping takes the right over all of its clusters. */
const keep: readonly Need[] = [{ resource: 'clusters', action: 'update' }];
/** Names and types, and no payload: seen by whoever sees a cluster. */
const see: readonly Need[] = [{ resource: 'clusters', action: 'read', each: true }];
/** `each`: which streams a binding is about is known once the body or the binding is read. */
const bind = (action: 'read' | 'update'): readonly Need[] => [
  { resource: 'streams', action, cluster: 'clusterId', each: true },
];

export const protobufRoutes = table({
  listDescriptors: route({
    method: 'GET',
    path: descriptorsPath,
    summary: 'Descriptor sets of Protobuf that the organization keeps',
    access: see,
    response: z.object({ items: z.array(descriptorRow) }),
  }),
  getDescriptor: route({
    method: 'GET',
    path: `${descriptorsPath}/:descriptorId`,
    summary: 'A descriptor set with its message types',
    params: descriptorParams,
    access: see,
    query: z.strictObject({
      search: z.string().max(255).describe('part of a type name').optional(),
      limit: limitQuery(100, 1000),
    }),
    response: descriptorRow.extend({
      items: z.array(descriptorType),
      /** types whose names match the search */
      matching: z.number().int(),
    }),
  }),
  uploadDescriptor: route({
    method: 'POST',
    path: descriptorsPath,
    summary:
      'Keeps a FileDescriptorSet: what protoc --descriptor_set_out --include_imports or buf build writes. The body is its bytes',
    access: keep,
    audit: 'protobuf.descriptor.create',
    takes: 'bytes',
    status: 201,
    query: z.strictObject({ name: label }),
    response: descriptorRow,
  }),
  replaceDescriptor: route({
    method: 'PUT',
    path: `${descriptorsPath}/:descriptorId`,
    summary: 'Puts another content in the place of a descriptor set; a type that is bound has to be in it',
    params: descriptorParams,
    access: keep,
    audit: 'protobuf.descriptor.replace',
    takes: 'bytes',
    response: descriptorRow,
  }),
  deleteDescriptor: route({
    method: 'DELETE',
    path: `${descriptorsPath}/:descriptorId`,
    summary: 'Deletes a descriptor set that no binding names',
    params: descriptorParams,
    access: keep,
    audit: 'protobuf.descriptor.delete',
    response: done,
  }),
  listProtobufBindings: route({
    method: 'GET',
    path: bindingsPath,
    summary: 'Which subjects of the cluster hold messages of which type, the most specific first',
    params: clusterParams,
    access: bind('read'),
    response: z.object({ items: z.array(protobufBinding) }),
  }),
  createProtobufBinding: route({
    method: 'POST',
    path: bindingsPath,
    summary: 'Says of which type the payloads of a subject pattern are',
    params: clusterParams,
    access: bind('update'),
    audit: 'protobuf.binding.create',
    status: 201,
    body: protobufBindingBody,
    response: protobufBinding,
  }),
  updateProtobufBinding: route({
    method: 'PUT',
    path: `${bindingsPath}/:bindingId`,
    summary: 'Puts a binding in the place of another',
    params: bindingParams,
    access: bind('update'),
    audit: 'protobuf.binding.update',
    body: protobufBindingBody,
    response: protobufBinding,
  }),
  deleteProtobufBinding: route({
    method: 'DELETE',
    path: `${bindingsPath}/:bindingId`,
    summary: 'Deletes a binding: payloads are shown by what their bytes are again',
    params: bindingParams,
    access: bind('update'),
    audit: 'protobuf.binding.delete',
    response: done,
  }),
});
