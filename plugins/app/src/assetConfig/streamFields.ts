import {
  byteLimit,
  countLimit,
  list,
  oneOf,
  pairs,
  plain,
  sequenceFrom,
  span,
  timeLimit,
  yesNo,
  type FieldGroup,
  type Show,
} from './words';

type Source = {
  name?: unknown;
  filter_subject?: unknown;
  opt_start_seq?: unknown;
  opt_start_time?: unknown;
  subject_transforms?: unknown;
  external?: { api?: unknown };
};

const source: Show = (value) => {
  if (typeof value !== 'object' || value === null) return plain(value);
  const { name, filter_subject, opt_start_seq, opt_start_time, subject_transforms, external } = value as Source;
  return [
    plain(name),
    filter_subject ? `only ${plain(filter_subject)}` : '',
    opt_start_seq ? `from sequence ${plain(opt_start_seq)}` : '',
    opt_start_time ? `from ${plain(opt_start_time)}` : '',
    external ? `through ${plain(external.api)}` : '',
    Array.isArray(subject_transforms) ? `renamed by ${subject_transforms.map(transform).join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
};
const sources: Show = (value) => (Array.isArray(value) ? value.map(source).join('; ') : plain(value));
const transform: Show = (value) => {
  if (typeof value !== 'object' || value === null) return plain(value);
  const { src, dest, headers_only } = value as { src?: unknown; dest?: unknown; headers_only?: unknown };
  return `${plain(src || '>')} to ${plain(dest)}${headers_only === true ? ', headers only' : ''}`;
};
const placement: Show = (value) => {
  if (typeof value !== 'object' || value === null) return plain(value);
  const { cluster, tags } = value as { cluster?: unknown; tags?: unknown };
  return (
    [cluster ? `cluster ${plain(cluster)}` : '', Array.isArray(tags) && tags.length > 0 ? `tags ${list(tags)}` : '']
      .filter((part) => part !== '')
      .join(', ') || 'anywhere'
  );
};
const consumerLimits: Show = (value) => {
  if (typeof value !== 'object' || value === null) return plain(value);
  const { inactive_threshold, max_ack_pending } = value as Record<string, unknown>;
  return (
    [
      inactive_threshold ? `removed when idle for ${span('no time')(inactive_threshold)}` : '',
      max_ack_pending ? `${countLimit(max_ack_pending)} unacknowledged` : '',
    ]
      .filter((part) => part !== '')
      .join(', ') || 'none'
  );
};

/** Fields of a stream's configuration, by what they are for (nats-server `StreamConfig`). */
export const streamFields: readonly FieldGroup[] = [
  {
    title: 'What goes in',
    fields: [
      {
        key: 'subjects',
        label: 'Subjects',
        show: list,
        absent: 'none of its own',
        help: 'Messages published to these are stored. No two streams of an account may claim the same subject.',
      },
      {
        key: 'mirror',
        label: 'Mirror of',
        show: source,
        help: 'Every message is copied from there with its sequence; nothing is published here.',
      },
      {
        key: 'sources',
        label: 'Sources',
        show: sources,
        help: 'Messages are copied from there and get sequences of their own here.',
      },
      {
        key: 'subject_transform',
        label: 'Renamed on arrival',
        show: transform,
        help: 'The subject is rewritten before a message is stored.',
      },
      {
        key: 'max_msg_size',
        label: 'Largest message',
        show: byteLimit,
        help: 'A larger one is refused when it is published, headers included.',
      },
      {
        key: 'duplicate_window',
        label: 'Duplicates are dropped for',
        show: span('not at all'),
        help: 'A second message with the same Nats-Msg-Id within this time is acknowledged and not stored again.',
      },
      {
        key: 'no_ack',
        label: 'Publishers get no acknowledgement',
        show: yesNo,
        absent: 'no',
        help: 'If yes, a publisher cannot know whether its message was stored.',
      },
      {
        key: 'first_seq',
        label: 'First sequence',
        show: sequenceFrom('1'),
        help: 'Where the count began when the stream was made.',
      },
    ],
  },
  {
    title: 'How long it stays',
    fields: [
      {
        key: 'retention',
        label: 'Kept',
        show: oneOf({
          limits: 'until a limit below is met',
          interest: 'until every consumer that wants it has acknowledged',
          workqueue: 'until one consumer has acknowledged',
        }),
        help: 'When a message goes. It goes at a limit below too, whatever stands here.',
      },
      {
        key: 'max_age',
        label: 'Longest age',
        show: timeLimit,
        absent: 'no limit',
        help: 'Older messages are removed.',
      },
      {
        key: 'max_bytes',
        label: 'Most bytes',
        show: byteLimit,
        help: 'Of one copy, headers and overhead included. Also reserved in the account.',
      },
      { key: 'max_msgs', label: 'Most messages', show: countLimit, help: 'Counted over all subjects.' },
      {
        key: 'max_msgs_per_subject',
        label: 'Most messages of one subject',
        show: countLimit,
        absent: 'no limit',
        help: '1 keeps the last value of each subject, as a KV bucket does.',
      },
      {
        key: 'discard',
        label: 'When full',
        show: oneOf({ old: 'the oldest messages go', new: 'new messages are refused' }),
        help: 'What happens at the most bytes or messages.',
      },
      {
        key: 'discard_new_per_subject',
        label: 'Refuse by subject too',
        show: yesNo,
        help: 'With "new": a subject that holds its most messages refuses more.',
      },
      {
        key: 'allow_msg_ttl',
        label: 'Messages may set their own age',
        show: yesNo,
        help: 'The header Nats-TTL is obeyed.',
      },
      {
        key: 'subject_delete_marker_ttl',
        label: 'Markers stay for',
        show: span('none are left'),
        help: "When a subject's last message goes by age, the server leaves a marker for this long.",
      },
    ],
  },
  {
    title: 'Where it lies',
    fields: [
      {
        key: 'storage',
        label: 'Storage',
        show: oneOf({ file: 'on disk', memory: 'in memory, gone when all its servers stop' }),
        help: 'Cannot be changed later.',
      },
      {
        key: 'num_replicas',
        label: 'Copies',
        show: plain,
        help: 'Servers that hold it. A majority has to be up for it to take messages: 3 survive the loss of one.',
      },
      {
        key: 'placement',
        label: 'Placed on',
        show: placement,
        help: 'Servers are chosen among those of this cluster and with all these tags.',
      },
      {
        key: 'compression',
        label: 'Compression',
        show: oneOf({ none: 'as it came', s2: 'packed on disk' }),
        absent: 'none',
        help: 'On disk only; clients see nothing of it.',
      },
      {
        key: 'persist_mode',
        label: 'Written',
        show: oneOf({
          default: 'before it is acknowledged',
          async: 'after it is acknowledged; a crash may lose the last ones',
        }),
        help: 'When a message reaches the disk.',
      },
    ],
  },
  {
    title: 'What may be done',
    fields: [
      {
        key: 'sealed',
        label: 'Sealed',
        show: yesNo,
        help: 'If yes, nothing can be added or removed any more, and that cannot be undone.',
      },
      {
        key: 'deny_delete',
        label: 'Single messages cannot be deleted',
        show: yesNo,
        help: 'Cannot be taken back once set.',
      },
      { key: 'deny_purge', label: 'Cannot be purged', show: yesNo, help: 'Cannot be taken back once set.' },
      {
        key: 'allow_rollup_hdrs',
        label: 'Roll-up allowed',
        show: yesNo,
        help: 'A message with Nats-Rollup may replace all earlier ones of its subject, or of the stream.',
      },
      {
        key: 'allow_direct',
        label: 'Direct get',
        show: yesNo,
        absent: 'no',
        help: 'Any copy answers reads of single messages, not the leader alone: faster, and possibly a moment behind.',
      },
      {
        key: 'mirror_direct',
        label: 'Mirror answers direct gets',
        show: yesNo,
        help: 'Reads of the mirrored stream may be answered here.',
      },
      {
        key: 'allow_atomic',
        label: 'Atomic batches',
        show: yesNo,
        help: 'Several messages may be published as all or nothing.',
      },
      {
        key: 'allow_batched',
        label: 'Fast batches',
        show: yesNo,
        help: 'Messages may be published in batches that are acknowledged together.',
      },
      {
        key: 'allow_msg_counter',
        label: 'Counters',
        show: yesNo,
        help: 'Each subject is a counter that messages add to.',
      },
      {
        key: 'allow_msg_schedules',
        label: 'Scheduled messages',
        show: yesNo,
        help: 'Messages may ask to be published again later.',
      },
    ],
  },
  {
    title: 'Who reads it',
    fields: [
      { key: 'max_consumers', label: 'Most consumers', show: countLimit, help: 'More are refused.' },
      {
        key: 'consumer_limits',
        label: 'Limits of consumers',
        show: consumerLimits,
        help: 'Defaults of consumers that set none, and the most that any may set.',
      },
      {
        key: 'republish',
        label: 'Published again',
        show: transform,
        help: 'Each stored message is sent on to plain subscribers under this subject.',
      },
    ],
  },
  {
    title: 'What it is called',
    fields: [
      { key: 'name', label: 'Name', show: plain, help: 'Cannot be changed later.' },
      { key: 'description', label: 'Description', show: plain, help: 'For people.' },
      {
        key: 'metadata',
        label: 'Labels',
        show: pairs,
        help: 'For tools and people. What begins with _nats. is the server’s own.',
      },
    ],
  },
];
