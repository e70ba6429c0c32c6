import {
  formRefusals,
  newStoreConfig,
  type Action,
  type ChangePlan,
  type ChangeResult,
  type ConfigView,
  type NatsConfig,
  type Resource,
  type StoreForm,
} from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import { assertConfirmed } from '../manage/guarded';
import { streamImpact } from '../manage/impact';
import { makeSealed } from '../manage/operate';
import * as streams from '../manage/streams';
import type { StoreLists } from './lists';

interface Making {
  readonly name: string;
  readonly config: NatsConfig;
  readonly pedantic: boolean;
}
interface Edit {
  readonly change: NatsConfig;
  readonly pedantic: boolean;
}

/** Rules of the form that the change breaks; what a client made otherwise is not held against another change of it. */
const keepsForm =
  (form: StoreForm, name: string): streams.MoreRules =>
  (wanted, before) => {
    const standing = before === null ? [] : formRefusals(form, name, before);
    return formRefusals(form, name, wanted).filter(
      ({ field, reason }) => !standing.some((old) => old.field === field && old.reason === reason),
    );
  };

/** Buckets or object stores: each is the stream behind it, changed the way of streams under the right to the store. */
export function storeManager(
  links: Links,
  form: StoreForm,
  resource: Resource,
  lists: Pick<StoreLists<never>, 'forget'>,
) {
  const at = (clusterId: string, name: string) => ({ clusterId, stream: `${form.prefix}${name}` });
  const need = (ctx: Ctx, cluster: string, name: string, action: Action) =>
    ctx.require({ resource, action }, { cluster, name });
  const making = ({ name, config, pedantic }: Making) => ({ config: newStoreConfig(form, name, config), pedantic });
  return {
    create: async (ctx: Ctx, clusterId: string, body: Making): Promise<ChangeResult> => {
      need(ctx, clusterId, body.name, 'create');
      const made = await streams.makeFresh(links, ctx, clusterId, making(body), keepsForm(form, body.name));
      lists.forget(clusterId);
      return made;
    },
    plan: async (ctx: Ctx, clusterId: string, body: Making): Promise<ChangePlan> => {
      need(ctx, clusterId, body.name, 'create');
      return streams.planFresh(links, ctx, clusterId, making(body), keepsForm(form, body.name));
    },
    config: async (ctx: Ctx, clusterId: string, name: string): Promise<ConfigView> =>
      streams.getStreamConfig(links, ctx, at(clusterId, name)),
    planUpdate: async (ctx: Ctx, clusterId: string, name: string, body: Edit): Promise<ChangePlan> =>
      streams.planEdit(links, ctx, at(clusterId, name), body, keepsForm(form, name)),
    update: async (
      ctx: Ctx,
      clusterId: string,
      name: string,
      body: Edit & { readonly basedOn: string },
    ): Promise<ChangeResult> => streams.makeEdit(links, ctx, at(clusterId, name), body, keepsForm(form, name)),
    remove: async (ctx: Ctx, clusterId: string, name: string, confirm: string) => {
      assertConfirmed(confirm, name);
      const removed = await streams.removeStream(links, ctx, at(clusterId, name));
      lists.forget(clusterId);
      return removed;
    },
    impact: async (ctx: Ctx, clusterId: string, name: string) => streamImpact(links, ctx, at(clusterId, name)),
    seal: async (ctx: Ctx, clusterId: string, name: string, confirm: string) => {
      assertConfirmed(confirm, name);
      return makeSealed(links, ctx, at(clusterId, name));
    },
  };
}
