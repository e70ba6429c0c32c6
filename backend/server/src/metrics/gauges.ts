import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { BufferState } from './pipeline/buffer';

/** What a worker says of its collecting and ingesting, for Prometheus. */
export interface WorkerMetrics {
  collected(outcome: 'ok' | 'failed', seconds: number): void;
  /** clusters whose lease this worker holds */
  holding(clusters: number): void;
  ingesting(active: boolean): void;
  buffer(state: BufferState): void;
  samplesInserted(table: string, rows: number): void;
  /** put aside: ClickHouse refuses them for what they are */
  samplesRefused(table: string, rows: number): void;
  /** the full metrics stream refused them */
  samplesLost(rows: number): void;
  /** messages whose age took them before they were inserted */
  messagesExpired(messages: number): void;
  insertFailed(): void;
  expose(): Promise<{ type: string; body: string }>;
}

const prefix = 'jetstream_console_';

export function makeWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix });
  const collections = new Histogram({
    name: `${prefix}collection_duration_seconds`,
    help: 'Time of one collection of one cluster, from the first question to the rows in the metrics stream',
    labelNames: ['outcome'],
    registers,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  });
  const gauge = (name: string, help: string) => new Gauge({ name: `${prefix}${name}`, help, registers });
  const clusters = gauge('clusters_collected', 'Clusters whose lease this worker holds');
  const active = gauge('ingesting', '1 while this worker is the one that ingests');
  const messages = gauge('buffer_messages', 'Messages that wait in the metrics stream for ClickHouse');
  const bytes = gauge('buffer_bytes', 'Bytes that wait in the metrics stream for ClickHouse');
  const use = gauge(
    'buffer_use_ratio',
    'Share of the metrics stream that is in use; at 1 new samples are refused. Alert from 0.5 on',
  );
  const age = gauge('buffer_oldest_age_seconds', 'Age of the oldest message that waits; 0 while none does');
  const inserted = new Counter({
    name: `${prefix}samples_inserted_total`,
    help: 'Rows that went into ClickHouse',
    labelNames: ['table'],
    registers,
  });
  const refused = new Counter({
    name: `${prefix}samples_refused_total`,
    help: 'Rows that ClickHouse refused for what they are; they were put aside in the dead stream',
    labelNames: ['table'],
    registers,
  });
  const lost = new Counter({
    name: `${prefix}samples_lost_total`,
    help: 'Rows that the full metrics stream refused',
    registers,
  });
  const expired = new Counter({
    name: `${prefix}messages_expired_total`,
    help: 'Messages that waited longer than the metrics stream keeps them',
    registers,
  });
  const failures = new Counter({
    name: `${prefix}insert_failures_total`,
    help: 'Inserts that were tried again',
    registers,
  });
  return {
    collected: (outcome, seconds) => collections.observe({ outcome }, seconds),
    holding: (count) => clusters.set(count),
    ingesting: (on) => active.set(on ? 1 : 0),
    buffer: (state) => {
      messages.set(state.messages);
      bytes.set(state.bytes);
      use.set(state.use);
      age.set(state.oldest ? Math.max(0, (Date.now() - state.oldest.getTime()) / 1000) : 0);
    },
    samplesInserted: (table, rows) => inserted.inc({ table }, rows),
    samplesRefused: (table, rows) => refused.inc({ table }, rows),
    samplesLost: (rows) => lost.inc(rows),
    messagesExpired: (count) => expired.inc(count),
    insertFailed: () => failures.inc(),
    expose: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  };
}
