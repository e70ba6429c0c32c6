import { Alert } from '@grafana/ui';
import type { ChangePlan } from '@jetstream-console/contract';
import type { Refusal } from './ConfigForm';

/** What stands against a change, field by field. */
export function Reasons({ title, reasons }: { title: string; reasons: readonly Refusal[] }) {
  if (reasons.length === 0) return null;
  return (
    <Alert severity="error" title={title} data-testid="reasons">
      <ul>
        {reasons.map(({ field, reason }) => (
          <li key={`${field} ${reason}`}>
            <code>{field}</code>: {reason}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** What the plan of a change foretells: why it would be refused, and what it does to messages and clients. */
export function PlanWords({ plan }: { plan: Pick<ChangePlan, 'refusals' | 'effects'> }) {
  return (
    <>
      <Reasons title="The server would refuse this" reasons={plan.refusals} />
      {plan.effects.length > 0 && (
        <Alert severity="warning" title="What it does" data-testid="effects">
          <ul>
            {plan.effects.map((effect) => (
              <li key={effect}>{effect}</li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}
