import { useApi } from '../../api/hooks';
import { Figure, Figures, Quiet, Stack, Use } from '../../components/parts';
import { MetricFigure } from '../../figures/MetricFigure';
import { metric, propose } from '../../figures/specs';
import { Loaded } from '../../components/States';
import { bytes, count, exact } from '../../format';
import { saysMore } from './accountLimits';
import { Tiers } from './Tiers';

interface LimitedProps {
  readonly clusterId: string;
  readonly name: string;
  /** the same over time, and its use where that is kept too */
  readonly id: string;
  readonly useId?: string;
  readonly used: number;
  /** negative: no limit; null: there is one for each number of copies */
  readonly max: number | null;
  readonly show: (n: number) => string;
  /** what 0 means: no limit for counts, nothing allowed for storage (nats-server, account limits) */
  readonly zero: 'no limit' | 'none allowed';
}

function Limited({ clusterId, id, useId, name, used, max, show, zero }: LimitedProps) {
  const limited = max !== null && max > 0;
  const spec = metric(useId !== undefined && limited ? useId : id, { clusterId }, ['cluster', 'account']);
  const limit = max === null ? 'by tier' : max < 0 ? 'no limit' : max === 0 ? zero : show(max);
  const use = limited ? used / max : null;
  return (
    <MetricFigure
      name={name}
      spec={spec}
      alert={
        useId !== undefined && limited
          ? propose({ name: `${name} of the account is nearly used up`, when: 'above', value: 0.8 })
          : undefined
      }
      value={show(used)}
      hint={`limit of the account: ${limit}`}
      tone={use === null || use < 0.8 ? undefined : use < 0.9 ? 'warn' : 'bad'}
      below={use === null ? <Quiet>{limit}</Quiet> : <Use use={use} of={limit} />}
    />
  );
}

/** What the account uses of what it may. */
export function Account({ clusterId }: { clusterId: string }) {
  const info = useApi('clusterInfo', { params: { clusterId } }, { every: 15_000 });
  return (
    <Loaded of={info}>
      {({ streams, consumers, storage, memory, limits, tiers, api, domain }) => (
        <Stack>
          <Figures source={{ source: '$JS.API.INFO', askedAt: new Date(info.dataUpdatedAt).toISOString() }}>
            <Limited
              clusterId={clusterId}
              id="account_streams"
              useId="account_streams_use"
              name="Streams"
              used={streams}
              max={limits?.maxStreams ?? null}
              show={count}
              zero="no limit"
            />
            <MetricFigure
              name="Consumers"
              spec={metric('account_consumers', { clusterId }, ['cluster', 'account'])}
              value={count(consumers)}
              hint="the limit of an account is for the consumers of each stream"
              below={
                <Quiet>
                  {limits === null
                    ? 'by tier'
                    : limits.maxConsumers > 0
                      ? `at most ${exact(limits.maxConsumers)} a stream`
                      : 'no limit'}
                </Quiet>
              }
            />
            <Limited
              clusterId={clusterId}
              id="account_storage"
              useId="account_storage_use"
              name="File storage"
              used={storage}
              max={limits?.maxStorage ?? null}
              show={bytes}
              zero="none allowed"
            />
            <Limited
              clusterId={clusterId}
              id="account_memory"
              name="Memory storage"
              used={memory}
              max={limits?.maxMemory ?? null}
              show={bytes}
              zero="none allowed"
            />
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
          {(limits === null || tiers.some(saysMore)) && <Tiers tiers={tiers} />}
        </Stack>
      )}
    </Loaded>
  );
}
