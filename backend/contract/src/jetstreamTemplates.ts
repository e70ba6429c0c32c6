import type { NatsConfig } from './jetstreamConfig';
import { requiredLevel } from './jetstreamLevels';

export interface StreamTemplate {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** name, subjects and replicas are for whoever uses it */
  readonly config: NatsConfig;
}

const second = 1_000_000_000;
const day = 86_400 * second;
const gigabyte = 1_073_741_824;

const templates: readonly StreamTemplate[] = [
  {
    id: 'event-log',
    title: 'Event log',
    description: 'Keeps everything for 30 days or 10 GB, whoever reads it; direct reads, compressed on disk.',
    config: {
      retention: 'limits',
      storage: 'file',
      discard: 'old',
      max_age: 30 * day,
      max_bytes: 10 * gigabyte,
      compression: 's2',
      allow_direct: true,
      duplicate_window: 120 * second,
    },
  },
  {
    id: 'work-queue',
    title: 'Work queue',
    description:
      'Each message goes once it is acknowledged; publishers are refused rather than work lost when it is full.',
    config: {
      retention: 'workqueue',
      storage: 'file',
      discard: 'new',
      max_bytes: gigabyte,
      allow_direct: true,
      duplicate_window: 120 * second,
    },
  },
  {
    id: 'last-value',
    title: 'Last values',
    description: 'Keeps the newest message of each subject, as a key-value bucket does.',
    config: {
      retention: 'limits',
      storage: 'file',
      discard: 'new',
      max_msgs_per_subject: 1,
      allow_rollup_hdrs: true,
      allow_direct: true,
      deny_delete: true,
    },
  },
  {
    id: 'iot',
    title: 'IoT readings',
    description: 'The last 100 readings of each device for a day at most, oldest out, one subject a device.',
    config: {
      retention: 'limits',
      storage: 'file',
      discard: 'old',
      max_msgs_per_subject: 100,
      max_age: day,
      max_bytes: gigabyte,
      max_msg_size: 65_536,
      compression: 's2',
      allow_direct: true,
    },
  },
  {
    id: 'dead-letters',
    title: 'Dead letters',
    description: 'What consumers gave up, for 90 days; deleted one by one when it is dealt with.',
    config: {
      retention: 'limits',
      storage: 'file',
      discard: 'old',
      max_age: 90 * day,
      max_bytes: gigabyte,
      allow_direct: true,
    },
  },
  {
    id: 'scheduled',
    title: 'Scheduled messages',
    description: 'Messages that are sent on at a time, or again and again (NATS 2.12 and newer).',
    config: {
      retention: 'limits',
      storage: 'file',
      discard: 'old',
      allow_msg_schedules: true,
      allow_msg_ttl: true,
      allow_rollup_hdrs: true,
      allow_direct: true,
    },
  },
  {
    id: 'counters',
    title: 'Counters',
    description: 'One distributed counter a subject (NATS 2.12 and newer).',
    config: { retention: 'limits', storage: 'file', discard: 'old', allow_msg_counter: true, allow_direct: true },
  },
];

/** Templates that a server of this api level can hold. */
export const streamTemplates = (level: number): readonly StreamTemplate[] =>
  templates.filter(({ config }) => requiredLevel('stream', config) <= level);
