/** One word for a POSIX shell: quoted where it holds anything that a shell would read. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:=@%+-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

/** The server writes these by itself; given back to it they mean nothing. */
function withoutServerMetadata(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { metadata, ...rest } = config;
  if (typeof metadata !== 'object' || metadata === null) return { ...config };
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => !key.startsWith('_nats.')));
  return Object.keys(own).length === 0 ? rest : { ...rest, metadata: own };
}

/** A command of the `nats` CLI that makes the same asset elsewhere; the configuration goes in by a here-document. */
function addCommand(words: readonly string[], config: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(withoutServerMetadata(config), null, 2);
  return `${words.map(shellWord).join(' ')} --config /dev/stdin <<'EOF'\n${json}\nEOF`;
}

export const streamAddCommand = (config: Readonly<Record<string, unknown>>): string =>
  addCommand(['nats', 'stream', 'add', String(config['name'])], config);

export const consumerAddCommand = (stream: string, config: Readonly<Record<string, unknown>>): string =>
  addCommand(['nats', 'consumer', 'add', stream, String(config['name'] ?? config['durable_name'])], config);
