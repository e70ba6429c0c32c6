import { Alert, Button, Drawer } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useState } from 'react';
import { useApi } from '../../../api/hooks';
import { Facts, Mono, Quiet, Row, Stack } from '../../../components/parts';
import { RunAccount } from '../../../components/RunAccount';
import { Loaded, Problem } from '../../../components/States';
import { TextInput } from '../../../components/TextInput';
import { exact } from '../../../format';
import { useBalance, type BalanceRun } from './useBalance';
import { accountWords } from './words';

type Plan = ResponseOf<Routes['planLeaders']>;
interface Props {
  readonly clusterId: string;
  readonly onClose: () => void;
}

const listed = 20;

/** Moves leaders until servers lead alike: the plan first, then one after the other, and stopped when told. */
export function BalanceDrawer({ clusterId, onClose }: Props) {
  const [rate, setRate] = useState('30');
  const { run, start, stop } = useBalance(clusterId);
  const plan = useApi('planLeaders', { params: { clusterId }, body: {} }, { enabled: run === null });
  const perMinute = Number(rate);
  const whole = Number.isInteger(perMinute) && perMinute >= 1 && perMinute <= 600;
  const moves = plan.data?.moves ?? [];
  return (
    <Drawer title="Balance leaders" subtitle="Streams of the cluster’s own account" onClose={onClose} size="md">
      {run === null ? (
        <Stack>
          <Loaded of={plan}>{(known) => <Planned plan={known} />}</Loaded>
          <TextInput
            id="leaders-rate"
            label="Leaders a minute at most"
            description="Each is waited for until its copies are in sync again. Publishers to it wait for less than a second, as a rule."
            inputMode="numeric"
            fault={{ invalid: !whole, error: whole ? undefined : 'a whole number from 1 to 600' }}
            value={rate}
            onChange={setRate}
          />
          <Row>
            <Button disabled={!whole || moves.length === 0} onClick={() => start({ moves, perMinute })}>
              {moves.length === 0 ? 'Nothing to move' : `Move ${exact(moves.length)}`}
            </Button>
            <Button variant="secondary" fill="outline" onClick={onClose}>
              Cancel
            </Button>
          </Row>
        </Stack>
      ) : (
        <Running run={run} onStop={stop} onClose={onClose} />
      )}
    </Drawer>
  );
}

function Planned({ plan: { moves, servers, choosable, fixed } }: { plan: Plan }) {
  return (
    <Stack>
      <Alert
        severity="info"
        data-testid="leaders-plan"
        title={
          moves.length === 0
            ? 'Nothing is to be moved: it cannot get more even'
            : `${exact(moves.length)} ${moves.length === 1 ? 'leader' : 'leaders'} would move`
        }
      >
        {servers
          .map(({ name, before, after }) => `${name} leads ${exact(before)} streams now, ${exact(after)} then`)
          .join('; ')}
        .
      </Alert>
      {!choosable && moves.length > 0 && (
        <Alert severity="warning" title="Servers before 2.11 choose by themselves who leads next">
          A leader may go to another server than is planned. Look again afterwards, and balance once more where it is
          needed.
        </Alert>
      )}
      {moves.length > 0 && (
        <Facts
          facts={moves.slice(0, listed).map(({ stream, from, to }) => [
            stream,
            <Mono key={stream}>
              {from} → {to}
            </Mono>,
          ])}
        />
      )}
      {moves.length > listed && <Quiet>and {exact(moves.length - listed)} more</Quiet>}
      {fixed > 0 && (
        <Quiet>
          {exact(fixed)} {fixed === 1 ? 'stream stays' : 'streams stay'} where {fixed === 1 ? 'it is' : 'they are'}: one
          copy, none elsewhere that is in sync, or not yours to move.
        </Quiet>
      )}
    </Stack>
  );
}

interface RunningProps {
  readonly run: BalanceRun;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

function Running({ run: { phase, account, error }, onStop, onClose }: RunningProps) {
  const done = account === null ? 0 : account.moved + account.elsewhere + account.skipped.length;
  const percent = account === null ? 0 : Math.floor((done / account.moves) * 100);
  return (
    <Stack>
      {error !== null && <Problem error={error} />}
      {account && (
        <RunAccount
          testId="leaders-account"
          phase={phase}
          percent={percent}
          why={account.why}
          running="Moving leaders"
          stopping="Stopping: the one that is under way is waited for"
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
    </Stack>
  );
}
