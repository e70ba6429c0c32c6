import type { Increase } from './increase';
import type { State } from './state';

/** Per second; null where no time was covered. */
const rate = (increase: Increase | null, i: number): number | null =>
  increase === null || increase.elapsedMs === 0 ? null : ((increase.values[i] ?? 0) / increase.elapsedMs) * 1000;

/**
 * What a page that is open wants to see move: the last collection in short, for those who listen.
 * streams: account, domain, stream, messages, bytes, published per second, consumers ·
 * consumers: account, domain, stream, consumer, lag, unacknowledged, delivered and ack floor advance per second
 */
export function liveStreams(state: State): unknown[][] {
  const items: unknown[][] = [];
  for (const { name: account, domain, streams } of state.accounts.values())
    for (const { name, merge, increase } of streams.values()) {
      const figures = merge?.best?.figures;
      if (figures)
        items.push([account, domain, name, figures.messages, figures.bytes, rate(increase, 0), figures.consumers]);
    }
  return items;
}

export function liveConsumers(state: State): unknown[][] {
  const items: unknown[][] = [];
  for (const { name: account, domain, streams } of state.accounts.values())
    for (const stream of streams.values())
      for (const { name, merge, increase, limits } of stream.consumers.values()) {
        const figures = merge?.best?.figures;
        if (!figures || !limits?.durable) continue;
        const { pending, ackPending } = figures;
        items.push([account, domain, stream.name, name, pending, ackPending, rate(increase, 0), rate(increase, 1)]);
      }
  return items;
}
