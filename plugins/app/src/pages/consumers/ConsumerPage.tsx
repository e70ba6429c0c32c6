import { Alert, Button } from '@grafana/ui';
import type { ConsumerRow } from '@jetstream-console/contract';
import { useParams } from 'react-router-dom';
import { useApi } from '../../api/hooks';
import {
  Code,
  Crumbs,
  Figure,
  Figures,
  From,
  pageUrl,
  Panel,
  Row,
  Stack,
  State,
  streamUrl,
} from '../../components/parts';
import { Loaded } from '../../components/States';
import { ago, count, exact, time } from '../../format';

/** What the figures of this moment mean; rates and "for how long" need the history that is collected apart. */
export function verdict(row: ConsumerRow): { severity: 'success' | 'info' | 'warning' | 'error'; text: string } {
  const lag = row.lag ?? 0;
  const unacked = row.ackPending ?? 0;
  if (row.state !== 'ok')
    return { severity: 'warning', text: 'Its leader does not answer, so its figures are not known.' };
  if (row.replica.state === 'leaderless')
    return {
      severity: 'error',
      text: 'It has no leader: nothing is delivered until a majority of its replicas is back.',
    };
  if (row.paused)
    return { severity: 'info', text: `Paused until ${time(row.pausedUntil)}: nothing is delivered meanwhile.` };
  if (row.maxAckPending !== null && row.maxAckPending > 0 && unacked >= row.maxAckPending)
    return {
      severity: 'error',
      text: `Stopped: ${exact(unacked)} messages are out unacknowledged, and the consumer allows ${exact(row.maxAckPending)}. Nothing more is delivered until some are acknowledged or their ack wait ends.`,
    };
  if (lag > 0 && row.kind === 'push' && row.pushBound === false)
    return { severity: 'warning', text: `Nobody subscribes to its deliver subject, and ${exact(lag)} messages wait.` };
  if (lag > 0 && row.kind === 'pull' && row.waiting === 0 && unacked === 0)
    return { severity: 'warning', text: `Nobody pulls right now, and ${exact(lag)} messages wait.` };
  if ((row.redelivered ?? 0) > 0)
    return {
      severity: 'warning',
      text: `${exact(row.redelivered)} of the unacknowledged messages were delivered more than once: a client refuses them or is too slow to acknowledge.`,
    };
  if (lag > 0) return { severity: 'info', text: `Working: ${exact(lag)} messages wait, ${exact(unacked)} are out.` };
  return { severity: 'success', text: 'Up to date: nothing waits.' };
}

export function ConsumerPage() {
  const { cluster: clusterId = '', stream = '', consumer = '' } = useParams();
  const info = useApi('getConsumer', { params: { clusterId, stream, consumer } }, { every: 5000 });
  return (
    <Stack>
      <Row>
        <Crumbs
          items={[
            ['Streams', pageUrl(`streams?cluster=${clusterId}`)],
            [stream, streamUrl(clusterId, stream, 'consumers')],
            [consumer],
          ]}
        />
        {info.data && <State state={info.data.row.replica.state} />}
        {info.data && <From provenance={info.data.provenance} />}
        <Button
          variant="secondary"
          fill="text"
          icon="sync"
          aria-label="Refresh"
          onClick={() => {
            void info.refetch();
          }}
        />
      </Row>
      <Loaded of={info}>
        {({ row, config }) => {
          const { severity, text } = verdict(row);
          return (
            <>
              <Alert severity={severity} title={text} data-testid="verdict" />
              <Figures>
                <Figure
                  name="Lag"
                  value={count(row.lag)}
                  hint="num_pending of the consumer's leader: messages that match and were not delivered yet"
                />
                <Figure
                  name="Unacknowledged"
                  value={`${count(row.ackPending)} of ${row.maxAckPending === null || row.maxAckPending < 0 ? 'any number' : count(row.maxAckPending)}`}
                  hint="delivered, not acknowledged; delivery stops at the limit"
                  tone={row.maxAckPending !== null && (row.ackPending ?? 0) >= row.maxAckPending ? 'bad' : undefined}
                />
                <Figure
                  name="Redelivered"
                  value={count(row.redelivered)}
                  hint="of the unacknowledged ones, delivered more than once"
                />
                {row.kind === 'pull' && (
                  <Figure
                    name="Waiting pulls"
                    value={count(row.waiting)}
                    hint="requests of clients that wait for messages"
                  />
                )}
                <Figure name="Last delivery" value={ago(row.lastDelivered)} hint={time(row.lastDelivered)} />
                <Figure name="Last acknowledgement" value={ago(row.lastAck)} hint={time(row.lastAck)} />
                <Figure name="Delivered up to" value={exact(row.deliveredStreamSeq)} hint="stream sequence" />
                <Figure
                  name="Acknowledged up to"
                  value={exact(row.ackFloorStreamSeq)}
                  hint="stream sequence: everything up to here is acknowledged"
                />
              </Figures>
              <Panel title="Configuration">
                <Code label="consumer configuration" text={JSON.stringify(config, null, 2)} />
              </Panel>
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
