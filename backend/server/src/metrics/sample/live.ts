import { isKnown } from './assets';
import type { State } from './state';

/** Per second; null where no time was covered. */
const rate = (grown: number, { grownMs }: { readonly grownMs: number }): number | null =>
  grownMs === 0 ? null : (grown / grownMs) * 1000;

/**
 * What a page that is open wants to see move: the last collection in short, for those who listen.
 * streams: account, domain, stream, messages, bytes, published per second, consumers ·
 * consumers: account, domain, stream, consumer, lag, unacknowledged, delivered and ack floor advance per second
 */
export function liveStreams(state: State): unknown[][] {
  const items: unknown[][] = [];
  for (const { name: account, domain, streams } of state.accounts.values())
    for (const stream of streams.values()) {
      const { name, figures, grown0 } = stream;
      if (isKnown(stream, state.now))
        items.push([account, domain, name, figures.messages, figures.bytes, rate(grown0, stream), figures.consumers]);
    }
  return items;
}

export function liveConsumers(state: State): unknown[][] {
  const items: unknown[][] = [];
  for (const { name: account, domain, streams } of state.accounts.values())
    for (const stream of streams.values())
      for (const consumer of stream.consumers.values()) {
        if (!isKnown(consumer, state.now) || !consumer.limits?.durable) continue;
        const { name, grown0, grown1 } = consumer;
        const { pending, ackPending } = consumer.figures;
        items.push([
          account,
          domain,
          stream.name,
          name,
          pending,
          ackPending,
          rate(grown0, consumer),
          rate(grown1, consumer),
        ]);
      }
  return items;
}
