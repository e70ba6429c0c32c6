import { Button } from '@grafana/ui';
import { Row } from '../../components/parts';
import type { Act } from '../../components/ActsMenu';
import { useUrl } from '../../useUrl';
import type { Condition } from './verdict';

/** What helps, by what is the matter; only what may be done here and now is offered. */
const steps: Partial<Record<Condition, readonly string[]>> = {
  paused: ['resume'],
  stuck: ['step-down', 'unpin'],
  acks_full: ['edit:max_ack_pending', 'reset'],
  redelivering: ['edit:max_deliver', 'edit:ack_wait'],
};

const edits: Readonly<Record<string, string>> = {
  max_ack_pending: 'Allow more unacknowledged',
  max_deliver: 'Change when it gives up',
  ack_wait: 'Give clients more time',
};

interface Props {
  readonly condition: Condition;
  readonly acts: readonly Act[];
  readonly mayEdit: boolean;
}

/** The verdict's next step, one click away. */
export function NextSteps({ condition, acts, mayEdit }: Props) {
  const url = useUrl();
  const offered = (steps[condition] ?? []).flatMap((step) => {
    const field = step.startsWith('edit:') ? step.slice(5) : null;
    if (field !== null)
      return mayEdit ? [{ text: edits[field] ?? field, go: () => url.set({ edit: field }, false) }] : [];
    const act = acts.find(({ id, allowed, not }) => id === step && allowed && not === null);
    return act ? [{ text: act.text, go: () => url.set({ act: act.id }, false) }] : [];
  });
  if (offered.length === 0) return null;
  return (
    <Row>
      {offered.map(({ text, go }) => (
        <Button key={text} size="sm" variant="secondary" onClick={go}>
          {text}
        </Button>
      ))}
    </Row>
  );
}
