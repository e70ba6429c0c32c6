import { describe, expect, it } from 'vitest';
import { natsUrl } from './clusterSettings';

const says = (text: string) => natsUrl.safeParse(text).error?.issues.map(({ message }) => message) ?? [];

describe('a NATS URL', () => {
  it.each([
    ['nats://host:4222', 'nats://host:4222'],
    ['tls://host', 'tls://host'],
    [' host:4222 ', 'nats://host:4222'],
    ['[::1]:4222', 'nats://[::1]:4222'],
    ['nats://host:4222/', 'nats://host:4222/'],
  ])('%s is taken', (given, kept) => expect(natsUrl.parse(given)).toBe(kept));
  it.each([
    ['a path', 'nats://host:4222/jetstream'],
    ['a path of dots', 'nats://host:4222/..%2f'],
    ['a query', 'nats://host:4222?tls=first'],
    ['a query behind a slash', 'nats://host:4222/?inbox=x'],
    ['a fragment', 'nats://host:4222#here'],
  ])('with %s is refused, since the client would drop it without a word', (_, given) =>
    expect(says(given)).toEqual(['a NATS URL ends with its port: no path, no query']),
  );
  it.each(['nats://user:secret@host:4222', 'tls://token@host', 'nats://:secret@host'])(
    'with a credential inside is refused, and the refusal does not repeat it: %s',
    (given) => {
      expect(says(given)).toEqual(['put user and password into the credential, not into the URL']);
      expect(says(given).join()).not.toMatch(/secret|token/);
    },
  );
  it.each(['http://host:8222', 'ws://host', 'nats://', '', 'nats://host:99999'])('%j is none', (given) =>
    expect(says(given).length).toBeGreaterThan(0),
  );
});
