import { createServer, type Server } from 'node:http';
import type { Logger } from './log';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
  /** each rejects with the reason while what it looks at is away */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  expose(): Promise<{ type: string; body: string }>;
}

/** What a worker says to Prometheus and to whoever watches over it: /metrics, /health/live, /health/ready. */
export async function serveWorker({
  host,
  port,
  log,
  checks,
  expose,
}: Options): Promise<{ port: number; close(): Promise<void> }> {
  const ready = async (): Promise<{ ok: boolean; down: Record<string, string> }> => {
    const down: Record<string, string> = {};
    await Promise.all(
      Object.entries(checks).map(([name, check]) =>
        check().catch((error: unknown) => {
          down[name] = error instanceof Error ? error.message : String(error);
        }),
      ),
    );
    return { ok: Object.keys(down).length === 0, down };
  };
  const answer = async (url: string): Promise<{ status: number; type: string; body: string }> => {
    if (url === '/metrics') return { status: 200, ...(await expose()) };
    if (url === '/health/live') return { status: 200, type: 'application/json', body: '{"status":"ok"}' };
    if (url === '/health/ready') {
      const { ok, down } = await ready();
      return {
        status: ok ? 200 : 503,
        type: 'application/json',
        body: JSON.stringify({ status: ok ? 'ok' : 'unavailable', down }),
      };
    }
    return { status: 404, type: 'text/plain', body: 'There is /metrics, /health/live and /health/ready.' };
  };
  const server: Server = createServer((req, res) => {
    answer((req.url ?? '').split('?')[0] ?? '').then(
      ({ status, type, body }) => res.writeHead(status, { 'content-type': type }).end(body),
      (error: unknown) => {
        log.warn({ err: error }, 'a question about this worker could not be answered');
        res.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
