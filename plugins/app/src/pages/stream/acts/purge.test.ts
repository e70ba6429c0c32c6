import { expect, it } from 'vitest';
import { emptyPurge, purgeOf, type PurgeForm } from './purge';

it.each<[string, Partial<PurgeForm>, ReturnType<typeof purgeOf>]>([
  ['all', {}, {}],
  ['all of a subject', { subject: ' orders.eu.> ' }, { subject: 'orders.eu.>' }],
  ['before a sequence', { bound: 'before', seq: '1,000' }, { seq: 1000 }],
  ['before a sequence, of a subject', { bound: 'before', seq: '7', subject: 'a' }, { seq: 7, subject: 'a' }],
  ['all but the newest', { bound: 'keep', keep: '10', seq: '5' }, { keep: 10 }],
  ['no sequence yet', { bound: 'before' }, null],
  ['no number', { bound: 'keep', keep: 'some' }, null],
  ['nothing kept is another purge', { bound: 'keep', keep: '0' }, null],
])('%s', (_, form, purge) => expect(purgeOf({ ...emptyPurge, ...form })).toEqual(purge));
