import type { Action, Resource, Target } from '@jetstream-console/contract';
import type { Ctx } from '../../platform/handler';
import { bucketOf, keyOf, storeOf } from '../streamReply';

interface Question {
  readonly resource: Resource;
  readonly action: Action;
  readonly target: Target;
}

/** What an act on messages takes on the values of a bucket or a store behind the stream. */
const behind = {
  publish: 'update',
  delete: 'delete',
  export: 'read',
  read: 'read',
} as const satisfies Partial<Record<Action, Action>>;
export type MessageAct = keyof typeof behind;

/** Streams behind KV buckets and object stores hold values: whoever acts on their messages needs the grant for those too. */
export function questionsOf(act: MessageAct, cluster: string, stream: string, subject: string): Question[] {
  const bucket = bucketOf(stream, subject);
  const store = storeOf(stream, subject);
  return [
    { resource: 'messages', action: act, target: { cluster, name: stream, subject } },
    ...(bucket === undefined
      ? []
      : [
          {
            resource: 'kv_values' as const,
            action: behind[act],
            target: { cluster, name: bucket, subject: keyOf(subject) },
          },
        ]),
    ...(store === undefined
      ? []
      : [{ resource: 'object_data' as const, action: behind[act], target: { cluster, name: store } }]),
  ];
}

/** @throws ApiError 403 */
export function requireMessage(ctx: Ctx, act: MessageAct, cluster: string, stream: string, subject: string): void {
  for (const { target, ...permission } of questionsOf(act, cluster, stream, subject)) ctx.require(permission, target);
}

/** How many subjects' answers are kept: streams may have millions. */
const mostKept = 10_000;

/** The same for message after message, each subject asked about once. */
export function messageGate(
  ctx: Ctx,
  acts: readonly MessageAct[],
  cluster: string,
  stream: string,
): (message: { readonly subject: string }) => boolean {
  const known = new Map<string, boolean>();
  return ({ subject }) => {
    let answer = known.get(subject);
    if (answer === undefined) {
      if (known.size >= mostKept) known.clear();
      answer = acts.every((act) =>
        questionsOf(act, cluster, stream, subject).every(
          ({ target, ...permission }) => ctx.decide(permission, target).allowed,
        ),
      );
      known.set(subject, answer);
    }
    return answer;
  };
}
