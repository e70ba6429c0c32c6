import type { NatsConfig } from './jetstreamConfig';
import type { AssetKind } from './jetstreamLevels';
import { withoutServerLabels } from './jetstreamOverlay';

/** One word for a POSIX shell: quoted where it holds anything that a shell would read. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:=@%+-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

/**
 * A command of the `nats` CLI that makes the same asset elsewhere; the configuration goes in by a here-document.
 * @param json the configuration as text, where numbers in it must stay exact
 */
export function addCommand(
  kind: AssetKind,
  stream: string,
  config: NatsConfig,
  json = JSON.stringify(withoutServerLabels(config), null, 2),
): string {
  const name = String(config['name'] ?? config['durable_name']);
  const words = kind === 'stream' ? ['nats', 'stream', 'add', name] : ['nats', 'consumer', 'add', stream, name];
  return `${words.map(shellWord).join(' ')} --config /dev/stdin <<'EOF'\n${json}\nEOF`;
}
