import { randomBytes, randomUUID } from 'node:crypto';
import { routes, type deadLetterRoutes } from '@jetstream-console/contract';
import type { Least } from './matrix';
import type { Given, World } from './world';

type DeadLetterId = keyof typeof deadLetterRoutes;

/** Everybody sees that messages were given up, readers see which; who publishes and deletes them may do that here too. */
export const deadLetterMatrix: Readonly<Record<DeadLetterId, Least>> = {
  listDeadLetters: 'viewer',
  getDeadLetterSummary: 'viewer',
  getDeadLetterRun: 'viewer',
  getDeadLetter: 'viewer',
  getDeadLetterMessage: 'reader',
  planDeadLetterRetry: 'operator',
  retryDeadLetter: 'operator',
  retryDeadLetters: 'operator',
  markDeadLetters: 'operator',
  deleteDeadLetterOriginals: 'admin',
  putDeadLetterKeeping: 'admin',
  startDeadLetterCapture: 'admin',
  stopDeadLetterCapture: 'admin',
};

/** One of a message of its own, as a worker writes it down. */
async function letterOf(w: World): Promise<{ letter: string; stream: string }> {
  const stream = `D${randomBytes(5).toString('hex')}`;
  const params = { clusterId: w.clusterId };
  await w.api.get(
    routes.createStream,
    { params, body: { config: { name: stream, subjects: [`${stream}.>`] } } },
    w.api.admin,
  );
  await w.api.get(
    routes.publishMessage,
    { params: { ...params, stream }, body: { subject: `${stream}.one`, payload: { encoding: 'text', data: 'one' } } },
    w.api.admin,
  );
  const letter = randomUUID();
  await w.api.database.query(
    `insert into dead_letters (id, org_id, cluster_id, advisory_id, reason, stream, consumer, seq, at)
     values ($1, $2, $3, $4, 'terminated', $5, 'worker', 1, now())`,
    [letter, w.api.organizationId, w.clusterId, randomUUID(), stream],
  );
  return { letter, stream };
}
const of = (w: World) => ({ clusterId: w.clusterId });
const one = async (w: World): Promise<Given> => ({ params: { ...of(w), letter: (await letterOf(w)).letter } });
const named = async (w: World, more: object = {}): Promise<Given> => ({
  params: of(w),
  body: { ids: [(await letterOf(w)).letter], ...more },
});

export const deadLetterRequests: Readonly<Record<DeadLetterId, (w: World) => Given | Promise<Given>>> = {
  listDeadLetters: (w) => ({ params: of(w) }),
  getDeadLetterSummary: (w) => ({ params: of(w) }),
  getDeadLetterRun: async (w) => {
    const { letter } = await letterOf(w);
    const run = randomUUID();
    await w.api.database.query('update dead_letters set run = $1 where id = $2', [run, letter]);
    return { params: { ...of(w), run } };
  },
  getDeadLetter: one,
  getDeadLetterMessage: one,
  retryDeadLetter: async (w) => ({ ...(await one(w)), body: {} }),
  planDeadLetterRetry: (w) => named(w),
  retryDeadLetters: (w) => named(w, { run: randomUUID() }),
  markDeadLetters: (w) => named(w, { as: 'dropped' }),
  deleteDeadLetterOriginals: async (w) => {
    const { letter, stream } = await letterOf(w);
    return { params: of(w), body: { ids: [letter], confirm: stream } };
  },
  putDeadLetterKeeping: (w) => ({ params: of(w), body: { streams: ['ORDERS'], days: 30, megabytes: 64 } }),
  startDeadLetterCapture: (w) => ({ params: of(w), body: {} }),
  stopDeadLetterCapture: (w) => ({ params: of(w), body: { confirm: 'CONSOLE_DEAD_LETTERS' } }),
};
