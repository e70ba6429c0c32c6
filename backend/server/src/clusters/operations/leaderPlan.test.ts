import { describe, expect, it } from 'vitest';
import { planMoves, type Led } from './leaderPlan';

const all = ['a', 'b', 'c'];
const led = (leader: string, holders: readonly string[], n: number): Led[] =>
  Array.from({ length: n }, (_, i) => ({
    stream: `${leader}${holders.join('')}${i}`,
    leader,
    able: holders.filter((server) => server !== leader),
  }));
const after = (streams: readonly Led[]) =>
  Object.fromEntries(planMoves(streams).servers.map(({ name, after: n }) => [name, n]));

describe('leaders to move', () => {
  it('are none where servers lead alike, or differ by one', () => {
    expect(planMoves([]).moves).toEqual([]);
    expect(planMoves([...led('a', all, 2), ...led('b', all, 1), ...led('c', all, 1)]).moves).toEqual([]);
  });
  it('are the fewest that make it even, to servers that could lead', () => {
    const { moves, servers } = planMoves(led('a', all, 9));
    expect(moves).toHaveLength(6);
    expect(servers).toEqual([
      { name: 'a', before: 9, after: 3 },
      { name: 'b', before: 0, after: 3 },
      { name: 'c', before: 0, after: 3 },
    ]);
    expect(new Set(moves.map(({ stream }) => stream)).size).toBe(6);
  });
  it('are no more than are asked for, and what is told of after them is of these', () => {
    const { moves, servers } = planMoves(led('a', all, 9), 2);
    expect(moves).toHaveLength(2);
    expect(servers[0]).toEqual({ name: 'a', before: 9, after: 7 });
    // A way over two streams is taken whole or not at all.
    expect(planMoves([...led('a', ['a', 'b'], 4), ...led('b', ['b', 'c'], 4)], 1).moves).toEqual([]);
  });
  it('go round a server that stands between', () => {
    // What a leads only b could lead; of what b leads, c could: both hand on.
    expect(after([...led('a', ['a', 'b'], 4), ...led('b', ['b', 'c'], 2)])).toEqual({ a: 2, b: 2, c: 2 });
  });
  it('leave what has one copy where it is, and count it', () => {
    const fixed = led('a', ['a'], 3);
    const { moves } = planMoves([...fixed, ...led('a', all, 3)]);
    expect(moves.every(({ stream }) => stream.startsWith('aabc'))).toBe(true);
    expect(after([...fixed, ...led('a', all, 3)])).toEqual({ a: 3, b: 2, c: 1 });
  });
  it('end on any cluster with nobody left who could hand over to one that leads two less', () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (let round = 0; round < 200; round++) {
      const streams = Array.from({ length: random(40) }, (_, i): Led => {
        const holders = names
          .slice()
          .sort(() => random(3) - 1)
          .slice(0, 1 + random(5));
        const [leader = 'a', ...able] = holders;
        return { stream: `s${i}`, leader, able };
      });
      const { moves, servers } = planMoves(streams);
      const load = new Map(servers.map(({ name, after: n }) => [name, n]));
      const moved = new Map(moves.map(({ stream, to }) => [stream, to]));
      const wrong = streams.filter(({ stream, leader, able }) => {
        const now = moved.get(stream) ?? leader;
        const could = [leader, ...able];
        const loadOf = (server: string) => load.get(server) ?? 0;
        return !could.includes(now) || could.some((to) => loadOf(now) - loadOf(to) >= 2);
      });
      expect(wrong).toEqual([]);
    }
  });
});
