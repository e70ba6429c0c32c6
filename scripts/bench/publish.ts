import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { apiBase, routes, urlOf } from '@jetstream-console/contract';
import { jetstreamManager } from '@nats-io/jetstream';
import { tellMemory, watched } from './memory';
import { ms, report } from './report';
import type { World } from './world';

const stream = 'PUBLISHED';
const mebibyte = 1_048_576;

const bodyOf = (bytes: number) =>
  Buffer.from(
    JSON.stringify({
      subject: 'published',
      payload: { encoding: 'base64', data: randomBytes(bytes).toString('base64') },
    }),
  );

/** @returns milliseconds */
async function publishOne({ apiUrl, token, clusterId }: World, body: Buffer): Promise<number> {
  const started = performance.now();
  const sending = http.request(`${apiUrl}${apiBase}${urlOf(routes.publishMessage, { clusterId, stream })}`, {
    method: routes.publishMessage.method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length },
    agent: false,
  });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  sending.end(body);
  const [answer] = await answered;
  const said = await text(answer);
  if (answer.statusCode !== 201) throw new Error(`the publish answered ${answer.statusCode}: ${said.slice(0, 300)}`);
  return performance.now() - started;
}

/** The longest that a request which needs nothing but the api's own attention waits meanwhile. */
async function othersWait<T>({ apiUrl }: World, work: () => Promise<T>): Promise<{ result: T; longest: number }> {
  let longest = 0;
  const done = new AbortController();
  const asking = (async () => {
    while (!done.signal.aborted) {
      const started = performance.now();
      await (await fetch(`${apiUrl}/health/live`)).arrayBuffer();
      longest = Math.max(longest, performance.now() - started);
      await delay(2);
    }
  })();
  try {
    return { result: await work(), longest };
  } finally {
    done.abort();
    await asking;
  }
}

/** Large messages: how long each takes, and how long everybody else waits for the api while it is taken. */
export async function benchPublish(world: World): Promise<void> {
  // In memory, since the files of a stream take no message of 32 MiB.
  await (
    await jetstreamManager(world.nc)
  ).streams.add({
    name: stream,
    subjects: ['published'],
    storage: 'memory',
    max_msgs: 4,
  });
  await publishOne(world, bodyOf(mebibyte));
  const idle = await othersWait(world, () => delay(1000));
  report({ what: 'the longest wait of others while nothing is published', ours: ms(idle.longest) });
  for (const size of [1, 8, 32, 47]) {
    const body = bodyOf(size * mebibyte);
    const { result, longest } = await othersWait(world, () => publishOne(world, body));
    report({ what: `publish of ${size} MiB in Base64`, ours: ms(result) });
    report({ what: 'the longest wait of others meanwhile', ours: ms(longest) });
  }
  const body = bodyOf(32 * mebibyte);
  const many = await watched(world, () =>
    othersWait(world, () => Promise.all(Array.from({ length: 8 }, () => publishOne(world, body)))),
  );
  report({ what: 'the last of 8 publishes of 32 MiB at once', ours: ms(Math.max(...many.result.result)) });
  report({ what: 'the longest wait of others meanwhile', ours: ms(many.result.longest) });
  tellMemory('them', many);
}
