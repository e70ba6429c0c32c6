import type { QuerySpecInput } from '@jetstream-console/contract';

export interface Example {
  readonly title: string;
  readonly why: string;
  readonly spec: QuerySpecInput;
}

/** Questions that people come with, each a query that runs as it stands. */
export const examples: readonly Example[] = [
  {
    title: 'Which streams get the most messages?',
    why: 'The increase of the last sequence over the time passed: limits and purges do not change it.',
    spec: { kind: 'metrics', metric: 'published', groupBy: ['cluster', 'stream'], top: 10 },
  },
  {
    title: 'Which consumers are behind?',
    why: 'Lag is num_pending of the consumer’s own leader: matching messages that were not delivered yet.',
    spec: { kind: 'metrics', metric: 'lag', groupBy: ['cluster', 'stream', 'consumer'], aggregate: 'max', top: 10 },
  },
  {
    title: 'When will they have caught up?',
    why: 'Seconds until the lag is gone, at the pace of the time range; nothing while it grows.',
    spec: {
      kind: 'metrics',
      metric: 'lag',
      groupBy: ['cluster', 'stream', 'consumer'],
      aggregate: 'max',
      forecast: 'drain',
      format: 'table',
    },
  },
  {
    title: 'Which streams are near their limit?',
    why: 'The larger of bytes and messages against their limits; streams without a limit are left out.',
    spec: { kind: 'metrics', metric: 'limit_use', groupBy: ['cluster', 'stream'], aggregate: 'max', top: 10 },
  },
  {
    title: 'Who redelivers?',
    why: 'Of the messages that wait for an acknowledgement, those that were delivered more than once.',
    spec: {
      kind: 'metrics',
      metric: 'redelivered',
      groupBy: ['cluster', 'stream', 'consumer'],
      aggregate: 'max',
      top: 10,
    },
  },
  {
    title: 'Which streams are there, by size?',
    why: 'What is there now, as a table.',
    spec: { kind: 'inventory', of: 'streams', sort: 'bytes', order: 'desc', limit: 50 },
  },
  {
    title: 'What did the servers report?',
    why: 'Advisories: leaders elected, quorum lost, deliveries given up, limits reached.',
    spec: { kind: 'events', of: ['advisories'], limit: 200 },
  },
];
