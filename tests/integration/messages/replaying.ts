import {
  apiBase,
  replayEvent,
  routes,
  urlOf,
  type BodyIn,
  type ReplayEvent,
  type Routes,
} from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { bearer } from '../setup/http';
import type { MessageWorld } from './world';

export type ReplayBody = BodyIn<Routes['replayMessages']>;

/** The events of an answer, but for one that is not whole yet. */
export const eventsOf = (text: string): ReplayEvent[] =>
  text
    .slice(0, text.lastIndexOf('\n\n') + 2)
    .split('\n\n')
    .filter((part) => part.startsWith('data: '))
    .map((part) => replayEvent.parse(JSON.parse(part.slice(6))));

/** Starts a copy, and leaves it at the first event that is wanted. */
export async function replayUntil(
  world: MessageWorld,
  source: string,
  body: ReplayBody,
  wanted: (event: ReplayEvent) => boolean,
): Promise<ReplayEvent[]> {
  const answer = await world.api.send({
    method: 'POST',
    path: apiBase + urlOf(routes.replayMessages, world.at(source).params),
    headers: [...bearer(world.api.admin), ['content-type', 'application/json']],
    body: JSON.stringify(body),
    until: (text) => eventsOf(text).some(wanted),
  });
  return eventsOf(answer.text);
}

export const stateOf = async (world: MessageWorld, stream: string) => (await world.jsm.streams.info(stream)).state;
/** `1`, `2`, …, each with a message id. */
export const fill = async (world: MessageWorld, stream: string, count: number, token = 'a') => {
  const js = jetstream(world.nc);
  for (let i = 1; i <= count; i++) await js.publish(`${stream}.${token}`, String(i), { msgID: `${stream} ${i}` });
};
export const into = (stream: string, prefix = stream) => ({ stream, subject: { as: 'prefix' as const, prefix } });
