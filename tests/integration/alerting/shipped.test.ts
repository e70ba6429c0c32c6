import { migrateQuery } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { panelsOf, readDashboards, targetsOf } from '../../../provisioning/boards';
import { firing, type Instance } from '../../../provisioning/evaluate';
import { readFile } from '../../../provisioning/read';
import { rulesFile, type Rule } from '../../../provisioning/schema';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { startNatsServer, type NatsServer } from '../setup/nats';
import { askOne, type Answered } from '../query/ask';
import { insertSamples } from '../query/samples';
import { moments, rowsOf, scenarios, type ClusterName } from './scenarios';

const rules = readFile('alerting/rules.yaml', rulesFile).groups.flatMap((group) => group.rules);
const boards = [...readDashboards().values()];

let api: TestApi;
let nats: NatsServer;

beforeAll(async () => {
  await makeTables();
  nats = await startNatsServer();
  api = await startTestApi();
  const add = (name: ClusterName) => addCluster(api, [name === 'prod' ? nats.url : 'nats://127.0.0.1:1'], { name });
  const clusters = {
    prod: await add('prod'),
    away: await add('away'),
    headless: await add('headless'),
    short: await add('short'),
    slow: await add('slow'),
    filling: await add('filling'),
    silent: await add('silent'),
  };
  const clickhouse = openClickHouse();
  try {
    for (const [table, rows] of rowsOf(api.organizationId, clusters)) await insertSamples(clickhouse, table, rows);
  } finally {
    await clickhouse.close();
  }
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

/** Frames as alerting reads them: a series by its labels, a table by the texts of its rows. */
function instancesOf(frames: readonly Answered[]): Instance[] {
  return frames.flatMap(({ fields }) => {
    const numbers = fields.filter(({ type }) => type === 'number');
    if (fields.some(({ type }) => type === 'time'))
      return numbers.map(({ labels, values }) => ({ labels, values: values as (number | null)[] }));
    const texts = fields.filter(({ type }) => type === 'string');
    return numbers.flatMap(({ values }) =>
      values.map((value, row) => ({
        labels: Object.fromEntries(
          texts.map(({ name, values: of }) => [name, String(of[row])]).filter(([, text]) => text !== ''),
        ),
        values: [value as number | null],
      })),
    );
  });
}

/** What fires at a moment, asked as Grafana asks: each query over its own time before the moment. */
async function evaluate(rule: Rule, at: number): Promise<Instance['labels'][] | null> {
  const answers = new Map<string, readonly Instance[]>();
  for (const part of rule.data) {
    if (!('relativeTimeRange' in part)) continue;
    const { from, to } = part.relativeTimeRange;
    const { intervalMs, maxDataPoints } = part.model;
    const range = { fromMs: at - from * 1000, toMs: at - to * 1000, intervalMs, maxDataPoints };
    const answer = await askOne(api, api.admin, range, migrateQuery(part.model).spec);
    expect(answer, part.refId).toMatchObject({ status: 200, error: undefined });
    answers.set(part.refId, instancesOf(answer.frames));
  }
  return firing(rule, answers);
}

it('every rule has what it is there for', () => {
  expect(Object.keys(scenarios).sort()).toEqual(
    rules
      .map(({ uid }) => uid)
      .filter((uid) => uid !== 'jsc-no-figures')
      .sort(),
  );
});

describe.each(rules.filter(({ uid }) => uid !== 'jsc-no-figures').map((rule) => [rule.uid, rule] as const))(
  'the rule %s',
  (uid, rule) => {
    it('fires for what is wrong, and for nothing else', async () => {
      expect(await evaluate(rule, moments.bad)).toEqual([scenarios[uid]?.labels]);
    });

    it('is quiet when all is well again', async () => {
      expect((await evaluate(rule, moments.good)) ?? []).toEqual([]);
    });

    it('knows nothing where nothing was sampled, and keeps its state', async () => {
      expect(await evaluate(rule, moments.before)).toBeNull();
      expect(rule.noDataState).toBe('KeepLast');
    });
  },
);

describe('the rule jsc-no-figures', () => {
  const rule = rules.find(({ uid }) => uid === 'jsc-no-figures');
  const at = (moment: number) => (rule ? evaluate(rule, moment) : Promise.reject(new Error('there is no such rule')));

  it('fires by having no data, which the other rules do not', async () => {
    expect(await at(moments.before)).toBeNull();
    expect(rule?.noDataState).toBe('Alerting');
  });

  it('is quiet while anything is collected, a cluster that cannot be reached included', async () => {
    expect(await at(moments.bad)).toEqual([]);
    expect(await at(moments.good)).toEqual([]);
  });
});

describe.each(boards.map((board) => [board.uid, board] as const))('the dashboard %s', (_, board) => {
  /** Everything chosen in every variable, which leaves the filters out. */
  const everything = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, inner: unknown) => (key === 'clusters' ? [] : key === 'filters' ? [] : inner)),
    );

  it('has queries that the engine answers, with figures where there are any', async () => {
    const range = { fromMs: moments.bad - 3 * 3_600_000, toMs: moments.bad, intervalMs: 60_000, maxDataPoints: 300 };
    const silent: string[] = [];
    for (const panel of panelsOf(board))
      for (const target of panel.targets) {
        const spec = everything(target.spec) as Record<string, unknown>;
        const answer = await askOne(api, api.admin, range, spec);
        expect([answer.status, answer.error], panel.title).toEqual([200, undefined]);
        const values = answer.frames.flatMap(({ fields }) =>
          fields.filter(({ type }) => type === 'number').flatMap((field) => field.values),
        );
        if (spec['kind'] === 'metrics' && values.every((value) => value === null)) silent.push(panel.title);
      }
    // Not every column has a sample here; a dashboard of which most panels are empty asks the wrong thing.
    expect(silent.length).toBeLessThan(panelsOf(board).length / 2);
  });

  it('has marks that the engine answers', async () => {
    const marks = targetsOf(board).filter(({ spec }) => spec['kind'] === 'events');
    expect(marks.length).toBeGreaterThan(0);
    for (const { spec } of marks) {
      const range = { fromMs: moments.before, toMs: moments.good };
      const answer = await askOne(api, api.admin, range, everything(spec) as Record<string, unknown>);
      expect([answer.status, answer.error]).toEqual([200, undefined]);
    }
  });
});
