import { Combobox, Field } from '@grafana/ui';
import { useState } from 'react';
import { useAct } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import { stepDownConsumerCommand, unpinCommand } from '../../../natsCommand';
import type { ConsumerActProps } from './consumerActs';

/** Lets another client of a priority group have its turn. */
export function UnpinDialog({ about, config, onDone, onClose }: ConsumerActProps) {
  const groups = (Array.isArray(config['priority_groups']) ? config['priority_groups'] : []).map(String);
  const [group, setGroup] = useState(groups[0] ?? null);
  const unpin = useAct('unpinConsumer');
  return (
    <ActDialog
      title={`Unpin a client of ${about.consumer}`}
      text="Unpin"
      busyText="Unpinning"
      act={unpin}
      blocked={group === null}
      command={group === null ? undefined : unpinCommand(about.stream, about.consumer, group)}
      onClose={onClose}
      onAct={() =>
        group !== null &&
        unpin.mutate(
          { params: about, body: { group } },
          { onSuccess: () => onDone(`The next client that pulls in ${group} is pinned.`) },
        )
      }
    >
      <p>The client that is served alone now loses that; the next one that pulls takes its place.</p>
      <Field label="Group" htmlFor="unpin-group">
        <Combobox
          id="unpin-group"
          options={groups.map((value) => ({ value, label: value }))}
          value={group}
          onChange={({ value }) => setGroup(value)}
        />
      </Field>
    </ActDialog>
  );
}

/** Has the leader of a replicated consumer hand over. */
export function StepDownConsumerDialog({ about, row, onDone, onClose }: ConsumerActProps) {
  const stepDown = useAct('stepDownConsumer');
  return (
    <ActDialog
      title={`Step-down of the leader of ${about.consumer}`}
      text="Step down"
      busyText="Stepping down"
      act={stepDown}
      command={stepDownConsumerCommand(about.stream, about.consumer)}
      onClose={onClose}
      onAct={() =>
        stepDown.mutate(
          { params: about },
          {
            onSuccess: ({ before }) => onDone(`${before ?? 'The leader'} stepped down; the others are choosing.`),
          },
        )
      }
    >
      <p>
        {row.replica.leader ?? 'Nobody'} leads now. Deliveries stop until another replica is chosen, as a rule for less
        than a second; messages that are out may come again.
      </p>
    </ActDialog>
  );
}
