import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { statement, type Argument } from './statement';

describe('a prepared statement', () => {
  const find = statement('find', (db, arg: Argument<{ login: string; team: string }>) =>
    db
      .selectFrom('users')
      .where('id', '=', arg('team'))
      .where('login', '=', arg('login'))
      .where('source', '=', 'local')
      .where('name', '!=', arg('team'))
      .select('id')
      .compile(),
  );
  it('has its arguments as parameters, never in its text', () => {
    expect(find.text).toBe(
      'select "id" from "users" where "id" = $1 and "login" = $2 and "source" = $3 and "name" != $4',
    );
    expect(find.values({ login: `'; drop table users --`, team: 't' })).toEqual([
      't',
      `'; drop table users --`,
      'local',
      't',
    ]);
  });
  it('is the same whatever it was run with before', () => {
    expect(find.values({ login: 'a', team: '' })).toEqual(['', 'a', 'local', '']);
    expect(find.values({ login: 'b', team: 'c' })).toEqual(['c', 'b', 'local', 'c']);
  });
  it('hands null on, and keeps constants that look like an argument', () => {
    const call = statement('call', (db, arg: Argument<{ value: string | null }>) =>
      sql<{ n: number }>`select f(${arg('value')}, ${'value'}, ${null}) as n`.compile(db),
    );
    expect(call.text).toBe('select f($1, $2, $3) as n');
    expect(call.values({ value: null })).toEqual([null, 'value', null]);
  });
});
