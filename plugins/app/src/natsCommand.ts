import {
  addCommand,
  shellWord,
  withoutServerLabels,
  type BodyIn,
  type Purge,
  type ResetTarget,
  type Routes,
} from '@jetstream-console/contract';

export { shellWord };

type Config = Readonly<Record<string, unknown>>;

export const streamAddCommand = (config: Config): string => addCommand('stream', '', config);

export const consumerAddCommand = (stream: string, config: Config): string => addCommand('consumer', stream, config);

const line = (...words: readonly (string | number)[]) => ['nats', ...words.map(String)].map(shellWord).join(' ');
const editing = (words: readonly string[], config: Config) =>
  `${line(...words, '--config', '/dev/stdin', '--force')} <<'EOF'\n${JSON.stringify(withoutServerLabels(config), null, 2)}\nEOF`;

export const streamEditCommand = (stream: string, config: Config) => editing(['stream', 'edit', stream], config);
export const consumerEditCommand = (stream: string, consumer: string, config: Config) =>
  editing(['consumer', 'edit', stream, consumer], config);

export const purgeCommand = (stream: string, { subject, seq, keep }: Purge) =>
  line(
    'stream',
    'purge',
    stream,
    ...(subject === undefined ? [] : ['--subject', subject]),
    ...(seq === undefined ? [] : ['--seq', seq]),
    ...(keep === undefined ? [] : ['--keep', keep]),
    '--force',
  );
export const sealCommand = (stream: string) => line('stream', 'seal', stream, '--force');
export const deleteStreamCommand = (stream: string) => line('stream', 'rm', stream, '--force');
export const stepDownStreamCommand = (stream: string, preferred?: string) =>
  line('stream', 'cluster', 'step-down', stream, ...(preferred === undefined ? [] : ['--preferred', preferred]));
export const peerRemoveCommand = (stream: string, peer: string) =>
  line('stream', 'cluster', 'peer-remove', stream, peer, '--force');

export const putKeyCommand = (bucket: string, key: string, value: string, basedOn: number | null) =>
  basedOn === null ? line('kv', 'put', bucket, key, value) : line('kv', 'update', bucket, key, value, basedOn);
export const createKeyCommand = (bucket: string, key: string, value: string) =>
  line('kv', 'create', bucket, key, value);
export const deleteKeyCommand = (bucket: string, key: string) => line('kv', 'del', bucket, key, '--force');
export const purgeKeyCommand = (bucket: string, key: string) => line('kv', 'purge', bucket, key, '--force');
export const revertKeyCommand = (bucket: string, key: string, revision: number) =>
  line('kv', 'revert', bucket, key, revision, '--force');
export const compactCommand = (bucket: string) => line('kv', 'compact', bucket, '--force');
export const deleteBucketCommand = (bucket: string) => line('kv', 'del', bucket, '--force');
export const watchCommand = (bucket: string, prefix: string) =>
  line('kv', 'watch', bucket, prefix === '' ? '>' : `${prefix.slice(0, prefix.lastIndexOf('.') + 1)}>`);

/** Both take a log-in of the system account. */
export const stepDownMetaCommand = (preferred?: string) =>
  line('server', 'cluster', 'step-down', ...(preferred === undefined ? [] : ['--host', preferred]));
export const removeServerCommand = (name: string) => line('server', 'cluster', 'peer-remove', name, '--force');

/** @param server its id: names are for people, and this takes none */
export const kickCommand = (cid: number, server: string) => line('server', 'request', 'kick', cid, server);

export const watchStoreCommand = (store: string) => line('object', 'watch', store);

export const getObjectCommand = (store: string, name: string) => line('object', 'get', store, name);
export const putObjectCommand = (store: string, file: string) => line('object', 'put', store, file);
export const deleteObjectCommand = (store: string, name: string) => line('object', 'rm', store, name, '--force');
export const sealStoreCommand = (store: string) => line('object', 'seal', store, '--force');
export const deleteStoreCommand = (store: string) => line('object', 'rm', store, '--force');

/** @param until ISO 8601; the CLI reads a time of UTC, to the second */
export const pauseCommand = (stream: string, consumer: string, until: string) =>
  line('consumer', 'pause', stream, consumer, until.slice(0, 19).replace('T', ' '), '--force');
export const resumeCommand = (stream: string, consumer: string) =>
  line('consumer', 'resume', stream, consumer, '--force');
/** The CLI knows sequences alone: a time is given as the sequence that it was found to mean. */
export const resetCommand = (stream: string, consumer: string, target: ResetTarget, seq: number) =>
  line(
    'consumer',
    'reset',
    stream,
    consumer,
    ...(target.to === 'ack_floor' ? [] : ['--sequence', target.to === 'sequence' ? target.seq : seq]),
    '--force',
  );
export const unpinCommand = (stream: string, consumer: string, group: string) =>
  line('consumer', 'unpin', stream, consumer, group, '--force');
export const deleteConsumerCommand = (stream: string, consumer: string) =>
  line('consumer', 'rm', stream, consumer, '--force');
export const stepDownConsumerCommand = (stream: string, consumer: string) =>
  line('consumer', 'cluster', 'step-down', stream, consumer);

/** The CLI erases; it knows no deletion without that. */
export const deleteMessageCommand = (stream: string, seq: number) => line('stream', 'rmm', stream, seq, '--force');

/** Commands in headers are headers to the CLI; what the stream acknowledged it prints with `--jetstream`. */
export function publishCommand(body: BodyIn<Routes['publishMessage']>): string {
  const { subject, payload, headers = [], messageId, expect = {}, ttl, schedule, increment } = body;
  const header = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : ['-H', `${name}:${value}`];
  return line(
    'pub',
    '--jetstream',
    '--no-templates',
    subject,
    payload.data,
    ...headers.flatMap(({ name, value }) => header(name, value)),
    ...header('Nats-Msg-Id', messageId),
    ...header('Nats-Expected-Last-Sequence', expect.lastSequence),
    ...header('Nats-Expected-Last-Subject-Sequence', expect.lastSubjectSequence),
    ...header('Nats-TTL', typeof ttl === 'number' ? `${ttl}s` : ttl),
    ...header('Nats-Schedule', schedule?.pattern),
    ...header('Nats-Schedule-Target', schedule?.target),
    ...header('Nats-Incr', increment),
  );
}
