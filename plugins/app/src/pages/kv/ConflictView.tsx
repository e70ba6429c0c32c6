import { Alert, Button } from '@grafana/ui';
import { Panel, Quiet, Row, Stack } from '../../components/parts';
import { ago, exact, time } from '../../format';
import { DiffView } from '../../payload/DiffView';
import { PayloadView } from '../../payload/PayloadView';
import type { Conflict } from './usePut';

interface Props {
  readonly conflict: Conflict;
  readonly detail: string;
  readonly busy: boolean;
  /** @param revision the one that is there now, as it was just seen */
  readonly onOverwrite: ((revision: number) => void) | null;
  readonly onTheirs: () => void;
}

/** Two people wrote one key: both values, what differs, and which of them is to stay. */
export function ConflictView({ conflict, detail, busy, onOverwrite, onTheirs }: Props) {
  const { current, yours } = conflict;
  return (
    <Alert severity="warning" title="Somebody else was faster" data-testid="key-conflict">
      <Stack>
        <p>{detail}</p>
        {current === null ? (
          <Quiet>The key is gone. Your value is still in the editor: save it as a new key.</Quiet>
        ) : (
          <Panel title={`Now: revision ${exact(current.revision)}`}>
            <span title={time(current.time)}>
              {current.operation === 'put' ? 'written' : 'deleted'} {ago(current.time)}
            </span>
            {current.payload === null ? (
              <Quiet>Your role does not show what it is.</Quiet>
            ) : current.operation === 'put' ? (
              <PayloadView payload={current.payload} onWhole={null} />
            ) : (
              <Quiet>It has no value any more.</Quiet>
            )}
          </Panel>
        )}
        {yours.payload && (
          <Panel title={yours.basedOn === null ? 'Yours' : `Yours: made from revision ${exact(yours.basedOn)}`}>
            <PayloadView payload={yours.payload} onWhole={null} />
          </Panel>
        )}
        {current?.payload && yours.payload && (
          <Panel title="What yours would change">
            <DiffView
              before={{ operation: current.operation, payload: current.payload }}
              after={{ operation: 'put', payload: yours.payload }}
            />
          </Panel>
        )}
        <Row>
          <Button size="sm" variant="secondary" onClick={onTheirs}>
            Keep theirs
          </Button>
          {current !== null && onOverwrite && (
            <Button size="sm" variant="destructive" disabled={busy} onClick={() => onOverwrite(current.revision)}>
              Put mine over it
            </Button>
          )}
        </Row>
      </Stack>
    </Alert>
  );
}
