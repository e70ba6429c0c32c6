import {
  mostMoves,
  type QueryOf,
  type ResponseOf,
  type Routes,
  type ServerPart,
  type StreamRow,
} from '@jetstream-console/contract';
import { allConsumers } from '../../jetstream/consumers';
import { apiLevel } from '../../jetstream/manage/exactApi';
import { mayOnStream } from '../../jetstream/manage/guarded';
import { listing } from '../../jetstream/streams';
import type { Ctx } from '../../platform/handler';
import type { Links } from '../link';
import { planMoves, type Led } from './leaderPlan';

/** Consumers are listed by one request a stream: of more streams than this they are not counted for a look. */
const mostAsked = 500;

const holdersOf = ({ replica: { leader, peers } }: StreamRow): string[] => [
  ...new Set([...(leader === null ? [] : [leader]), ...peers.map(({ name }) => name)]),
];

/** Per server what it leads and holds, by name. @param consumers leaders of consumers; null where nobody counted */
export function partsOf(rows: readonly StreamRow[], consumers: readonly string[] | null): ServerPart[] {
  const parts = new Map<
    string,
    { streamLeaders: number; consumerLeaders: number; copies: number; onlyCopies: number }
  >();
  const partOf = (name: string) => {
    const part = parts.get(name) ?? { streamLeaders: 0, consumerLeaders: 0, copies: 0, onlyCopies: 0 };
    parts.set(name, part);
    return part;
  };
  for (const row of rows) {
    const holders = holdersOf(row);
    for (const server of holders) partOf(server).copies++;
    const [only] = holders;
    if (only !== undefined && holders.length === 1) partOf(only).onlyCopies++;
    if (row.replica.leader !== null) partOf(row.replica.leader).streamLeaders++;
  }
  for (const server of consumers ?? []) partOf(server).consumerLeaders++;
  return [...parts]
    .map(([name, part]) => ({ name, ...part, consumerLeaders: consumers && part.consumerLeaders }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

export async function getLeaders(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  { fresh = false }: QueryOf<Routes['getLeaders']>,
): Promise<ResponseOf<Routes['getLeaders']>> {
  const link = await links.open(ctx, clusterId);
  const { rows, askedAt } = await listing(link, { fresh });
  const asked = rows.filter(({ consumers }) => (consumers ?? 0) > 0).length;
  const consumers =
    asked > mostAsked
      ? null
      : (await allConsumers(link)).rows.flatMap(({ replica: { leader } }) => (leader === null ? [] : [leader]));
  return {
    servers: partsOf(rows, consumers),
    streams: rows.length,
    unknown: rows.filter(({ state, replica }) => state !== 'ok' || replica.state === 'leaderless').length,
    askedAt,
  };
}

/** Nobody hands over to a server that is behind: it would lead a stream whose last messages it does not have yet. */
export const ableOf = ({ state, replica: { leader, peers } }: StreamRow): string[] =>
  state !== 'ok'
    ? []
    : peers.flatMap((peer) => (peer.current && !peer.offline && peer.name !== leader ? [peer.name] : []));

export async function planLeaders(
  links: Links,
  ctx: Ctx,
  clusterId: string,
): Promise<ResponseOf<Routes['planLeaders']>> {
  const link = await links.open(ctx, clusterId);
  const { rows, askedAt } = await listing(link, { fresh: true });
  const led = rows.flatMap((row): Led[] => {
    const { leader } = row.replica;
    if (leader === null) return [];
    const able = mayOnStream(ctx, clusterId, row.name, 'operate') ? ableOf(row) : [];
    return [{ stream: row.name, leader, able }];
  });
  const { moves, servers } = planMoves(led, mostMoves);
  return {
    moves,
    servers,
    choosable: (await apiLevel(link)) >= 1,
    fixed: led.filter(({ able }) => able.length === 0).length,
    askedAt,
  };
}
