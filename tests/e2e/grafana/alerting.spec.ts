import type { APIRequestContext } from '@playwright/test';
import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { expect, test } from '../console';
import { datasource, grafana, inShop } from './grafana';

const stream = 'ALERTED';
const consumer = 'behind';
const folder = 'jetstream-e2e';
const group = 'every ten seconds';
const messages = 250;

const title = 'Lag of a consumer, watched';

/** What "create an alert" fills in for a consumer's lag, with a hold short enough to be watched. */
const rule = () => ({
  title,
  ruleGroup: group,
  folderUID: folder,
  condition: 'C',
  data: [
    {
      refId: 'A',
      relativeTimeRange: { from: 120, to: 0 },
      datasourceUid: datasource().uid,
      model: {
        refId: 'A',
        v: 1,
        intervalMs: 10_000,
        maxDataPoints: 100,
        spec: {
          kind: 'metrics',
          metric: 'lag',
          groupBy: ['cluster', 'stream', 'consumer'],
          filters: [{ field: 'stream', op: '=', values: [stream] }],
          aggregate: 'last',
        },
      },
    },
    {
      refId: 'B',
      datasourceUid: '__expr__',
      model: { refId: 'B', type: 'reduce', expression: 'A', reducer: 'last', settings: { mode: 'dropNN' } },
    },
    {
      refId: 'C',
      datasourceUid: '__expr__',
      model: {
        refId: 'C',
        type: 'threshold',
        expression: 'B',
        conditions: [{ evaluator: { type: 'gt', params: [100] } }],
      },
    },
  ],
  for: '20s',
  noDataState: 'KeepLast',
  execErrState: 'Error',
  isPaused: false,
  annotations: { summary: '{{ $labels.stream }}/{{ $labels.consumer }}: {{ $values.B.Value }}' },
});

interface Rules {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly uid: string;
        readonly name: string;
        readonly state: string;
        readonly health: string;
        readonly lastError?: string;
        readonly alerts?: readonly {
          readonly state: string;
          readonly labels: Record<string, string>;
          readonly annotations: Record<string, string>;
        }[];
      }[];
    }[];
  };
}

async function ruleNow(request: APIRequestContext) {
  const path = `/api/prometheus/grafana/api/v1/rules?folder_uid=${folder}`;
  const { data } = await grafana<Rules>(request, 'GET', path);
  const found = data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === title);
  return {
    uid: found?.uid,
    state: found?.state ?? 'not evaluated',
    health: found?.health ?? '',
    error: found?.lastError ?? '',
    alert: found?.alerts?.find(({ labels }) => labels['consumer'] === consumer),
  };
}

test('a rule on a consumer’s lag goes pending, firing and normal again, on the server’s own figure', async ({
  page,
  as,
  world,
}) => {
  test.setTimeout(600_000);
  await as('admin');
  const { request } = page;
  await inShop(world, async ({ nc, jsm }) => {
    await jsm.streams.add({ name: stream, subjects: ['alerted.>'] });
    await jsm.consumers.add(stream, { durable_name: consumer, ack_policy: AckPolicy.Explicit });
    await request.delete(`/api/folders/${folder}?forceDeleteRules=true`);
    await grafana(request, 'POST', '/api/folders', { uid: folder, title: 'Tests' });
    const path = `/api/v1/provisioning/folder/${folder}/rule-groups/${encodeURIComponent(group)}`;
    await grafana(request, 'PUT', path, { title: group, folderUid: folder, interval: 10, rules: [rule()] });
    await expect.poll(() => ruleNow(request), { timeout: 120_000 }).toMatchObject({ state: 'inactive', health: 'ok' });

    const seen: string[] = [];
    const until = async (state: string) => {
      await expect
        .poll(
          async () => {
            const now = await ruleNow(request);
            if (seen.at(-1) !== now.state) seen.push(now.state);
            return now;
          },
          { timeout: 120_000, intervals: [500] },
        )
        .toMatchObject({ state, health: 'ok', error: '' });
      const { uid } = await ruleNow(request);
      await page.goto(`/alerting/grafana/${uid}/view`);
      await expect(page.getByText(title).first()).toBeVisible();
      await test.info().attach(state, { body: await page.screenshot(), contentType: 'image/png' });
    };
    for (let n = 0; n < messages; n++) await jetstream(nc).publish('alerted.one', String(n));
    await until('firing');
    const { alert } = await ruleNow(request);
    const { num_pending } = await jsm.consumers.info(stream, consumer);
    expect(num_pending).toBe(messages);
    expect(alert?.annotations['summary']).toBe(`${stream}/${consumer}: ${num_pending}`);

    const live = await jetstream(nc).consumers.get(stream, consumer);
    for await (const message of await live.fetch({ max_messages: messages })) message.ack();
    await until('inactive');
    expect(seen).toEqual(['inactive', 'pending', 'firing', 'inactive']);
    await request.delete(`/api/folders/${folder}?forceDeleteRules=true`);
    await jsm.streams.delete(stream);
  });
});
