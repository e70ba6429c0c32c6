import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type CompiledQuery,
  type Expression,
} from 'kysely';
import type { Database } from './schema';

/** A statement that is compiled once and prepared once a connection; what changes from run to run are its arguments. */
export interface Statement<A, R> {
  /** of the prepared statement: each has one of its own */
  readonly name: string;
  readonly text: string;
  values(args: A): unknown[];
  /** never there: it carries the type of a row */
  readonly row?: R;
}

/** Stands in a statement where an argument will be. */
export type Argument<A> = <K extends keyof A>(name: K) => Expression<A[K]>;

const compiler = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/**
 * For the few statements that every request runs: building and compiling one takes longer than its round trip. Written
 * with the query builder all the same, so that the schema's types hold.
 */
export function statement<A, R>(
  name: string,
  build: (db: Kysely<Database>, argument: Argument<A>) => CompiledQuery<R>,
): Statement<A, R> {
  const places = new Map<unknown, keyof A>();
  const { sql: text, parameters } = build(compiler, <K extends keyof A>(argument: K) => {
    const place = {};
    places.set(place, argument);
    return sql<A[K]>`${place}`;
  });
  return {
    name,
    text,
    values: (args) =>
      parameters.map((value) => {
        const argument = places.get(value);
        return argument === undefined ? value : args[argument];
      }),
  };
}
