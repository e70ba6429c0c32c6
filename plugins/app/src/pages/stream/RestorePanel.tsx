import { Alert, Button } from '@grafana/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Panel, Quiet, Row } from '../../components/parts';
import { Problem } from '../../components/States';
import { exact, percent } from '../../format';
import { restoreFrom } from './restore';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
}

type State =
  | { readonly phase: 'idle' }
  | { readonly phase: 'sending'; readonly part: number; readonly stop: () => void }
  | { readonly phase: 'done'; readonly messages: number }
  | { readonly phase: 'stopped' }
  | { readonly phase: 'failed'; readonly error: unknown };

/** Brings a stream that is not there back from a backup of it. */
export function RestorePanel({ clusterId, stream }: Props) {
  const [state, setState] = useState<State>({ phase: 'idle' });
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const restore = async (file: File) => {
    const control = new AbortController();
    const sending = (part: number): State => ({ phase: 'sending', part, stop: () => control.abort() });
    setState(sending(0));
    try {
      const { messages } = await restoreFrom(
        { clusterId, stream },
        file,
        (part) => setState(sending(part)),
        control.signal,
      );
      setState({ phase: 'done', messages });
      await client.invalidateQueries();
    } catch (error) {
      setState(control.signal.aborted ? { phase: 'stopped' } : { phase: 'failed', error });
    }
  };
  return (
    <Panel title="Restore from a backup">
      <Quiet>
        A backup of {stream} that was made here, or by the nats CLI. NATS restores a stream under its own name.
      </Quiet>
      <input
        ref={input}
        type="file"
        accept=".tar,application/x-tar"
        aria-label="Backup file"
        hidden
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) void restore(file);
          currentTarget.value = '';
        }}
      />
      {state.phase === 'failed' && <Problem error={state.error} />}
      {state.phase === 'stopped' && <Alert severity="info" title="Stopped: nothing of it is left" />}
      {state.phase === 'done' && (
        <Alert
          severity="success"
          data-testid="restored"
          title={`${stream} is back with ${exact(state.messages)} messages`}
        />
      )}
      <Row>
        {state.phase === 'sending' ? (
          <>
            <span role="status">
              {state.part < 1 ? `${percent(state.part)} sent` : 'All of it is sent; NATS makes the stream'}
            </span>
            <Button size="sm" variant="secondary" icon="times" onClick={state.stop}>
              Stop
            </Button>
          </>
        ) : (
          <Button size="sm" icon="upload" onClick={() => input.current?.click()}>
            Choose a file
          </Button>
        )}
      </Row>
    </Panel>
  );
}
