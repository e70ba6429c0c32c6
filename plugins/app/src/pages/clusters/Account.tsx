import { useApi } from '../../api/hooks';
import { Figure, Figures, Quiet, Use } from '../../components/parts';
import { Loaded } from '../../components/States';
import { bytes, count, exact } from '../../format';

interface LimitedProps {
  readonly name: string;
  readonly used: number;
  /** negative: no limit */
  readonly max: number;
  readonly show: (n: number) => string;
  /** what 0 means: no limit for counts, nothing allowed for storage (nats-server, account limits) */
  readonly zero: 'no limit' | 'none allowed';
}

function Limited({ name, used, max, show, zero }: LimitedProps) {
  const limit = max < 0 ? 'no limit' : max === 0 ? zero : show(max);
  const use = max > 0 ? used / max : null;
  return (
    <Figure
      name={name}
      value={show(used)}
      hint={`limit of the account: ${limit}`}
      tone={use === null || use < 0.8 ? undefined : use < 0.9 ? 'warn' : 'bad'}
      below={use === null ? <Quiet>{limit}</Quiet> : <Use use={use} of={show(max)} />}
    />
  );
}

/** What the account uses of what it may. */
export function Account({ clusterId }: { clusterId: string }) {
  const info = useApi('clusterInfo', { params: { clusterId } }, { every: 15_000 });
  return (
    <Loaded of={info}>
      {({ streams, consumers, storage, memory, limits, api, domain }) => (
        <Figures>
          <Limited name="Streams" used={streams} max={limits.maxStreams} show={count} zero="no limit" />
          <Limited name="Consumers" used={consumers} max={limits.maxConsumers} show={count} zero="no limit" />
          <Limited name="File storage" used={storage} max={limits.maxStorage} show={bytes} zero="none allowed" />
          <Limited name="Memory storage" used={memory} max={limits.maxMemory} show={bytes} zero="none allowed" />
          <Figure
            name="API errors"
            value={count(api.errors)}
            hint={`of ${exact(api.total)} JetStream requests since the server started`}
          />
          <Figure
            name="API level"
            value={api.level}
            hint="which JetStream features the servers know; it grows with their version"
          />
          {domain && <Figure name="Domain" value={domain} />}
        </Figures>
      )}
    </Loaded>
  );
}
