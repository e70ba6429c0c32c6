/** hashicorp/go-plugin's own protocol, and Grafana's plugin protocol over it */
const coreVersion = 1;
const appVersion = 2;
const cookie = { key: 'grafana_plugin_type', value: 'datasource' } as const;

export interface Host {
  /** where the socket goes, where the host names a place */
  readonly socketDir: string | undefined;
  /** for platforms without unix sockets */
  readonly ports: { readonly min: number; readonly max: number };
  /** the host asked whether one connection may carry the broker's streams too */
  readonly asksMultiplex: boolean;
}

const port = (text: string | undefined, fallback: number): number => {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 && value < 65_536 ? value : fallback;
};

/**
 * What the host says in the environment it starts us with.
 * @throws Error when this was not started by a Grafana that speaks our protocol
 */
export function readHost(env: NodeJS.ProcessEnv): Host {
  if (env[cookie.key] !== cookie.value)
    throw new Error(
      'This is the server side of a Grafana datasource. Grafana starts it by itself: install the plugin there instead of running this file.',
    );
  const offered = (env['PLUGIN_PROTOCOL_VERSIONS'] ?? '').split(',').map(Number);
  if (!offered.includes(appVersion))
    throw new Error(
      `This Grafana speaks version ${env['PLUGIN_PROTOCOL_VERSIONS'] ?? 'none'} of the plugin protocol, and this plugin version ${appVersion}. Install a version of the plugin that fits this Grafana.`,
    );
  if (env['PLUGIN_CLIENT_CERT'])
    throw new Error('This host wants its plugins to speak TLS, which Grafana does not and this plugin cannot.');
  return {
    socketDir: env['PLUGIN_UNIX_SOCKET_DIR'] || undefined,
    ports: { min: port(env['PLUGIN_MIN_PORT'], 10_000), max: port(env['PLUGIN_MAX_PORT'], 25_000) },
    asksMultiplex: env['PLUGIN_MULTIPLEX_GRPC'] !== undefined,
  };
}

export interface Address {
  readonly network: 'unix' | 'tcp';
  readonly address: string;
}

/** The one line of stdout. */
export function handshakeLine(host: Host, { network, address }: Address): string {
  const fields = [coreVersion, appVersion, network, address, 'grpc', ''];
  return `${[...fields, ...(host.asksMultiplex ? ['false'] : [])].join('|')}\n`;
}
