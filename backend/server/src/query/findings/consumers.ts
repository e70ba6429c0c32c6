import { count, duration, grade, percent } from './say';
import type { ConsumerNow, Finding, Rule, World } from './world';

const subject = ({ stream, consumer, account }: ConsumerNow) =>
  ({ kind: 'consumer', stream, consumer, account }) as const;
const named = ({ stream, consumer }: ConsumerNow) => `${stream} > ${consumer}`;

/** A stream without a leader hides its consumers: what is wrong with them is one finding, the stream's. */
function seen(world: World): ConsumerNow[] {
  const hidden = new Set(
    world.streams
      .filter(({ state }) => state !== 'ok')
      .map(({ account, domain, stream }) => `${account}\0${domain}\0${stream}`),
  );
  return world.consumers.filter((c) => !hidden.has(`${c.account}\0${c.domain}\0${c.stream}`));
}
const known = (world: World) => seen(world).filter(({ state }) => state === 'ok');
const at = (world: World, ms: number) => duration(Math.max(0, world.nowMs - ms) / 1000);

/**
 * field.md 5.1: pending, pulls wait, nothing delivered for 2 minutes. With as many unacknowledged messages as it may
 * have a consumer waits rightly: that is `consumer_ack_saturated`.
 */
const stuckMs = 120_000;
const stuck: Rule = {
  id: 'consumer_stuck',
  source: 'field.md 5.1 stuck consumer',
  holds: { of: 'consumer', sql: 'num_pending > 0 AND waiting > 0 AND delivered = 0 AND ifNull(ack_use, 0) < 1' },
  find: (world) =>
    known(world)
      .filter(
        (c) =>
          (c.minPending ?? 0) > 0 &&
          (c.minWaiting ?? 0) > 0 &&
          c.delivered === 0 &&
          (c.ackUse ?? 0) < 1 &&
          c.coveredMs >= stuckMs &&
          !c.paused,
      )
      .map((c) => ({
        severity: 'critical',
        title: `${named(c)} is stuck`,
        subject: subject(c),
        evidence: `${count(c.waiting ?? 0)} pulls wait, ${count(c.pending ?? 0)} messages are pending, nothing was delivered for ${duration(c.coveredMs / 1000)}`,
        cure: 'Step its leader down ("nats consumer cluster step-down"); on 2.14 and newer a reset to its ack floor helps too.',
      })),
};

const unattendedMs = 300_000;
const noSubscriber: Rule = {
  id: 'consumer_no_subscriber',
  source: 'natscli check consumer --waiting-critical',
  holds: { of: 'consumer', sql: 'num_pending > 0 AND waiting = 0 AND ack_pending = 0' },
  find: (world) =>
    known(world)
      .filter(
        (c) =>
          c.waiting !== null &&
          (c.minPending ?? 0) > 0 &&
          c.maxWaiting === 0 &&
          (c.ackPending ?? 0) === 0 &&
          c.delivered === 0 &&
          c.coveredMs >= unattendedMs &&
          !c.paused,
      )
      .map((c) => ({
        severity: 'warning',
        title: `Nobody pulls from ${named(c)}`,
        subject: subject(c),
        evidence: `${count(c.pending ?? 0)} messages are pending, and no pull waited for ${duration(c.coveredMs / 1000)}`,
        cure: 'Start the application that reads it, or delete the consumer if it has none any more.',
      })),
};

const unbound: Rule = {
  id: 'consumer_push_unbound',
  source: 'field.md 5.1 stuck consumer (push)',
  holds: { of: 'consumer', sql: 'num_pending > 0 AND push_bound = 0' },
  find: (world) =>
    known(world)
      .filter((c) => c.pushBound === false && (c.minPending ?? 0) > 0 && !c.paused)
      .map((c) => ({
        severity: 'critical',
        title: `Nobody is subscribed to ${named(c)}`,
        subject: subject(c),
        evidence: `${count(c.pending ?? 0)} messages are pending for a push consumer without a subscriber`,
        cure: 'Start the application that subscribes to its deliver subject, or delete the consumer.',
      })),
};

