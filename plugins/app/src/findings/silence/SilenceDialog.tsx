import { Button, Field, Modal, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { fieldFault } from '../../api/faults';
import { useAct } from '../../api/hooks';
import { Choices } from '../../components/Choices';
import { Quiet } from '../../components/parts';
import { Problem } from '../../components/States';
import { time } from '../../format';
import type { Finding } from '../grouping';
import { silenceEnd, silenceTimes, type SilenceTime } from './times';

interface Props {
  readonly finding: Finding;
  readonly onClose: () => void;
}

const fields = ['body.until', 'body.reason'] as const;

/** For how long, and why: whoever is called next reads it. */
export function SilenceDialog({ finding, onClose }: Props) {
  const [chosen, setChosen] = useState<SilenceTime>('hour');
  const [reason, setReason] = useState(finding.silenced?.reason ?? '');
  const silence = useAct('silenceFinding');
  const end = silenceEnd(chosen, new Date());
  const [untilFault, reasonFault] = fields.map((name) => fieldFault(silence.error, name));
  const elsewhere = silence.error !== null && !untilFault?.invalid && !reasonFault?.invalid;
  const save = () =>
    silence.mutate(
      {
        params: { clusterId: finding.cluster.id },
        body: { finding: finding.id, until: end.toISOString(), reason: reason.trim() },
      },
      { onSuccess: onClose },
    );
  return (
    <Modal isOpen title="Silence a finding" onDismiss={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <p>
          <strong>{finding.title}</strong>
          <br />
          <Quiet>
            For everybody who looks at {finding.cluster.name} in this console. It stays under “silenced”, and comes back
            by itself. Rules and notifications of Grafana are not changed.
          </Quiet>
        </p>
        <Field label="Until" description={time(end.getTime()).slice(0, 16)} {...untilFault}>
          <Choices label="Until" options={silenceTimes} value={chosen} onChange={setChosen} />
        </Field>
        <Field
          label="Why"
          description="Who is on it, or when it is mended: whoever is called next reads it."
          {...reasonFault}
        >
          <TextArea
            aria-label="Why"
            autoFocus
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Field>
        {elsewhere && <Problem error={silence.error} />}
        <Modal.ButtonRow>
          <Button variant="secondary" fill="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={reason.trim() === '' || silence.isPending}>
            {silence.isPending ? 'Silencing' : 'Silence'}
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}
