// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { targetOf } from './reset';

it.each([
  [{ to: 'ack_floor', seq: 'x', time: '' }, { to: 'ack_floor' }],
  [
    { to: 'sequence', seq: '1,204', time: '' },
    { to: 'sequence', seq: 1204 },
  ],
  [{ to: 'sequence', seq: '', time: '' }, null],
  [{ to: 'sequence', seq: '0', time: '' }, null],
  [
    { to: 'time', seq: '5', time: '2026-03-01T12:00:00Z' },
    { to: 'time', time: '2026-03-01T12:00:00.000Z' },
  ],
  [{ to: 'time', seq: '5', time: 'yesterday' }, null],
] as const)('%j', (form, target) => expect(targetOf(form)).toEqual(target));
