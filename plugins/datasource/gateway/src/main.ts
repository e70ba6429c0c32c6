import { makeBackends } from './backend/backends';
import { handshakeLine, readHost, type Address, type Host } from './process/handshake';
import { makeLife } from './process/life';
import { catchConsole, makeLog } from './process/log';
import { makeMetrics } from './process/metrics';
import { makePlace, socketBase, sweep } from './process/sockets';
import { bind, makeServer } from './server';
import { gatewayVersion } from './version';

const oldestNode = 20;
/** how long running calls may take to end once the gateway stops; the host kills after 2 s */
const graceMs = 1000;
/** an open Live stream is checked this often, so that a change of rights reaches it within a minute */
const longestRecheckSeconds = 30;

const log = makeLog((line) => process.stderr.write(line));

/** Grafana's ini, section [plugin.natsconsole-jetstream-datasource]: a tighter check is possible, a looser one is not. */
function recheckMs(text: string | undefined): number {
  const seconds = Number(text);
  return (seconds > 0 ? Math.min(seconds, longestRecheckSeconds) : longestRecheckSeconds) * 1000;
}

async function listen(server: ReturnType<typeof makeServer>, host: Host, base: string | null): Promise<Address> {
  if (base !== null) {
    const place = makePlace(base);
    process.on('exit', place.remove);
    const address: Address = { network: 'unix', address: place.socket };
    await bind(server, address);
    return address;
  }
  for (let port = host.ports.min; port <= host.ports.max; port++) {
    const address: Address = { network: 'tcp', address: `127.0.0.1:${port}` };
    try {
      await bind(server, address);
      return address;
    } catch (error) {
      if (port === host.ports.max) throw error;
    }
  }
  throw new Error('Grafana names no ports to listen on.');
}

function fail(message: string): never {
  log.error(message);
  process.exit(1);
}

async function main(): Promise<void> {
  catchConsole(log);
  process.removeAllListeners('warning').on('warning', (warning) => log.warn(warning.message));
  // Whoever reads our log is gone with the host, and then so are we.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', () => undefined);
  process.on('uncaughtException', (error) => fail(error.stack ?? error.message));
  // Ctrl-C in Grafana's terminal reaches us too; Grafana stops us in its own order.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);

  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode)
    throw new Error(`Node ${process.versions.node} is too old: Node ${oldestNode} or newer is needed.`);
  const host = readHost(process.env);

  const backends = makeBackends(log);
  const life = makeLife(log, () => {
    const exit = () => process.exit(0);
    setTimeout(exit, graceMs).unref();
    void backends.close();
    server.tryShutdown(exit);
  });
  process.on('SIGTERM', () => life.end('it was asked to by a signal'));
  const server = makeServer({
    log,
    life,
    metrics: makeMetrics(),
    backendOf: backends.of,
    version: gatewayVersion,
    recheckMs: recheckMs(process.env['GF_PLUGIN_LIVE_RECHECK_SECONDS']),
  });
  const base = process.platform === 'win32' ? null : socketBase(host.socketDir);
  const address = await listen(server, host, base);
  process.stdout.write(handshakeLine(host, address));

  // The handshake is out: what may take time or fail comes after it.
  log.debug('the gateway is up', { version: gatewayVersion, node: process.versions.node, address: address.address });
  if (base !== null) {
    const gone = await sweep(base, address.address);
    if (gone > 0) log.info('took away what killed gateways left', { folders: gone });
  }
}

if (process.argv.includes('--version')) process.stdout.write(`${gatewayVersion}\n`);
else main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
