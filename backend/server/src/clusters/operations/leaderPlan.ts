import type { LeaderMove } from '@jetstream-console/contract';

/** A stream by who leads it and who could. */
export interface Led {
  readonly stream: string;
  readonly leader: string;
  /** in sync and online, the leader not among them; none where it stays where it is */
  readonly able: readonly string[];
}

type Leading = ReadonlyMap<string, readonly Led[]>;

/** Who leads what, every server that could lead something included. */
function byLeader(streams: readonly Led[]): Map<string, Led[]> {
  const led = new Map<string, Led[]>();
  for (const { leader, able } of streams) for (const server of [leader, ...able]) led.set(server, []);
  for (const one of streams) led.get(one.leader)?.push(one);
  return led;
}

interface Step {
  readonly stream: Led;
  readonly to: string;
}

/** The shortest way from a server to one that leads two less, each step a stream that hands over. */
function wayDown(leading: Leading, from: string): Step[] | null {
  const most = leading.get(from)?.length ?? 0;
  const ways = new Map<string, Step[]>([[from, []]]);
  for (const [server, way] of ways) {
    const own = leading.get(server) ?? [];
    if (own.length <= most - 2) return way;
    for (const stream of own) for (const to of stream.able) if (!ways.has(to)) ways.set(to, [...way, { stream, to }]);
  }
  return null;
}

/** Takes the steps of a way: each stream is led by its next server then, and could be led by its former one again. */
function take(leading: Map<string, Led[]>, way: readonly Step[]): void {
  for (const { stream, to } of way) {
    const own = leading.get(stream.leader) ?? [];
    leading.set(
      stream.leader,
      own.filter((one) => one !== stream),
    );
    const able = [stream.leader, ...stream.able.filter((server) => server !== to)];
    leading.get(to)?.push({ ...stream, leader: to, able });
  }
}

/**
 * Which leaders to move so that servers lead alike. Streams that only some servers hold may keep it from getting even:
 * as long as there is a way from one server to another that leads two less, over streams that hand on from one to the
 * next, it is taken; where there is none, no other plan has a smaller difference between the most and the least.
 * @param most moves: what is left is for the next plan, and nobody waits long for this one
 * @returns moves by stream, and how many each server leads before and after, by name
 */
export function planMoves(streams: readonly Led[], most = Infinity) {
  const before = byLeader(streams);
  const leading = byLeader(streams);
  const names = [...leading.keys()].sort();
  const loadOf = (server: string) => leading.get(server)?.length ?? 0;
  let steps = 0;
  for (let way: Step[] | null = []; way;) {
    const fullest = [...names].sort((a, b) => loadOf(b) - loadOf(a));
    way = null;
    for (const server of fullest) {
      way = wayDown(leading, server);
      if (way) break;
    }
    if (!way || steps + way.length > most) break;
    steps += way.length;
    take(leading, way);
  }
  const led = new Map(streams.map((one) => [one.stream, one.leader]));
  const moves: LeaderMove[] = [...leading]
    .flatMap(([to, own]) => own.map(({ stream }) => ({ stream, from: led.get(stream) ?? to, to })))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => a.stream.localeCompare(b.stream));
  const servers = names.map((name) => ({ name, before: before.get(name)?.length ?? 0, after: loadOf(name) }));
  return { moves, servers };
}
