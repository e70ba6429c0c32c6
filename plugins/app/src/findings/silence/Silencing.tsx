import { Button, Icon } from '@grafana/ui';
import { useState } from 'react';
import { useAct, useMay } from '../../api/hooks';
import { Quiet, Row } from '../../components/parts';
import { Problem } from '../../components/States';
import { duration, time } from '../../format';
import type { Finding } from '../grouping';
import { SilenceDialog } from './SilenceDialog';

/** Silence, or silence longer, for those who may; nothing for others. */
export function SilenceButton({ finding }: { finding: Finding }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (!may('alerts:update', { cluster: finding.cluster.id })) return null;
  const text = finding.silenced === null ? 'Silence' : 'Change';
  return (
    <>
      <Button
        size="sm"
        variant="secondary"
        fill="text"
        icon="bell-slash"
        aria-label={`${text === 'Silence' ? 'Silence' : 'Change the silence of'} ${finding.title}`}
        onClick={() => setOpen(true)}
      >
        {text}
      </Button>
      {open && <SilenceDialog finding={finding} onClose={() => setOpen(false)} />}
    </>
  );
}

interface Silenced {
  readonly id: string;
  readonly until: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

/** Ends a silence at once, for those who may. */
function Unsilence({ silence, clusterId, title }: { silence: Silenced; clusterId: string; title: string }) {
  const may = useMay();
  const end = useAct('unsilenceFinding');
  if (!may('alerts:update', { cluster: clusterId })) return null;
  return (
    <>
      <Button
        size="sm"
        variant="secondary"
        fill="text"
        icon="bell"
        disabled={end.isPending}
        aria-label={`Unsilence ${title}`}
        onClick={() => end.mutate({ params: { clusterId, silenceId: silence.id } })}
      >
        Unsilence
      </Button>
      {end.error && <Problem error={end.error} />}
    </>
  );
}

/** Who does not want to be told, until when, and why. @param now milliseconds since 1970 */
export function SilencedLine({
  silence,
  clusterId,
  title,
  now,
}: {
  silence: Silenced;
  clusterId: string;
  title: string;
  now: number;
}) {
  const left = Math.max(0, (Date.parse(silence.until) - now) / 1000);
  return (
    <Row>
      <Icon name="bell-slash" size="sm" aria-hidden="true" />
      <span title={`silenced at ${time(silence.at)}`}>
        Silenced by {silence.by} until {time(silence.until).slice(0, 16)}{' '}
        <Quiet>({left < 60 ? 'less than a minute' : duration(Math.floor(left / 60) * 60)} left)</Quiet>:{' '}
        {silence.reason}
      </span>
      <Unsilence silence={silence} clusterId={clusterId} title={title} />
    </Row>
  );
}