/** field.md 5.1: warn 0.8, critical at 1, where delivery stops */
const ackSaturated: Rule = {
  id: 'consumer_ack_saturated',
  source: 'Insights OPT_SYS_003; natscli check outstanding-ack',
  holds: { of: 'consumer', sql: 'ack_use >= 0.8' },
  find: (world) =>
    known(world).flatMap((c): Finding[] => {
      const severity = grade(c.minAckUse, 0.8, 1);
      return severity === null
        ? []
        : [
            {
              severity,
              title:
                severity === 'critical'
                  ? `${named(c)} delivers nothing more until something is acknowledged`
                  : `${named(c)} has nearly as many unacknowledged messages as it may`,
              subject: subject(c),
              evidence: `${count(c.ackPending ?? 0)} of ${count(c.maxAckPending ?? 0)} unacknowledged, never below ${percent(c.minAckUse ?? 0)} in the last ${duration(Math.min(world.windowMs, c.coveredMs) / 1000)}`,
              cure: 'The application takes too long or does not acknowledge. Run more of it, or raise max_ack_pending if its memory allows.',
            },
          ];
    }),
};

const stalledMs = 300_000;
const stalledAcks: Rule = {
  id: 'consumer_stalled_acks',
  source: 'natscli check consumer --last-ack-critical',
  find: (world) =>
    known(world)
      .filter((c) => (c.ackPending ?? 0) > 0 && c.lastAckMs !== null && world.nowMs - c.lastAckMs > stalledMs)
      .map((c) => ({
        severity: 'warning',
        title: `${named(c)} gets no acknowledgement`,
        subject: subject(c),
        evidence: `${count(c.ackPending ?? 0)} messages are unacknowledged, the last acknowledgement came ${at(world, c.lastAckMs ?? 0)} ago`,
        cure: 'Look at the application: is it hanging, or does it acknowledge on a connection that is gone?',
        sinceMs: c.lastAckMs,
      })),
};

/** field.md 5.1: more than a tenth of the unacknowledged are redeliveries */
const redelivery: Rule = {
  id: 'consumer_redelivery',
  source: 'Insights OPT_SYS_002',
  holds: { of: 'consumer', sql: 'redelivered > 0.1 * greatest(ack_pending, 1)' },
  find: (world) =>
    known(world)
      .filter((c) => (c.redelivered ?? 0) > 0.1 * Math.max(c.ackPending ?? 0, 1))
      .map((c) => ({
        severity: 'warning',
        title: `${named(c)} delivers messages again and again`,
        subject: subject(c),
        evidence: `${count(c.redelivered ?? 0)} of ${count(Math.max(c.ackPending ?? 0, c.redelivered ?? 0))} unacknowledged messages were delivered more than once`,
        cure: 'Either ack_wait is shorter than the work takes, or some messages always fail: set max_deliver and a backoff, and they end as dead letters that a finding and the events name.',
      })),
};

const idleMs = 600_000;
const idle: Rule = {
  id: 'consumer_idle_push',
  source: 'natscli check consumer --last-delivery-critical',
  find: (world) =>
    known(world)
      .filter(
        (c) =>
          c.pushBound === true &&
          (c.minPending ?? 0) > 0 &&
          c.delivered === 0 &&
          !c.paused &&
          c.lastActiveMs !== null &&
          world.nowMs - c.lastActiveMs > idleMs,
      )
      .map((c) => ({
        severity: 'warning',
        title: `${named(c)} has a subscriber and delivers nothing`,
        subject: subject(c),
        evidence: `${count(c.pending ?? 0)} messages are pending, the last delivery was ${at(world, c.lastActiveMs ?? 0)} ago`,
        cure: 'Check flow control, rate limit and max_ack_pending; a step-down of its leader brings a stuck one back.',
        sinceMs: c.lastActiveMs,
      })),
};

/** Lags below this are noise, however they grow. */
export const lagWorthALook = 1000;
const fallingBehind: Rule = {
  id: 'consumer_falling_behind',
  source: 'field.md 5.1 drain ETA',
  find: (world) =>
    known(world).flatMap((c): Finding[] => {
      if ((c.pending ?? 0) < lagWorthALook || c.pendingSlope === null || c.paused) return [];
      const drain = c.pendingSlope < 0 ? (c.pending ?? 0) / -c.pendingSlope : Infinity;
      if (drain <= 3600 || c.pendingSlope === 0) return [];
      return [
        {
          severity: 'warning',
          title: c.pendingSlope > 0 ? `${named(c)} falls behind` : `${named(c)} needs ${duration(drain)} to catch up`,
          subject: subject(c),
          evidence: `lag ${count(c.pending ?? 0)}, ${c.pendingSlope > 0 ? 'growing' : 'falling'} by ${count(Math.abs(c.pendingSlope) * 3600)} an hour`,
          cure: 'More is published than it reads. Run more instances of the application, or fetch larger batches.',
          sinceMs: null,
        },
      ];
    }),
};

