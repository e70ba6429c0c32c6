import { Alert, Field } from '@grafana/ui';
import type { ResetTarget, ResponseOf, Routes } from '@jetstream-console/contract';
import { useState } from 'react';
import { fieldFault } from '../../../api/faults';
import { useAct, useApi } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import { Choices } from '../../../components/Choices';
import { Loaded } from '../../../components/States';
import { TextInput } from '../../../components/TextInput';
import { exact } from '../../../format';
import { resetCommand } from '../../../natsCommand';
import { useSettled } from '../../../useSettled';
import type { ConsumerActProps } from './consumerActs';
import { targetOf, type ResetForm } from './reset';

type To = ResetTarget['to'];
const targets: { label: string; value: To }[] = [
  { label: 'Back to its ack floor', value: 'ack_floor' },
  { label: 'A sequence', value: 'sequence' },
  { label: 'A time', value: 'time' },
];

const unknownWords = 'an unknown number of messages';
const counted = (n: number | null) => (n === null ? unknownWords : `${exact(n)} message${n === 1 ? '' : 's'}`);

type Plan = ResponseOf<Routes['planReset']>;
function Foretold({ plan, current }: { plan: Plan; current: boolean }) {
  const { seq, redelivers, skips, waiting, countedBy, refusals } = plan;
  return (
    <Alert
      severity={refusals.length > 0 ? 'error' : 'warning'}
      title={current ? `It goes on at sequence ${exact(seq)}` : 'Counting'}
      data-testid="reset-plan"
    >
      {refusals.length > 0 ? (
        `The server would refuse it: ${refusals.join('; ')}.`
      ) : (
        <ul>
          <li>{counted(redelivers)} that were delivered come again</li>
          <li>{counted(skips)} that were not delivered yet are left out</li>
          <li>{counted(waiting)} wait then</li>
          <li>counted by {countedBy}</li>
        </ul>
      )}
    </Alert>
  );
}

/** Sets the position of a consumer, once it is counted what comes again and what is left out. */
export function ResetDialog({ about, onDone, onClose }: ConsumerActProps) {
  const [form, setForm] = useState<ResetForm>({ to: 'ack_floor', seq: '', time: '' });
  const wanted = targetOf(form);
  const settled = useSettled(form);
  const target = targetOf(settled);
  const plan = useApi(
    'planReset',
    { params: about, body: target ?? { to: 'ack_floor' } },
    { enabled: target !== null },
  );
  const current = settled === form && !plan.isPlaceholderData && !plan.isError;
  const known = current ? plan.data : undefined;
  const reset = useAct('resetConsumer');
  const set = (changes: Partial<ResetForm>) => setForm((before) => ({ ...before, ...changes }));
  return (
    <ActDialog
      title={`Reset ${about.consumer}`}
      text="Reset"
      busyText="Resetting"
      act={reset}
      confirm={about.consumer}
      blocked={wanted === null || known === undefined || known.refusals.length > 0}
      command={
        wanted === null || known === undefined
          ? undefined
          : resetCommand(about.stream, about.consumer, wanted, known.seq)
      }
      onClose={onClose}
      onAct={(confirm) =>
        wanted !== null &&
        reset.mutate(
          { params: about, body: { target: wanted, confirm } },
          { onSuccess: ({ seq }) => onDone(`${about.consumer} goes on at sequence ${exact(seq)}.`) },
        )
      }
    >
      <Field label="To">
        <Choices label="To" options={targets} value={form.to} onChange={(to) => set({ to })} />
      </Field>
      {form.to === 'sequence' && (
        <TextInput
          id="reset-seq"
          label="Sequence"
          description="The first message it looks at."
          autoFocus
          inputMode="numeric"
          fault={fieldFault(plan.error, 'body.seq')}
          value={form.seq}
          onChange={(seq) => set({ seq })}
        />
      )}
      {form.to === 'time' && (
        <TextInput
          id="reset-time"
          label="Time"
          description="The first message that was stored at it or later."
          placeholder="2026-01-31 14:00 or now-15m"
          autoFocus
          fault={fieldFault(plan.error, 'body.time')}
          value={form.time}
          onChange={(time) => set({ time })}
        />
      )}
      {wanted !== null && <Loaded of={plan}>{(foretold) => <Foretold plan={foretold} current={current} />}</Loaded>}
    </ActDialog>
  );
}
