import { Alert, Button, Combobox, Drawer, Field } from '@grafana/ui';
import type { ReplaySubject } from '@jetstream-console/contract';
import { useState } from 'react';
import { fieldFault } from '../../../api/faults';
import { useApi } from '../../../api/hooks';
import { Choices } from '../../../components/Choices';
import { Facts, Mono, Row } from '../../../components/parts';
import { RunAccount } from '../../../components/RunAccount';
import { Loaded, Problem } from '../../../components/States';
import { TextInput } from '../../../components/TextInput';
import { bytes, exact } from '../../../format';
import { useSettled } from '../../../useSettled';
import type { Filter } from '../filter';
import { rangeOf, rangeWords } from './range';
import { accountWords, replayFraction } from './replayWords';
import { useReplay, type Replay, type ReplayBody } from './useReplay';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly filter: Filter;
  readonly onClose: () => void;
}

interface Form {
  readonly target: string;
  readonly as: ReplaySubject['as'];
  readonly subject: string;
  readonly perSecond: string;
}
const subjects: { label: string; value: Form['as'] }[] = [
  { label: 'Their own', value: 'same' },
  { label: 'One subject', value: 'subject' },
  { label: 'With a prefix', value: 'prefix' },
];

function subjectOf({ as, subject }: Form): ReplaySubject | null {
  if (as === 'same') return { as };
  if (subject.trim() === '') return null;
  return as === 'subject' ? { as, subject: subject.trim() } : { as, prefix: subject.trim() };
}
function bodyOf(form: Form, filter: Filter): ReplayBody | null {
  const subject = subjectOf(form);
  return form.target === '' || subject === null ? null : { ...rangeOf(filter), to: { stream: form.target, subject } };
}

/** Copies what the list is narrowed to into another stream: counted first, with a rate, and stopped when told. */
export function CopyDrawer({ clusterId, stream, filter, onClose }: Props) {
  const [form, setForm] = useState<Form>({ target: '', as: 'same', subject: '', perSecond: '1000' });
  const { replay, start, stop, reset } = useReplay(clusterId, stream);
  const settled = useSettled(form);
  const body = bodyOf(form, filter);
  const planned = bodyOf(settled, filter);
  const params = { clusterId, stream };
  const plan = useApi(
    'planReplay',
    { params, ...(planned !== null && { body: planned }) },
    { enabled: planned !== null && replay === null },
  );
  const streams = useApi('listStreams', { params: { clusterId }, query: { limit: 1000, fresh: 'true' } });
  const options = (streams.data?.items ?? [])
    .filter(({ name, mirrorOf, sealed }) => name !== stream && mirrorOf === null && !sealed)
    .map(({ name }) => ({ label: name, value: name }));
  const set = (changes: Partial<Form>) => setForm((before) => ({ ...before, ...changes }));
  const counted = settled === form && !plan.isPlaceholderData && !plan.isError ? plan.data : undefined;
  const perSecond = form.perSecond.trim() === '' ? null : Number(form.perSecond);
  const ready =
    body !== null &&
    counted !== undefined &&
    counted.refusals.length === 0 &&
    counted.messages > 0 &&
    !Number.isNaN(perSecond);
  return (
    <Drawer title={`Copy messages of ${stream}`} subtitle={rangeWords(filter)} onClose={onClose} size="md">
      {replay === null ? (
        <>
          <Field label="Into the stream" {...fieldFault(plan.error, 'body.to.stream')}>
            <Combobox
              id="copy-target"
              aria-label="Into the stream"
              options={options}
              value={form.target === '' ? null : form.target}
              loading={streams.isLoading}
              onChange={(option) => set({ target: option.value })}
            />
          </Field>
          <Field label="Under which subjects">
            <Choices label="Under which subjects" options={subjects} value={form.as} onChange={(as) => set({ as })} />
          </Field>
          {form.as !== 'same' && (
            <TextInput
              id="copy-subject"
              label={form.as === 'subject' ? 'Subject' : 'Prefix'}
              placeholder={form.as === 'subject' ? 'orders.again' : 'replay'}
              fault={fieldFault(plan.error, 'body.to.subject')}
              value={form.subject}
              onChange={(subject) => set({ subject })}
            />
          )}
          <TextInput
            id="copy-rate"
            label="Messages a second at most"
            description="Empty for as fast as the stream takes them."
            inputMode="numeric"
            value={form.perSecond}
            onChange={(rate) => set({ perSecond: rate })}
          />
          {planned !== null && (
            <Loaded of={plan}>{(known) => <Planned plan={known} counting={counted === undefined} />}</Loaded>
          )}
          <Row>
            <Button disabled={!ready} onClick={() => body !== null && start({ ...body, perSecond })}>
              Copy
            </Button>
            <Button variant="secondary" fill="outline" onClick={onClose}>
              Cancel
            </Button>
          </Row>
        </>
      ) : (
        <Running
          replay={replay}
          target={form.target}
          onStop={stop}
          onAgain={reset}
          onGoOn={(resume) =>
            body !== null && start({ ...body, fromTime: undefined, toTime: undefined, ...resume, perSecond })
          }
        />
      )}
    </Drawer>
  );
}

