import type { ParamType } from '../query/engine/params';

interface ApiAct {
  /** as the act is called in the console, so that one filter finds both */
  readonly action: string;
  /** what the tokens of the subject after it name, in their order */
  readonly names: readonly string[];
}
const act = (action: string, ...names: readonly string[]): ApiAct => ({ action, names });

/** What is asked for over the JetStream API to change something, by its subject after `$JS.API.` (nats-server 2.10 to 2.15). */
export const apiActs: Readonly<Record<string, ApiAct>> = {
  'STREAM.CREATE.': act('stream.create', 'stream'),
  'STREAM.UPDATE.': act('stream.update', 'stream'),
  'STREAM.DELETE.': act('stream.delete', 'stream'),
  'STREAM.PURGE.': act('stream.purge', 'stream'),
  'STREAM.SNAPSHOT.': act('stream.backup', 'stream'),
  'STREAM.RESTORE.': act('stream.restore', 'stream'),
  'STREAM.PEER.REMOVE.': act('stream.peer_remove', 'stream'),
  'STREAM.LEADER.STEPDOWN.': act('stream.stepdown', 'stream'),
  'STREAM.MSG.DELETE.': act('message.delete', 'stream'),
  'CONSUMER.CREATE.': act('consumer.create', 'stream', 'consumer'),
  'CONSUMER.DURABLE.CREATE.': act('consumer.create', 'stream', 'consumer'),
  'CONSUMER.DELETE.': act('consumer.delete', 'stream', 'consumer'),
  'CONSUMER.PAUSE.': act('consumer.pause', 'stream', 'consumer'),
  'CONSUMER.RESET.': act('consumer.reset', 'stream', 'consumer'),
  'CONSUMER.UNPIN.': act('consumer.unpin', 'stream', 'consumer'),
  'CONSUMER.LEADER.STEPDOWN.': act('consumer.stepdown', 'stream', 'consumer'),
  'META.LEADER.STEPDOWN': act('cluster.meta_stepdown'),
  'SERVER.REMOVE': act('cluster.peer_remove'),
  'ACCOUNT.PURGE.': act('account.purge', 'account'),
  'ACCOUNT.STREAM.MOVE.': act('stream.move', 'account', 'stream'),
  'ACCOUNT.STREAM.CANCEL_MOVE.': act('stream.cancel_move', 'account', 'stream'),
};
/** Of a server that is newer than the list. What it was done to is then the subject. */
const otherAct = 'api.request';

/**
 * Columns of the event of an act over the API, out of the advisory: `q_action`, and `q_resource` in the form that
 * records of the console have it in, with `q_names` in it.
 */
export function actColumns(add: (type: ParamType, value: unknown) => string): string {
  const calls = Object.keys(apiActs);
  const told = (of: (call: ApiAct) => string) => add('Array(String)', Object.values(apiActs).map(of));
  const known = add('Array(String)', calls);
  return String.raw`replaceRegexpOne(JSONExtractString(data, 'subject'), '^\\$JS\\.(?:[^.]+\\.)?API\\.', '') AS q_call,
  arrayFirst(one -> startsWith(q_call, one), ${known}) AS q_verb,
  if(q_verb = '' OR length(q_call) = length(q_verb), [], arraySlice(splitByChar('.', substring(q_call, length(q_verb) + 1)), 1, 2)) AS q_names,
  JSONExtractString(data, 'request') AS q_request,
  transform(q_verb, ${known}, ${told(({ action }) => action)}, '${otherAct}') AS q_known,
  if(q_known = 'consumer.create' AND JSONExtractString(q_request, 'action') = 'update', 'consumer.update', q_known) AS q_action,
  transform(q_verb, ${known}, ${told(({ names }) => names[0] ?? '')}, '') AS q_first,
  transform(q_verb, ${known}, ${told(({ names }) => names[1] ?? '')}, '') AS q_second,
  multiIf(q_verb = '', q_call, q_first = '' OR empty(q_names), '',
    q_second = '' OR length(q_names) < 2, concat(q_first, '=', q_names[1]),
    concat(q_first, '=', q_names[1], ' ', q_second, '=', q_names[2])) AS q_resource`;
}
