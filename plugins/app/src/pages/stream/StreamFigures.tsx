import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi } from '../../api/hooks';
import { Figure, Figures, Quiet } from '../../components/parts';
import { MetricFigure } from '../../figures/MetricFigure';
import { ofStream, propose } from '../../figures/specs';
import { limitWords } from '../../figures/words';
import { ago, bytes, count, duration, exact, limit, limitText, percent, time } from '../../format';

type Stream = ResponseOf<Routes['getStream']>;
type Row = Stream['row'];

const limitsOf = (row: Row): string =>
  `size ${limit(row.maxBytes, bytes)}, messages ${limit(row.maxMessages, exact)}, age ${row.maxAgeSeconds === 0 ? 'no limit' : duration(row.maxAgeSeconds)}; when full, ${row.discard === 'new' ? 'new messages are refused' : 'the oldest go'}`;

/** Whether it stays healthy, in a sentence. While it cannot be foretold there is none: the rest of the page stays. */
function LimitForecast({ clusterId, row }: { clusterId: string; row: Row }) {
  const forecast = useApi('forecast', { query: { cluster: clusterId, stream: row.name } }, { every: 60_000 });
  if (!forecast.data) return null;
  return (
    <div data-testid="limit-forecast">
      <Quiet>{limitWords(forecast.data, row)}</Quiet>
    </div>
  );
}

/** What the stream is now, and what becomes of it. */
export function StreamFigures({ clusterId, stream }: { clusterId: string; stream: Stream }) {
  const { row, provenance } = stream;
  const about = { clusterId, stream: row.name };
  return (
    <>
      <Figures source={provenance}>
        <MetricFigure
          name="Messages"
          value={count(row.messages)}
          hint={exact(row.messages)}
          spec={ofStream('messages', about)}
        />
        <MetricFigure
          name="Size"
          value={bytes(row.bytes)}
          hint={`${exact(row.bytes)} bytes, one copy`}
          spec={ofStream('bytes', about)}
        />
        <MetricFigure
          name="Limit"
          value={row.limitUse === null ? 'none' : percent(row.limitUse)}
          tone={row.limitUse === null || row.limitUse < 0.8 ? undefined : row.limitUse < 0.9 ? 'warn' : 'bad'}
          below={row.limitUse !== null && <Quiet>of {limitText(row)}</Quiet>}
          hint={limitsOf(row)}
          spec={ofStream('limit_use', about)}
          alert={propose({
            name: `${row.name} is near its limit`,
            when: 'above',
            value: 0.8,
            description: `When full, ${row.discard === 'new' ? 'new messages are refused' : 'the oldest messages go'}.`,
          })}
        />
        <Figure
          name="Sequences"
          value={`${exact(row.firstSeq)} – ${exact(row.lastSeq)}`}
          hint="the first and the last that is there"
          below={row.deleted !== null && row.deleted > 0 && <Quiet>{exact(row.deleted)} holes</Quiet>}
        />
        <MetricFigure
          name="Last message"
          value={ago(row.lastTime)}
          hint={time(row.lastTime)}
          spec={ofStream('last_message_age', about)}
          alert={propose({ name: `Nothing new in ${row.name}`, when: 'above', value: 900 })}
        />
        <Figure
          name="First message"
          value={ago(row.firstTime)}
          hint={time(row.firstTime)}
          below={row.maxAgeSeconds > 0 && <Quiet>kept for {duration(row.maxAgeSeconds)}</Quiet>}
        />
        <MetricFigure name="Subjects" value={count(row.subjectCount)} spec={ofStream('subjects', about)} />
        <MetricFigure name="Consumers" value={count(row.consumers)} spec={ofStream('consumers', about)} />
        <Figure
          name="Kept"
          value={row.retention}
          hint="limits: until a limit is met; interest: until all consumers have it; workqueue: until one has it"
          below={
            <Quiet>
              on {row.storage}, {row.replica.replicas === 1 ? 'one copy' : `${row.replica.replicas} copies`}
            </Quiet>
          }
        />
      </Figures>
      <LimitForecast clusterId={clusterId} row={row} />
    </>
  );
}
