import { apiBase } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../frames/frame';
import { ticketIn } from './holder';
import { toWide } from './wide';

const series = (stream: string, times: number[], values: number[]): Frame => ({
  fields: [
    { name: 'time', type: 'time', values: times },
    { name: 'lag', type: 'number', labels: { stream }, values },
  ],
});

describe('one frame of several series', () => {
  it('has a row a bucket, and null where a series has none', () => {
    const wide = toWide([series('A', [1, 2, 3], [10, 20, 30]), series('B', [2, 4], [200, 400])], 2, 4);
    expect(wide?.fields.map(({ labels, values }) => [labels, values])).toEqual([
      [undefined, [2, 3, 4]],
      [{ stream: 'A' }, [20, 30, null]],
      [{ stream: 'B' }, [200, null, 400]],
    ]);
  });
  it('is none where nothing is new', () => {
    expect(toWide([series('A', [1], [1])], 2, 9)).toBeNull();
    expect(toWide([], 0, 9)).toBeNull();
  });
});

describe('the routes of a stream that runs', () => {
  const ticket = 'a'.repeat(43);
  it.each([
    ['POST', `/live/tickets/${ticket}/check`, ticket],
    ['GET', `/live/tickets/${ticket}/frames`, ticket],
    ['GET', `/live/tickets/${ticket}/check`, null],
    ['POST', `/live/tickets/${ticket}/frames`, null],
    ['POST', '/live/tickets', null],
    ['GET', `/live/tickets/${ticket}/frames?x=1`, null],
    ['GET', `/live/tickets/${ticket}/x/frames`, null],
    ['GET', '/live/tickets//frames', null],
    ['POST', '/query', null],
  ])('%s %s', (method, path, wanted) => expect(ticketIn(method, `${apiBase}${path}`)).toBe(wanted));
});