const lost: Rule = {
  id: 'consumer_loss_risk',
  source: 'field.md 5.1 loss risk',
  find: (world) => {
    const firsts = new Map(world.streams.map((s) => [`${s.account}\0${s.domain}\0${s.stream}`, s]));
    return known(world).flatMap((c): Finding[] => {
      const stream = firsts.get(`${c.account}\0${c.domain}\0${c.stream}`);
      const first = stream?.firstSeq ?? 0;
      if (!stream || stream.dropped === 0 || (c.pending ?? 0) === 0 || c.deliveredSeq === null) return [];
      if (c.deliveredSeq === 0 || first <= c.deliveredSeq + 1) return [];
      return [
        {
          severity: 'warning',
          title: `${c.stream} drops messages before ${c.consumer} has seen them`,
          subject: subject(c),
          evidence: `the stream starts at ${count(first)}, the consumer is at ${count(c.deliveredSeq)}, and ${count(stream.dropped)} sequences went in the window`,
          cure: 'Raise the limits of the stream, or let the consumer catch up faster. With a filter only matching messages are lost.',
          sinceMs: null,
        },
      ];
    });
  },
};

const leaderless: Rule = {
  id: 'consumer_leaderless',
  source: 'advisory CONSUMER.QUORUM_LOST',
  holds: { of: 'consumer', sql: "state = 'leaderless'" },
  find: (world) =>
    seen(world)
      .filter(({ state }) => state === 'leaderless')
      .map((c) => ({
        severity: 'critical',
        title: `${named(c)} has no leader`,
        subject: subject(c),
        evidence: 'Every server that answered holds a copy and names no leader: it delivers nothing.',
        cure: 'Bring the servers that hold its replicas back; "nats consumer cluster down" and recreating it help where that is not possible.',
      })),
};

const unknown: Rule = {
  id: 'consumer_unknown',
  source: 'CONSUMER.LIST missing',
  holds: { of: 'consumer', sql: "state IN ('unknown', 'missing', 'offline')" },
  find: (world) =>
    seen(world)
      .filter(({ state }) => state === 'unknown' || state === 'missing' || state === 'offline')
      .map((c) => ({
        severity: 'warning',
        title: `Nothing is known of ${named(c)}`,
        subject: subject(c),
        evidence: 'The servers name it, and its leader does not answer.',
        cure: 'Look at the server that leads it, and step the leader down if that server is slow.',
      })),
};

const paused: Rule = {
  id: 'consumer_paused',
  source: 'field.md 5.1: a paused consumer is not a stuck one',
  holds: { of: 'consumer', sql: 'paused = 1' },
  find: (world) =>
    known(world)
      .filter((c) => c.paused === true && (c.pending ?? 0) > 0)
      .map((c) => ({
        severity: 'info',
        title: `${named(c)} is paused`,
        subject: subject(c),
        evidence: `${count(c.pending ?? 0)} messages wait until it goes on`,
        cure: 'Resume it when the reason for the pause is gone.',
      })),
};

/** A stream of a 2.15 server takes no more than 1,000 consumers: told while there is still room for some. */
const manyEphemerals = 800;
const leak: Rule = {
  id: 'consumer_leak',
  source: 'Insights JETSTREAM_006',
  holds: { of: 'consumer', sql: `consumer = '*ephemeral' AND consumers > ${manyEphemerals}` },
  find: (world) =>
    known(world)
      .filter((c) => c.consumer === '*ephemeral' && (c.members ?? 0) > manyEphemerals)
      .map((c) => ({
        severity: 'warning',
        title: `${c.stream} has very many ephemeral consumers`,
        subject: { kind: 'stream', stream: c.stream, account: c.account },
        evidence: `${count(c.members ?? 0)} ephemeral consumers`,
        cure: 'Some application makes a consumer for each request. Use an ordered consumer that is kept, direct get, or set inactive_threshold.',
      })),
};

export const consumerRules: readonly Rule[] = [
  stuck,
  noSubscriber,
  unbound,
  ackSaturated,
  stalledAcks,
  redelivery,
  idle,
  fallingBehind,
  lost,
  leaderless,
  unknown,
  paused,
  leak,
];
