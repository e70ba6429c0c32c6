import { decide, decideEach } from '@jetstream-console/contract';
import { forbidden } from '../platform/errors';
import type { Ctx, Principal } from '../platform/handler';

/** What a principal may ask the access decision, with its grants filled in. */
export function asking({
  grants,
  subject,
}: Pick<Principal, 'grants' | 'subject'>): Pick<Ctx, 'decide' | 'each' | 'require'> {
  const ask: Ctx['decide'] = (permission, target) => decide(grants, { ...permission, target }, subject.id);
  return {
    decide: ask,
    each: (permission, target) => decideEach(grants, permission, target, subject.id),
    require: (permission, target) => {
      const decision = ask(permission, target);
      if (!decision.allowed) throw forbidden(`You may not do this: ${decision.reason}.`);
    },
  };
}
