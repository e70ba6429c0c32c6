import { Field } from '@grafana/ui';
import { useState } from 'react';
import { fieldFault } from '../../../api/faults';
import { useAct } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import { Choices } from '../../../components/Choices';
import { TextInput } from '../../../components/TextInput';
import { exact, time } from '../../../format';
import { pauseCommand, resumeCommand } from '../../../natsCommand';
import type { ConsumerActProps } from './consumerActs';
import { pauseEnd, pauseTimes, type PauseTime } from './until';

/** Stops deliveries until a time, after which they go on by themselves. */
export function PauseDialog({ about, onDone, onClose }: ConsumerActProps) {
  const [chosen, setChosen] = useState<PauseTime>('1h');
  const [text, setText] = useState('');
  const pause = useAct('pauseConsumer');
  const end = pauseEnd(chosen, text, new Date());
  return (
    <ActDialog
      title={`Pause ${about.consumer}`}
      text="Pause"
      busyText="Pausing"
      act={pause}
      blocked={end === null}
      command={end === null ? undefined : pauseCommand(about.stream, about.consumer, end)}
      onClose={onClose}
      onAct={() =>
        end !== null &&
        pause.mutate(
          { params: about, body: { until: end } },
          { onSuccess: ({ until }) => onDone(`${about.consumer} is paused until ${time(until)}.`) },
        )
      }
    >
      <p>
        Nothing is delivered meanwhile, and clients stay connected. Messages wait in the stream: those that come to its
        limits before the end of the pause are lost to this consumer.
      </p>
      <Field label="For" description={end === null ? undefined : `until ${time(end)}`}>
        <Choices<PauseTime> label="For" options={pauseTimes} value={chosen} onChange={setChosen} />
      </Field>
      {chosen === 'at' && (
        <TextInput
          id="pause-until"
          label="Time"
          placeholder="2026-01-31 14:00"
          autoFocus
          fault={
            text !== '' && end === null
              ? { invalid: true, error: 'A time that is still to come, such as 2026-01-31 14:00' }
              : fieldFault(pause.error, 'body.until')
          }
          value={text}
          onChange={setText}
        />
      )}
    </ActDialog>
  );
}

/** Ends a pause before its time. */
export function ResumeDialog({ about, row, onDone, onClose }: ConsumerActProps) {
  const resume = useAct('resumeConsumer');
  return (
    <ActDialog
      title={`Resume ${about.consumer}`}
      text="Resume"
      busyText="Resuming"
      act={resume}
      command={resumeCommand(about.stream, about.consumer)}
      onClose={onClose}
      onAct={() => resume.mutate({ params: about }, { onSuccess: () => onDone(`${about.consumer} delivers again.`) })}
    >
      <p>
        It was to be paused until {time(row.pausedUntil)}. Deliveries begin at once
        {row.lag === null ? '' : `, with ${exact(row.lag)} messages that wait`}.
      </p>
    </ActDialog>
  );
}
