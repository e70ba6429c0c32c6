import { Alert } from '@grafana/ui';
import { useParams } from 'react-router-dom';
import { useApi } from '../../api/hooks';
import { ConfigView } from '../../assetConfig/ConfigView';
import { consumerFields } from '../../assetConfig/consumerFields';
import { Head } from '../../components/Head';
import { Figure, Figures, pageUrl, Quiet, Stack, State, streamUrl } from '../../components/parts';
import { Loaded } from '../../components/States';
import { ago, count, exact, time } from '../../format';
import { consumerAddCommand } from '../../natsCommand';
import { verdict } from './verdict';

/** Why is it not moving? */
export function ConsumerPage() {
  const { cluster: clusterId = '', stream = '', consumer = '' } = useParams();
  const info = useApi('getConsumer', { params: { clusterId, stream, consumer } }, { every: 5000 });
  return (
    <Stack>
      <Head
        items={[
          ['Streams', pageUrl(`streams?cluster=${clusterId}`)],
          [stream, streamUrl(clusterId, stream, 'consumers')],
          [consumer],
        ]}
        of={info}
      >
        {info.data && <State state={info.data.row.replica.state} />}
        {info.data?.row.description && <Quiet>{info.data.row.description}</Quiet>}
      </Head>
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
              <ConfigView
                config={config}
                groups={consumerFields}
                name={row.name}
                command={consumerAddCommand(stream, config)}
              />
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
