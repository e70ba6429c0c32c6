import { isFull } from '../metrics/eta';
import { bytes, count, duration, grade, percent } from './say';
import type { Finding, Rule, StreamNow, World } from './world';

const subject = ({ stream, account }: StreamNow) => ({ kind: 'stream', stream, account }) as const;
const known = (world: World) => world.streams.filter(({ state }) => state === 'ok');

const leaderless: Rule = {
  id: 'stream_leaderless',
  source: 'nats server check stream; advisory STREAM.QUORUM_LOST',
  holds: { of: 'stream', sql: "state = 'leaderless'" },
  find: ({ streams }) =>
    streams
      .filter(({ state }) => state === 'leaderless')
      .map((s) => ({
        severity: 'critical',
        title: `${s.stream} has no leader`,
        subject: subject(s),
        evidence: 'Every server that answered holds a copy and names no leader: publishes and deliveries stand still.',
        cure: 'Bring the servers that hold its replicas back. Where a majority is lost for good, remove the dead peers with "nats stream cluster peer-remove".',
      })),
};

const unknown: Rule = {
  id: 'stream_unknown',
  source: 'STREAM.LIST missing and offline',
  holds: { of: 'stream', sql: "state IN ('unknown', 'missing', 'offline')" },
  find: ({ streams }) =>
    streams
      .filter(({ state }) => state === 'unknown' || state === 'missing' || state === 'offline')
      .map((s) => ({
        severity: s.state === 'offline' ? 'critical' : 'warning',
        title: `Nothing is known of ${s.stream}`,
        subject: subject(s),
        evidence:
          s.state === 'offline'
            ? 'The servers name it, and none of them can load it.'
            : 'The servers name it, and its leader does not answer.',
        cure:
          s.state === 'offline'
            ? 'Update the servers: a stream is offline where it needs a newer server than those that hold it.'
            : 'Look at the server that leads it: is it up, and can the others reach it? "nats stream cluster step-down" chooses another leader.',
      })),
};

/** field.md 5.1: warn 0.8, critical 0.9; jsm.go audit JETSTREAM_003 */
const nearLimit: Rule = {
  id: 'stream_near_limit',
  source: 'jsm.go audit JETSTREAM_003',
  holds: { of: 'stream', sql: 'limit_use >= 0.8' },
  find: (world) =>
    known(world).flatMap((s): Finding[] => {
      const severity = grade(s.limitUse, 0.8, 0.9);
      if (severity === null || s.limitUse === null) return [];
      const byBytes = s.maxBytes !== null && s.maxBytes > 0 && (s.bytes ?? 0) / s.maxBytes >= s.limitUse - 1e-9;
      const evidence = byBytes
        ? `${bytes(s.bytes ?? 0)} of ${bytes(s.maxBytes ?? 0)} (${percent(s.limitUse)})`
        : `${count(s.messages ?? 0)} of ${count(s.maxMessages ?? 0)} messages (${percent(s.limitUse)})`;
      return [
        {
          severity,
          title: `${s.stream} is near its limit`,
          subject: subject(s),
          evidence,
          cure:
            s.discard === 'new'
              ? 'At the limit publishes are refused (discard new). Raise the limit, let consumers catch up, or purge.'
              : 'At the limit the oldest messages are dropped (discard old). Raise the limit if they are still needed.',
        },
      ];
    }),
};

const day = 86_400;
/** field.md 5.1, ETA to limit: under 24 h warn, under 4 h critical */
const limitEta: Rule = {
  id: 'stream_limit_eta',
  source: 'field.md 5.1 ETA to limit',
  find: (world) =>
    known(world).flatMap((s): Finding[] => {
      const left = [
        { limit: s.maxBytes, now: s.bytes, slope: s.bytesSlope, say: bytes },
        { limit: s.maxMessages, now: s.messages, slope: s.messagesSlope, say: (n: number) => `${count(n)} messages` },
      ].flatMap(({ limit, now, slope, say }) =>
        limit !== null && limit > 0 && now !== null && !isFull(now, limit) && slope !== null && slope > 0
          ? [
              {
                seconds: (limit - now) / slope,
                text: `${say(limit - now)} left, growing by ${say(slope * 3600)} an hour`,
              },
            ]
          : [],
      );
      const [first] = left.sort((a, b) => a.seconds - b.seconds);
      if (!first || first.seconds >= day) return [];
      return [
        {
          severity: first.seconds < 4 * 3600 ? 'critical' : 'warning',
          title: `${s.stream} meets its limit in ${duration(first.seconds)}`,
          subject: subject(s),
          evidence: first.text,
          cure:
            s.discard === 'new'
              ? 'Then publishes are refused. Raise the limit, or find out what publishes more than usual.'
              : 'Then the oldest messages go. Raise the limit if consumers still need them.',
          sinceMs: null,
        },
      ];
    }),
};

