import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  /** times a call; the returned function says how it went */
  start(call: string): (outcome: string) => void;
  response(status: number): void;
  readonly streams: { inc(): void; dec(): void };
  expose(): Promise<string>;
}

/** What the gateway says of itself; Grafana shows it at /api/plugins/<id>/metrics. */
export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'jetstream_gateway_' });
  const registers = [registry];
  const calls = new Histogram({
    name: 'jetstream_gateway_call_duration_seconds',
    help: 'Time of a call from Grafana until its answer, the console included',
    labelNames: ['call', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const responses = new Counter({
    name: 'jetstream_gateway_query_responses_total',
    help: 'Answers to single queries, by status',
    labelNames: ['status'],
    registers,
  });
  const streams = new Gauge({
    name: 'jetstream_gateway_live_streams',
    help: 'Live channels that run',
    registers,
  });
  return {
    start: (call) => {
      const end = calls.startTimer({ call });
      return (outcome) => void end({ outcome });
    },
    response: (status) => responses.inc({ status: String(status) }),
    streams: { inc: () => streams.inc(), dec: () => streams.dec() },
    expose: () => registry.metrics(),
  };
}
