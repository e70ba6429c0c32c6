import {
  byteLimit,
  countLimit,
  list,
  oneOf,
  pairs,
  plain,
  span,
  spans,
  timeLimit,
  when,
  yesNo,
  type FieldGroup,
} from './words';

/** Fields of a consumer's configuration, by what they are for (nats-server `ConsumerConfig`). */
export const consumerFields: readonly FieldGroup[] = [
  {
    title: 'What it takes',
    fields: [
      { key: 'filter_subject', label: 'Subject', show: plain, help: 'Only messages of this subject are delivered.' },
      { key: 'filter_subjects', label: 'Subjects', show: list, help: 'Only messages of these subjects are delivered.' },
      {
        key: 'deliver_policy',
        label: 'Began with',
        show: oneOf({
          all: 'the oldest message',
          last: 'the last message',
          new: 'messages after it was made',
          by_start_sequence: 'a sequence',
          by_start_time: 'a time',
          last_per_subject: 'the last message of each subject',
        }),
        help: 'Where in the stream it started when it was made.',
      },
      { key: 'opt_start_seq', label: 'Start sequence', show: plain, help: 'With by_start_sequence.' },
      { key: 'opt_start_time', label: 'Start time', show: when, help: 'With by_start_time.' },
      {
        key: 'replay_policy',
        label: 'Pace',
        show: oneOf({ instant: 'as fast as it can', original: 'as the messages came in' }),
        help: 'How old messages are played back.',
      },
      { key: 'headers_only', label: 'Headers only', show: yesNo, help: 'Payloads are left out.' },
    ],
  },
  {
    title: 'How it is acknowledged',
    fields: [
      {
        key: 'ack_policy',
        label: 'Acknowledgement',
        show: oneOf({
          none: 'delivered counts as done',
          all: 'one acknowledgement stands for all before it',
          explicit: 'each message by itself',
          flow_control: 'by the flow control of the stream that sources from it',
        }),
        help: 'Without one a message is delivered again.',
      },
      {
        key: 'ack_wait',
        label: 'Delivered again after',
        show: span('no time set'),
        help: 'The time a client has to acknowledge.',
      },
      {
        key: 'backoff',
        label: 'Then waits',
        show: spans,
        help: 'Takes the place of the time above, one step for each delivery.',
      },
      {
        key: 'max_deliver',
        label: 'Given up after',
        show: (value) => (countLimit(value) === 'no limit' ? 'never' : `${countLimit(value)} deliveries`),
        help: 'Then the message is left behind, and an advisory is sent.',
      },
      {
        key: 'max_ack_pending',
        label: 'Most unacknowledged',
        show: countLimit,
        help: 'Nothing more is delivered while that many are out.',
      },
      {
        key: 'sample_freq',
        label: 'Acknowledgements sampled',
        show: plain,
        help: 'How many of them are sent as advisories.',
      },
    ],
  },
  {
    title: 'How it is delivered',
    fields: [
      {
        key: 'deliver_subject',
        label: 'Pushed to',
        show: plain,
        absent: 'nobody: clients pull',
        help: 'Where a push consumer sends its messages.',
      },
      {
        key: 'deliver_group',
        label: 'Queue group',
        show: plain,
        help: 'Subscribers of this group share the messages.',
      },
      { key: 'flow_control', label: 'Flow control', show: yesNo, help: 'The client says when it is ready for more.' },
      {
        key: 'idle_heartbeat',
        label: 'Heartbeat every',
        show: span('never'),
        help: 'Sent while there is nothing to deliver.',
      },
      {
        key: 'rate_limit_bps',
        label: 'At most',
        show: (value) => (byteLimit(value) === 'no limit' ? 'no limit' : `${plain(value)} bits per second`),
        help: 'Of a push consumer.',
      },
      {
        key: 'max_waiting',
        label: 'Most waiting pulls',
        show: countLimit,
        help: 'More requests than these are refused.',
      },
      { key: 'max_batch', label: 'Largest pull', show: countLimit, help: 'Messages that one request may ask for.' },
      { key: 'max_expires', label: 'Longest pull', show: timeLimit, help: 'How long one request may wait.' },
      { key: 'max_bytes', label: 'Most bytes of a pull', show: byteLimit, help: 'That one request may ask for.' },
      {
        key: 'priority_policy',
        label: 'Priority',
        show: oneOf({
          none: 'all clients alike',
          overflow: 'some take what others leave',
          pinned_client: 'one client at a time',
          prioritized: 'by number',
        }),
        help: 'Which of several clients is served.',
      },
      { key: 'priority_groups', label: 'Priority groups', show: list, help: 'Groups that clients pull in.' },
      {
        key: 'priority_timeout',
        label: 'Pinned client is replaced after',
        show: span('no time set'),
        help: 'When it stops pulling.',
      },
    ],
  },
  {
    title: 'How long it lives',
    fields: [
      {
        key: 'durable_name',
        label: 'Durable name',
        show: plain,
        absent: 'none: it goes when nobody uses it',
        help: 'A durable consumer stays until it is deleted.',
      },
      {
        key: 'inactive_threshold',
        label: 'Removed when idle for',
        show: span('never'),
        help: 'No client for that long, and it goes.',
      },
      {
        key: 'num_replicas',
        label: 'Copies of its state',
        show: (value) => (value === 0 ? 'as many as the stream' : plain(value)),
        help: 'Servers that know how far it is.',
      },
      {
        key: 'mem_storage',
        label: 'State in memory',
        show: yesNo,
        help: 'Its position is lost when its servers stop.',
      },
      { key: 'pause_until', label: 'Paused until', show: when, help: 'Nothing is delivered before.' },
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
