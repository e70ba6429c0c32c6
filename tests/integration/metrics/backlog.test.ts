import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storedTime } from '../../../backend/server/src/metrics/sample/times';
import { makeTables, openPipeline, type Pipeline, type Tables } from './pipeline';

let pipeline: Pipeline;
let tables: Tables;
beforeAll(async () => {
  [pipeline, tables] = await Promise.all([openPipeline(), makeTables()]);
});
afterAll(async () => {
  await pipeline?.close();
  await tables?.clickhouse.close();
});

it('takes a backlog in that is several times what one insert holds', async () => {
  const clusterId = randomUUID();
  const time = storedTime(Date.now());
  const messages = 40;
  const names = gzipSync('org_id\tcluster_id\ttime\tid\ttype\tdata\n');
  for (let i = 0; i < messages; i++) {
    // Half a megabyte that does not get smaller.
    const data = randomBytes(500_000).toString('base64');
    const body = gzipSync(`${randomUUID()}\t${clusterId}\t${time}\t${i}\ttest\t${data}\n`);
    const batch = {
      parts: [{ table: 'events', rows: 1, names: names.length, body: body.length }],
      body: new Uint8Array(Buffer.concat([names, body])),
      rows: 1,
    };
    expect(await pipeline.buffer.put({ clusterId, id: randomUUID(), batch, collection: null }, () => true)).toBe(true);
  }
  await pipeline.drain(tables.clickhouse);
  expect(
    await tables.rows(`SELECT count() AS rows, uniqExact(id) AS ids FROM events WHERE cluster_id = '${clusterId}'`),
  ).toEqual([{ rows: messages, ids: messages }]);
});
