import { describe, expect, it } from 'vitest';
import { wayBack, type FlowConfig } from './flows';

const stream = (name: string, rest: Partial<FlowConfig> = {}): FlowConfig => ({
  name,
  subjects: [`${name.toLowerCase()}.>`],
  ...rest,
});

describe('the way by which a copy comes back', () => {
  it.each<[string, FlowConfig[], string[] | null]>([
    ['none between two that know nothing of each other', [stream('S'), stream('T')], null],
    ['the source draws from the target', [stream('S', { sources: [{ name: 'T' }] }), stream('T')], ['T', 'S']],
    ['the source mirrors it', [stream('S', { mirror: { name: 'T' } }), stream('T')], ['T', 'S']],
    [
      'over another one',
      [stream('S', { sources: [{ name: 'M' }] }), stream('T'), stream('M', { mirror: { name: 'T' } })],
      ['T', 'M', 'S'],
    ],
    [
      'the target republishes into it',
      [stream('S'), stream('T', { republish: { src: '>', dest: 's.again.>' } })],
      ['T', 'S'],
    ],
    [
      'with tokens moved about',
      [stream('S', { subjects: ['s.*.x'] }), stream('T', { republish: { src: 't.*', dest: 's.{{wildcard(1)}}.x' } })],
      ['T', 'S'],
    ],
    ['republishing elsewhere', [stream('S'), stream('T', { republish: { src: '>', dest: 'other.>' } })], null],
    [
      'the origin of another account with the same name',
      [stream('S', { sources: [{ name: 'T', external: { api: '$JS.hub.API' } }] }), stream('T')],
      null,
    ],
    ['what the source feeds does not matter', [stream('S'), stream('T', { sources: [{ name: 'S' }] })], null],
    [
      'a ring that the source is not in',
      [stream('S'), stream('T', { sources: [{ name: 'A' }] }), stream('A', { sources: [{ name: 'T' }] })],
      null,
    ],
  ])('%s', (_, streams, way) => expect(wayBack('S', 'T', streams)).toEqual(way));

  it('is there from the start where both are the same', () => expect(wayBack('S', 'S', [stream('S')])).toEqual(['S']));
});
