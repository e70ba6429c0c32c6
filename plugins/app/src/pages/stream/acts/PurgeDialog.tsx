import { Alert, Field } from '@grafana/ui';
import { useState } from 'react';
import { fieldFault } from '../../../api/faults';
import { useAct, useApi } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import { Choices } from '../../../components/Choices';
import { Loaded } from '../../../components/States';
import { TextInput } from '../../../components/TextInput';
import { exact } from '../../../format';
import { purgeCommand } from '../../../natsCommand';
import { useSettled } from '../../../useSettled';
import { emptyPurge, purgeOf, type Bound } from './purge';
import { Touched } from './Touched';
import type { StreamActProps } from './streamActs';

const bounds: { label: string; value: Bound }[] = [
  { label: 'All', value: 'all' },
  { label: 'Before a sequence', value: 'before' },
  { label: 'All but the newest', value: 'keep' },
];

/** Removes messages, once they are counted and the name is typed. */
export function PurgeDialog({ clusterId, stream, onDone, onClose }: StreamActProps) {
  const params = { clusterId, stream };
  const [form, setForm] = useState(emptyPurge);
  const wanted = purgeOf(form);
  const settled = useSettled(form);
  const plan = useApi('planPurge', { params, body: purgeOf(settled) ?? {} }, { enabled: purgeOf(settled) !== null });
  const purge = useAct('purgeStream');
  const counted = settled === form && !plan.isPlaceholderData && !plan.isError ? plan.data : undefined;
  const set = (changes: Partial<typeof form>) => setForm((before) => ({ ...before, ...changes }));
  return (
    <ActDialog
      title={`Purge ${stream}`}
      text="Purge"
      busyText="Purging"
      act={purge}
      confirm={stream}
      blocked={wanted === null || counted === undefined || counted.refusals.length > 0}
      command={wanted === null ? undefined : purgeCommand(stream, wanted)}
      onClose={onClose}
      onAct={(confirm) =>
        wanted !== null &&
        purge.mutate(
          { params, body: { ...wanted, confirm } },
          { onSuccess: ({ purged }) => onDone(`${exact(purged)} messages are purged.`) },
        )
      }
    >
      <Field label="Which messages">
        <Choices label="Which messages" options={bounds} value={form.bound} onChange={(bound) => set({ bound })} />
      </Field>
      {form.bound === 'before' && (
        <TextInput
          id="purge-seq"
          label="Before the sequence"
          description="It stays, and what came after it."
          inputMode="numeric"
          fault={fieldFault(plan.error, 'body.seq')}
          value={form.seq}
          onChange={(seq) => set({ seq })}
        />
      )}
      {form.bound === 'keep' && (
        <TextInput
          id="purge-keep"
          label="Newest messages that stay"
          inputMode="numeric"
          fault={fieldFault(plan.error, 'body.keep')}
          value={form.keep}
          onChange={(keep) => set({ keep })}
        />
      )}
      <TextInput
        id="purge-subject"
        label="Of the subject"
        description="Of all subjects where this is empty; wildcards are allowed."
        placeholder="orders.eu.>"
        fault={fieldFault(plan.error, 'body.subject')}
        value={form.subject}
        onChange={(subject) => set({ subject })}
      />
      {wanted !== null && (
        <Loaded of={plan}>
          {({ messages, of, countedBy, refusals }) => (
            <Alert
              severity={refusals.length > 0 ? 'error' : 'warning'}
              data-testid="purge-count"
              title={
                counted === undefined
                  ? 'Counting'
                  : messages === null
                    ? `How many of ${exact(of)} messages go cannot be counted`
                    : `${exact(messages)} of ${exact(of)} messages go`
              }
            >
              {refusals.length > 0 ? `The server would refuse it: ${refusals.join('; ')}.` : `Counted by ${countedBy}.`}
            </Alert>
          )}
        </Loaded>
      )}
      <Touched clusterId={clusterId} stream={stream} touch="purge" />
    </ActDialog>
  );
}
