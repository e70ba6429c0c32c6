import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { problemSchema, routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { versions } from '../manage/world';
import { startMessageWorld, type MessageWorld } from '../messages/world';
import { startTestApi, type TestApi } from '../setup/api';
import { eventually } from '../setup/wait';
import { download, leaveIn, upload } from './world';

let api: TestApi;
let world: MessageWorld;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

const params = (stream: string) => ({ clusterId: world.clusterId, stream });
const gone = (stream: string) =>
  eventually(async () => (await world.ask(`STREAM.INFO.${stream}`)).error?.err_code === 10059);
const problemOf = async (answer: Response) => problemSchema.parse(await answer.json());
/** What a restore has to bring back. */
const picture = async (stream: string) => {
  const { config, state } = await world.jsm.streams.info(stream);
  const consumers = await world.jsm.consumers.list(stream).next();
  const messages: [number, string, string][] = [];
  // Older servers say 0 of a stream that never held anything.
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const message = await world.jsm.streams.getMessage(stream, { seq });
    if (message) messages.push([seq, message.subject, Buffer.from(message.data).toString('base64')]);
  }
  return {
    config,
    consumers: consumers.map(({ name, delivered, ack_floor }) => ({
      name,
      delivered: [delivered.consumer_seq, delivered.stream_seq],
      acked: [ack_floor.consumer_seq, ack_floor.stream_seq],
    })),
    messages,
  };
};

async function filled(count: number, bytes: number): Promise<string> {
  const stream = await world.stream({ metadata: { owner: 'shop' }, max_age: 86_400_000_000_000 });
  const js = jetstream(world.nc);
  for (let i = 0; i < count; i++) await js.publish(`${stream}.${i % 3}`, randomBytes(bytes));
  if (count > 3) await world.jsm.streams.deleteMessage(stream, 2);
  await world.jsm.consumers.add(stream, { durable_name: 'billing', ack_policy: 'explicit' });
  if (count > 3)
    for await (const message of await (await js.consumers.get(stream, 'billing')).fetch({ max_messages: 3 }))
      await message.ackAck();
  return stream;
}

