import type { ConsumerRow } from '@jetstream-console/contract';
import { Figure, Figures, type Provenance } from '../../components/parts';
import { MetricFigure } from '../../figures/MetricFigure';
import { ofConsumer, propose, type About } from '../../figures/specs';
import { ago, count, exact, time } from '../../format';
import { lastDeliveryText } from './verdict';

interface Props {
  readonly about: About;
  readonly row: ConsumerRow;
  readonly provenance: Provenance;
}

const most = (row: ConsumerRow): string =>
  row.maxAckPending === null || row.maxAckPending < 0 ? 'any number' : count(row.maxAckPending);
const isFull = (row: ConsumerRow): boolean =>
  row.maxAckPending !== null && row.maxAckPending > 0 && (row.ackPending ?? 0) >= row.maxAckPending;

/** What the consumer is now, each figure with the way to its history. */
export function ConsumerFigures({ about, row, provenance }: Props) {
  return (
    <Figures source={provenance}>
      <MetricFigure
        name="Lag"
        value={count(row.lag)}
        hint="num_pending of the consumer's leader: messages that match and were not delivered yet"
        spec={ofConsumer('lag', about)}
        alert={propose({ name: `${row.name} falls behind`, when: 'above', value: 1000, for: '10m' })}
      />
      <MetricFigure
        name="Unacknowledged"
        value={`${count(row.ackPending)} of ${most(row)}`}
        hint="delivered, not acknowledged; delivery stops at the limit"
        tone={isFull(row) ? 'bad' : undefined}
        spec={ofConsumer('ack_pending', about)}
        alert={propose({
          name: `${row.name} has many unacknowledged messages`,
          when: 'above',
          value: row.maxAckPending !== null && row.maxAckPending > 0 ? Math.floor(row.maxAckPending * 0.8) : 1000,
        })}
      />
      <MetricFigure
        name="Redelivered"
        value={count(row.redelivered)}
        hint="of the unacknowledged ones, delivered more than once"
        spec={ofConsumer('redelivered', about)}
        alert={propose({ name: `${row.name} delivers messages again and again`, when: 'above', value: 0 })}
      />
      {row.kind === 'pull' && (
        <MetricFigure
          name="Waiting pulls"
          value={count(row.waiting)}
          hint="requests of clients that wait for messages"
          spec={ofConsumer('waiting', about)}
          alert={propose({ name: `Nobody pulls from ${row.name}`, when: 'below', value: 1 })}
        />
      )}
      <MetricFigure
        name="Last delivery"
        value={lastDeliveryText(row)}
        hint={
          row.lastDelivered === null
            ? 'the leader has delivered nothing since it started; a server forgets the time when it restarts'
            : time(row.lastDelivered)
        }
        spec={ofConsumer('idle', about)}
        alert={propose({ name: `${row.name} delivers nothing`, when: 'above', value: 600 })}
      />
      <Figure name="Last acknowledgement" value={ago(row.lastAck)} hint={time(row.lastAck)} />
      <Figure name="Delivered up to" value={exact(row.deliveredStreamSeq)} hint="stream sequence" />
      <Figure
        name="Acknowledged up to"
        value={exact(row.ackFloorStreamSeq)}
        hint="stream sequence: everything up to here is acknowledged"
      />
    </Figures>
  );
}
