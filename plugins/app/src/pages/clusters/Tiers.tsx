import { Alert } from '@grafana/ui';
import type { AccountTier } from '@jetstream-console/contract';
import { DataTable, type Column } from '../../components/DataTable';
import { Quiet, Stack, Use } from '../../components/parts';
import { limitRows, refusedCopies, tierTitle, type LimitRow } from './accountLimits';

const columns: Column<LimitRow>[] = [
  { id: 'name', header: 'Limit', cell: (row) => row.name },
  { id: 'used', header: 'Used', numeric: true, cell: (row) => row.used ?? <Quiet>–</Quiet> },
  { id: 'max', header: 'At most', numeric: true, cell: (row) => row.max },
  {
    id: 'share',
    header: 'Share',
    cell: (row) => (row.share === null ? <Quiet>–</Quiet> : <Use use={row.share} of={row.max} />),
  },
];

/** Each set of limits of an account, with what is used of it. */
export function Tiers({ tiers }: { tiers: readonly AccountTier[] }) {
  const refused = refusedCopies(tiers);
  return (
    <Stack>
      {tiers.map((tier) => (
        <div key={tier.tier ?? ''}>
          <h5>{tierTitle(tier)}</h5>
          {tier.allowed ? (
            <DataTable label={tierTitle(tier)} columns={columns} rows={limitRows(tier)} keyOf={(row) => row.name} />
          ) : (
            <Alert severity="warning" title="The account has no limits for these any more">
              The streams that are there take no message: move them to a number of copies that has a tier, or give the
              account a tier for this one.
            </Alert>
          )}
        </div>
      ))}
      {refused !== null && <Quiet>{refused}</Quiet>}
    </Stack>
  );
}
