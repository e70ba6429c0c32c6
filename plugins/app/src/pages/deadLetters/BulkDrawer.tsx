import { Alert, Button, Drawer } from '@grafana/ui';
import type { DeadLetterFilter, RetryPlan } from '@jetstream-console/contract';
import { useState } from 'react';
import { Facts, Mono, Row } from '../../components/parts';
import { RunAccount } from '../../components/RunAccount';
import { Problem } from '../../components/States';
import { TextInput } from '../../components/TextInput';
import { bytes, exact } from '../../format';
import { useRetryPlan, type Planning } from './useRetryPlan';
import { useRetryRun, type RetryRun } from './useRetryRun';
import { accountWords } from './words';

interface Props {
  readonly clusterId: string;
  readonly filter: Omit<DeadLetterFilter, 'state'>;
  /** the filter in words */
  readonly about: string;
  readonly onClose: () => void;
}

/** Sends all open ones of a filter again: counted first, with a rate, and stopped when told. */
export function BulkDrawer({ clusterId, filter, about, onClose }: Props) {
  const [rate, setRate] = useState('100');
  const { run, start, stop } = useRetryRun(clusterId);
  const planning = useRetryPlan(clusterId, filter);
  const { plan } = planning;
  const perSecond = rate.trim() === '' ? null : Number(rate);
  const whole = perSecond === null || (Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= 10_000);
  return (
    <Drawer title="Send dead letters again" subtitle={about} onClose={onClose} size="md">
      {run === null ? (
        <>
          {planning.error !== null ? (
            <Problem error={planning.error} />
          ) : plan === null ? (
            <Counting of={planning} />
          ) : (
            <Planned plan={plan} />
          )}
          <TextInput
            id="letters-rate"
            label="Messages a second at most"
            description="Empty for as fast as the streams take them. Consumers that gave them up get them all again."
            inputMode="numeric"
            fault={{ invalid: !whole, error: whole ? undefined : 'a whole number from 1 to 10,000, or nothing' }}
            value={rate}
            onChange={setRate}
          />
          <Row>
            <Button
              disabled={!whole || plan === null || plan.messages === 0}
              onClick={() => start({ ...filter, perSecond })}
            >
              Send
            </Button>
            <Button variant="secondary" fill="outline" onClick={onClose}>
              Cancel
            </Button>
          </Row>
        </>
      ) : (
        <Running run={run} onStop={stop} onClose={onClose} />
      )}
    </Drawer>
  );
}

function Counting({ of: { looked, of } }: { of: Planning }) {
  return (
    <Alert severity="info" data-testid="letters-counting" title="Counting what would be sent">
      {of > 0 && `${exact(looked)} of ${exact(of)} messages were looked at. Nothing is sent; cancelling stops it.`}
    </Alert>
  );
}

function Planned({ plan }: { plan: RetryPlan }) {
  const { messages, fromCopies, left, beyond, examples, notes } = plan;
  return (
    <>
      <Alert
        severity="info"
        data-testid="letters-plan"
        title={`${exact(messages)} message${messages === 1 ? '' : 's'}, ${bytes(plan.bytes)}, would be sent in the order of their streams`}
      >
        {[
          ...(fromCopies > 0 ? [`${exact(fromCopies)} of them from the console's copies.`] : []),
          ...(beyond > 0 ? [`${exact(beyond)} more are left for another run.`] : []),
          ...notes,
        ].join(' ')}
      </Alert>
      {left.length > 0 && (
        <Alert severity="warning" title="Some cannot be sent, and stay open">
          {left.map(({ reason, letters }) => (
            <p key={reason}>
              {exact(letters)}: {reason}
            </p>
          ))}
        </Alert>
      )}
      {examples.length > 0 && (
        <Facts
          facts={examples.map(({ id, seq, stream, subject }) => [
            `${stream} ${exact(seq)}`,
            <Mono key={id}>{subject}</Mono>,
          ])}
        />
      )}
    </>
  );
}

interface RunningProps {
  readonly run: RetryRun;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

function Running({ run: { phase, account, error }, onStop, onClose }: RunningProps) {
  const done = account === null ? 0 : account.letters - account.untouched;
  const percent = account === null || account.letters === 0 ? 0 : Math.floor((done / account.letters) * 100);
  return (
    <>
      {error !== null && <Problem error={error} />}
      {account && (
        <RunAccount
          testId="letters-account"
          phase={phase}
          percent={percent}
          why={account.why}
          running="Sending"
          stopping="Stopping: the one that is on its way is waited for"
          done="All of them were looked at"
          words={accountWords(account)}
        />
      )}
      <div role="progressbar" aria-label="Of the way" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} />
      <Row>
        {phase === 'running' ? (
          <Button variant="destructive" icon="times" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button variant="secondary" onClick={onClose}>
            Close
          </Button>
        )}
      </Row>
    </>
  );
}
