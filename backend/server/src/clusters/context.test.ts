import { describe, expect, it } from 'vitest';
import { readContext } from './context';

const read = (context: object, files: Record<string, string> = {}) => readContext(JSON.stringify(context), files);

describe('a context of the nats CLI', () => {
  it.each(['nats://u%ff:p@a', 'nats://%zz@a'])('with the broken log-in of %s is refused in words', (url) => {
    expect(() => read({ url })).toThrow('broken percent-encoding');
  });
  it.each(['nats://user:p/hush@host', 'nats://user:p@hush@host', 'user:p?hush@host', 'nats://user:hush@@'])(
    'says nothing of the log-in of %s, whatever is wrong with it',
    (url) => {
      const said = () => {
        try {
          return JSON.stringify(read({ url }).input.urls);
        } catch (error) {
          return `${String(error)} ${JSON.stringify(error)}`;
        }
      };
      expect(said()).not.toContain('hush');
    },
  );
  it.each(['constructor', 'toString', '__proto__'])('names no file by %s that nobody gave along', (name) => {
    expect(read({ url: 'nats://a', ca: name, nkey: name }).missing.map(({ path }) => path)).toEqual([name, name]);
  });
});