interface PlannedProps {
  readonly plan: {
    readonly messages: number;
    readonly bytes: number;
    readonly countedBy: string;
    readonly examples: readonly { readonly seq: number; readonly from: string; readonly to: string }[];
    readonly refusals: readonly string[];
    readonly notes: readonly string[];
  };
  readonly counting: boolean;
}

function Planned({ plan, counting }: PlannedProps) {
  const { messages, refusals, notes, examples } = plan;
  return (
    <>
      <Alert
        severity={refusals.length > 0 ? 'error' : 'info'}
        data-testid="copy-plan"
        title={
          counting
            ? 'Counting'
            : `${exact(messages)} message${messages === 1 ? '' : 's'}, about ${bytes(plan.bytes)}, would be copied`
        }
      >
        {refusals.length > 0
          ? `It cannot be done: ${refusals.join('; ')}.`
          : [`Counted by ${plan.countedBy}.`, ...notes].join(' ')}
      </Alert>
      {examples.length > 0 && (
        <Facts
          facts={examples.map(({ seq, from, to }) => [
            exact(seq),
            <Mono key={seq}>{from === to ? to : `${from} → ${to}`}</Mono>,
          ])}
        />
      )}
    </>
  );
}

interface RunningProps {
  readonly replay: Replay;
  readonly target: string;
  readonly onStop: () => void;
  readonly onAgain: () => void;
  readonly onGoOn: (resume: { fromSeq: number; toSeq: number; skip: number[] }) => void;
}

function Running({ replay: { phase, account, error }, target, onStop, onAgain, onGoOn }: RunningProps) {
  const percent = account === null ? 0 : Math.floor(replayFraction(account) * 100);
  const resume = phase === 'ended' ? (account?.resume ?? null) : null;
  return (
    <>
      {error !== null && <Problem error={error} />}
      {account && (
        <RunAccount
          testId="copy-account"
          phase={phase}
          percent={percent}
          why={account.why}
          running="Copying"
          stopping="Stopping: what is on its way is waited for"
          done="All of it is copied"
          words={accountWords(account, target)}
        />
      )}
      <div role="progressbar" aria-label="Of the way" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} />
      <Row>
        {phase === 'running' ? (
          <Button variant="destructive" icon="times" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <>
            {resume && (
              <Button icon="arrow-right" onClick={() => onGoOn(resume)}>
                Go on from there
              </Button>
            )}
            {phase !== 'stopping' && (
              <Button variant="secondary" onClick={onAgain}>
                Another copy
              </Button>
            )}
          </>
        )}
      </Row>
    </>
  );
}
