import type { Silence } from '@jetstream-console/contract';
import { useState } from 'react';
import { useApi, useMayAny } from '../../api/hooks';
import { Quiet, Stack } from '../../components/parts';
import { Problem } from '../../components/States';
import { FindingList } from '../FindingList';
import { grouped, type Finding } from '../grouping';
import { SilencedLine } from './Silencing';

interface Props {
  readonly findings: readonly Finding[];
  /** of the overview, all findings there are now: silences of others are named too */
  readonly all?: readonly Finding[];
  readonly now: number;
}

/** Silences of what is not found at the moment: they would hide it when it comes back. */
function Waiting({ all, now }: Required<Pick<Props, 'all' | 'now'>>) {
  const silences = useApi('listSilences', {});
  if (silences.error) return <Problem error={silences.error} />;
  const ids = new Set(all.map(({ id }) => id));
  const gone = (silences.data?.items ?? []).filter(({ finding }: Silence) => !ids.has(finding));
  if (gone.length === 0) return null;
  return (
    <div data-testid="silences-waiting">
      <Quiet>Silenced, and not found at the moment:</Quiet>
      {gone.map((silence) => (
        <div key={silence.id}>
          <strong>{silence.title}</strong> <Quiet>{silence.cluster.name}</Quiet>
          <SilencedLine silence={silence} clusterId={silence.cluster.id} title={silence.title} now={now} />
        </div>
      ))}
    </div>
  );
}

/** What somebody has taken on already, folded: out of the way, and never out of reach. */
export function SilencedFindings({ findings, all, now }: Props) {
  const [open, setOpen] = useState(false);
  const may = useMayAny()('alerts:read');
  if (findings.length === 0) return null;
  return (
    <details data-testid="silenced" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{findings.length} silenced</summary>
      {open && (
        <Stack>
          <FindingList groups={grouped(findings)} now={now} />
          {may && all && <Waiting all={all} now={now} />}
        </Stack>
      )}
    </details>
  );
}