const manyConsumers: Rule = {
  id: 'stream_consumer_limit',
  source: 'jsm.go audit JETSTREAM_003',
  holds: { of: 'stream', sql: 'max_consumers > 0 AND consumer_count >= 0.8 * max_consumers' },
  find: (world) =>
    known(world).flatMap((s): Finding[] => {
      if (s.maxConsumers === null || s.maxConsumers <= 0 || s.consumers === null) return [];
      const severity = grade(s.consumers / s.maxConsumers, 0.8, 0.9);
      return severity === null
        ? []
        : [
            {
              severity,
              title: `${s.stream} has nearly as many consumers as it may`,
              subject: subject(s),
              evidence: `${count(s.consumers)} of ${count(s.maxConsumers)} consumers`,
              cure: 'Delete consumers that nobody uses (idle ones are listed first by last delivery), or raise max_consumers (where the stream sets none, 2.15 and newer allow default_max_consumers of the server).',
            },
          ];
    }),
};

/** jsm.go audit JETSTREAM_002 */
const subjectLimit = 1_000_000;
const manySubjects: Rule = {
  id: 'stream_many_subjects',
  source: 'jsm.go audit JETSTREAM_002',
  holds: { of: 'stream', sql: `num_subjects > ${subjectLimit}` },
  find: (world) =>
    known(world)
      .filter(({ subjects }) => (subjects ?? 0) > subjectLimit)
      .map((s) => ({
        severity: 'warning',
        title: `${s.stream} holds very many subjects`,
        subject: subject(s),
        evidence: `${count(s.subjects ?? 0)} subjects; above ${count(subjectLimit)} the server's index of them takes much memory`,
        cure: 'Spread subjects over several streams, or set max_age so that old ones go.',
      })),
};

const replicas: Rule = {
  id: 'stream_replicas_behind',
  source: 'jsm.go audit JETSTREAM_001',
  holds: { of: 'stream', sql: 'replicas_behind > 0' },
  find: (world) =>
    known(world)
      .filter(({ replicasBehind }) => (replicasBehind ?? 0) > 0)
      .map((s) => ({
        severity: 'critical',
        title: `${s.stream} has replicas that are not current`,
        subject: subject(s),
        evidence: `${count(s.replicasBehind ?? 0)} of ${count(Math.max(0, (s.replicas ?? 1) - 1))} followers are offline, not current, or more than 200 entries behind (largest lag ${count(s.replicaLag ?? 0)})`,
        cure: 'Look at the servers of the followers: are they up, is their disk slow? One more failure may stop the stream.',
      })),
};

/** field.md 5.1: a lag that stays */
const sourceLimit = 1000;
const sources: Rule = {
  id: 'stream_source_lag',
  source: 'Insights JETSTREAM_017',
  holds: { of: 'stream', sql: `source_lag >= ${sourceLimit}` },
  find: (world) =>
    known(world)
      .filter(({ minSourceLag }) => (minSourceLag ?? 0) >= sourceLimit)
      .map((s) => ({
        severity: 'warning',
        title: `${s.stream} lags behind its origin`,
        subject: subject(s),
        evidence: `${count(s.sourceLag ?? 0)} messages behind, and never less than ${count(s.minSourceLag ?? 0)} in the last ${duration(world.windowMs / 1000)}`,
        cure: 'Check the connection to the origin (leaf node, gateway, credentials), and whether the origin publishes faster than this stream can store.',
      })),
};

const evenReplicas: Rule = {
  id: 'stream_even_replicas',
  source: 'field.md 1.3: even numbers are accepted and pointless',
  find: (world) =>
    known(world)
      .filter(({ replicas: n }) => n !== null && n > 1 && n % 2 === 0)
      .map((s) => ({
        severity: 'info',
        title: `${s.stream} has an even number of replicas`,
        subject: subject(s),
        evidence: `${s.replicas} replicas survive the loss of as many servers as ${(s.replicas ?? 2) - 1} do`,
        cure: `Set num_replicas to ${(s.replicas ?? 2) + 1} for more safety, or to ${(s.replicas ?? 2) - 1} for less work.`,
        sinceMs: null,
      })),
};

const idleSeconds = 30 * day;
const idleReplicated: Rule = {
  id: 'stream_idle_replicated',
  source: 'Insights: over-replicated idle streams',
  find: (world) =>
    known(world)
      .filter(({ replicas: n, lastMessageAge }) => (n ?? 1) >= 3 && (lastMessageAge ?? 0) > idleSeconds)
      .map((s) => ({
        severity: 'info',
        title: `${s.stream} is replicated and idle`,
        subject: subject(s),
        evidence: `${s.replicas} replicas, the last message ${duration(s.lastMessageAge ?? 0)} ago`,
        cure: 'Every replicated stream keeps a raft group busy on each of its servers: lower num_replicas, or delete it if nobody needs it.',
        sinceMs: s.atMs - (s.lastMessageAge ?? 0) * 1000,
      })),
};

export const streamRules: readonly Rule[] = [
  leaderless,
  unknown,
  nearLimit,
  limitEta,
  manyConsumers,
  manySubjects,
  replicas,
  sources,
  evenReplicas,
  idleReplicated,
];
