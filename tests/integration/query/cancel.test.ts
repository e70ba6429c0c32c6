import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { makeAsk } from '../../../backend/server/src/query/engine/ask';
import { makeLog } from '../../../backend/server/src/platform/log';
import { eventually } from '../setup/wait';

let clickhouse: ClickHouseClient;
beforeAll(() => {
  clickhouse = createClient({ url: inject('engines').clickhouseUrl, request_timeout: 600_000 });
});
afterAll(async () => {
  await clickhouse?.close();
});

/** Statements that hold this mark, run now, and were not told to end. */
async function running(mark: string): Promise<number> {
  const answer = await clickhouse.query({
    query:
      "SELECT count() AS n FROM system.processes WHERE query LIKE {mark:String} AND NOT is_cancelled AND query NOT LIKE '%system.processes%'",
    query_params: { mark: `%${mark}%` },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: number | string }>();
  return Number(row?.n);
}

it('a statement whose asker leaves is ended, and nobody else’s', async () => {
  const { ask } = makeAsk(clickhouse, makeLog({ logLevel: 'silent' }, 'test'));
  const [staying, leaving] = [new AbortController(), new AbortController()];
  const bounds = { rowsRead: 10 ** 15, seconds: 600 };
  const start = (who: AbortController, mark: string) => {
    const sql = `SELECT count() FROM system.numbers WHERE sipHash64(number, '${mark}') = 0`;
    return ask({ sql, bounds, settings: { max_threads: 1 } }, who.signal).catch((error: unknown) => error);
  };
  const marks = { stays: randomUUID(), leaves: randomUUID() };
  const answers = [start(staying, marks.stays), start(leaving, marks.leaves)];
  await eventually(async () => (await running(marks.stays)) === 1 && (await running(marks.leaves)) === 1);
  leaving.abort();
  await eventually(async () => (await running(marks.leaves)) === 0);
  // It did not end by itself: the same one goes on where somebody waits for it.
  expect(await running(marks.stays)).toBe(1);
  staying.abort();
  await eventually(async () => (await running(marks.stays)) === 0);
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 499, code: 'client_gone' });
});
