import type { ConsumerRow } from '@jetstream-console/contract';
import { useApi, useMayAny } from '../../api/hooks';
import { useChart } from '../../charts';
import { drainWords, heldFor } from '../../figures/words';
import { time } from '../../format';
import { heldSince, heldSpecs, lookBack, lookBackPoints } from './held';
import type { Condition } from './verdict';

interface Props {
  readonly condition: Condition;
  readonly about: { readonly clusterId: string; readonly stream: string; readonly consumer: string };
  readonly row: ConsumerRow;
}

/** Since when it is so, as the samples tell; nothing where they do not know. */
function useHeld(condition: Condition, about: Props['about'], enabled: boolean): string | null {
  const chart = useChart({
    specs: heldSpecs(condition, about).map((spec) => ({ ...spec, fill: 'null' })),
    range: lookBack,
    points: lookBackPoints,
    everyMs: 30_000,
    enabled,
  });
  const held = chart.data ? heldSince(condition, chart.data.series) : null;
  if (!held || !chart.data) return null;
  const words = heldFor((chart.data.toMs - held.sinceMs) / 1000);
  return `This has been so ${words}${held.orLonger ? ' or longer' : ''}, since ${time(held.sinceMs).slice(0, 16)}.`;
}

/** The verdict's past and future: since when it is so, and when the lag is gone. */
export function Outlook({ condition, about, row }: Props) {
  const mayAny = useMayAny();
  const since = useHeld(condition, about, mayAny('consumers:read'));
  const { clusterId: cluster, stream, consumer } = about;
  const forecast = useApi('forecast', { query: { cluster, stream, consumer } }, { every: 30_000 });
  const drain = row.lag === null || row.lag === 0 || !forecast.data ? null : drainWords(forecast.data, row.lag);
  if (since === null && drain === null) return null;
  return (
    <>
      {since} {drain !== null && <span data-testid="drain">{drain}</span>}
    </>
  );
}
