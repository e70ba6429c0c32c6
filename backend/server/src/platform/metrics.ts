import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What this process says of itself at /metrics. */
export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void;
  refused(reason: 'address_limit' | 'identity'): void;
  natsConnections(state: string, count: number): void;
  expose(): Promise<{ type: string; body: string }>;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'jetstream_console_' });
  const requests = new Histogram({
    name: 'jetstream_console_http_request_duration_seconds',
    help: 'Time from the request to its answer, by route',
    registers: [registry],
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const refusals = new Counter({
    name: 'jetstream_console_http_refused_total',
    help: 'Requests refused before a route was reached',
    registers: [registry],
    labelNames: ['reason'],
  });
  const connections = new Gauge({
    name: 'jetstream_console_nats_connections',
    help: 'Connections to managed clusters, by state',
    registers: [registry],
    labelNames: ['state'],
  });
  return {
    request: (route, method, status, seconds) => requests.observe({ route, method, status: String(status) }, seconds),
    refused: (reason) => refusals.inc({ reason }),
    natsConnections: (state, count) => connections.set({ state }, count),
    expose: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  };
}