describe.each(versions)('NATS %s', (version) => {
  beforeAll(async () => {
    world = await startMessageWorld(version, api);
  });
  afterAll(async () => {
    await world?.stop();
  });

  it('brings back configuration, messages, holes and consumers, after the stream is gone', async () => {
    const stream = await filled(200, 20_000);
    const before = await picture(stream);
    const backup = await download(api, params(stream));
    expect(backup.length % 512).toBe(0);
    const exists = await upload(api, params(stream), backup);
    expect(await problemOf(exists)).toMatchObject({ status: 409, code: 'stream_exists' });
    await api.get(routes.deleteStream, { params: params(stream), body: { confirm: stream } }, api.admin);
    const answer = await upload(api, params(stream), backup);
    expect(answer.status).toBe(201);
    expect(routes.restoreStream.response.parse(await answer.json())).toMatchObject({
      messages: 199,
      firstSeq: 1,
      lastSeq: 200,
    });
    expect(await picture(stream)).toEqual(before);
    const { items } = await api.get(routes.listAudit, { query: { action: 'stream.restore' } }, api.admin);
    const ofIt = items.filter(({ resource }) => resource === `stream=${stream}`);
    expect(ofIt.map(({ status }) => status)).toEqual(['success', 'failure']);
  });

  it('of an empty stream is one as well', async () => {
    const stream = await filled(0, 0);
    const backup = await download(api, params(stream));
    await world.jsm.streams.delete(stream);
    expect((await upload(api, params(stream), backup)).status).toBe(201);
    expect((await picture(stream)).consumers.map(({ name }) => name)).toEqual(['billing']);
  });

  it('goes to and comes from a directory of the nats CLI', async () => {
    const stream = await filled(50, 50_000);
    const before = await picture(stream);
    const dir = mkdtempSync(path.join(os.tmpdir(), 'backup-test-'));
    try {
      writeFileSync(path.join(dir, 'b.tar'), await download(api, params(stream)));
      execFileSync('tar', ['xf', 'b.tar'], { cwd: dir });
      const parts = readdirSync(dir)
        .filter((name) => name.startsWith('stream.tar.s2.'))
        .sort();
      expect(parts.length).toBeGreaterThan(1);
      expect(JSON.parse(readFileSync(path.join(dir, 'backup.json'), 'utf8'))).toMatchObject({
        config: { name: stream },
      });
      writeFileSync(
        path.join(dir, 'stream.tar.s2'),
        Buffer.concat(parts.map((name) => readFileSync(path.join(dir, name)))),
      );
      execFileSync('tar', ['cf', 'cli.tar', './backup.json', './stream.tar.s2'], { cwd: dir });
      await world.jsm.streams.delete(stream);
      expect((await upload(api, params(stream), readFileSync(path.join(dir, 'cli.tar')))).status).toBe(201);
      expect(await picture(stream)).toEqual(before);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  describe('what is not whole leaves nothing behind', () => {
    let stream: string;
    let backup: Buffer;
    beforeAll(async () => {
      stream = await filled(60, 50_000);
      backup = await download(api, params(stream));
      await world.jsm.streams.delete(stream);
    });

    it.each<[string, (whole: Buffer) => Buffer, number, string]>([
      ['cut off', (whole) => whole.subarray(0, Math.floor(whole.length / 2)), 400, 'backup_unusable'],
      ['without its end', (whole) => whole.subarray(0, whole.length - 4096), 400, 'backup_unusable'],
      ['empty', () => Buffer.alloc(0), 400, 'backup_unusable'],
      ['no archive', () => Buffer.from('a'.repeat(5000)), 400, 'backup_unusable'],
      [
        'one byte changed',
        (whole) => {
          const changed = Buffer.from(whole);
          const at = Math.floor(whole.length / 2);
          changed[at] = (changed[at] ?? 0) ^ 0xff;
          return changed;
        },
        0,
        '',
      ],
    ])('%s', async (_, spoil, status, code) => {
      const answer = await upload(api, params(stream), spoil(backup));
      const problem = await problemOf(answer);
      // A damaged part is told by the server, which unpacks it, or by its digest: whoever is there first.
      if (status > 0) expect(problem).toMatchObject({ status, code });
      else expect(['backup_unusable', 'restore_refused', 'restore_broken']).toContain(problem.code);
      await gone(stream);
    });

    it('an upload whose sender goes away', async () => {
      await leaveIn(api, params(stream), backup.subarray(0, Math.floor(backup.length / 2)));
      const record = await eventually(async () => {
        const { items } = await api.get(routes.listAudit, { query: { action: 'stream.restore', limit: 1 } }, api.admin);
        return items[0]?.error?.includes('broke off') ? items[0] : null;
      });
      expect(record.status).toBe('failure');
      await gone(stream);
    });

    it('and the same backup can be restored right after', async () => {
      expect((await upload(api, params(stream), backup)).status).toBe(201);
      expect((await world.jsm.streams.info(stream)).state.messages).toBe(59);
      await world.jsm.streams.delete(stream);
    });

    it('one of another stream, told by its name', async () => {
      const answer = await upload(api, params('OTHER'), backup);
      const problem = await problemOf(answer);
      expect(problem).toMatchObject({ status: 409, code: 'wrong_stream' });
      expect(problem.detail).toContain(stream);
      await gone('OTHER');
    });

    it('one that no longer fits: what the server refuses, in its words', async () => {
      await world.ask('STREAM.CREATE.TAKEN', { name: 'TAKEN', subjects: [`${stream}.>`] });
      const problem = await problemOf(await upload(api, params(stream), backup));
      await world.jsm.streams.delete('TAKEN');
      expect(problem.status).toBeGreaterThanOrEqual(400);
      expect(problem.nats?.description ?? problem.detail).toMatch(/subject/);
      await gone(stream);
    });
  });

  it('says what there is no backup of', async () => {
    const answer = await api.ask(routes.backupStream, { params: params('NONE') }, api.admin);
    expect(answer.status).toBe(404);
  });
});
