import { Alert, Badge, Button, ClipboardButton } from '@grafana/ui';
import type { DeadLetter, DeadLetterMessage } from '@jetstream-console/contract';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useAct, useApi } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import { NoAccess } from '../../components/NoAccess';
import { OpenedBar } from '../../components/OpenedBar';
import { consumerUrl, Facts, Mono, Quiet, Row, Stack, streamUrl } from '../../components/parts';
import { Loaded, Problem } from '../../components/States';
import { ago, exact, time } from '../../format';
import { Headers } from '../../payload/Headers';
import { PayloadView, wholeBytes } from '../../payload/PayloadView';
import { DeleteOriginals } from './DeleteOriginals';
import { EditDrawer } from './EditDrawer';
import type { MayRetry } from './mayRetry';
import { copyWords, fateOf, reasonWords, stateColors, stateWords } from './words';

interface Props {
  readonly clusterId: string;
  readonly id: string;
  readonly may: MayRetry;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One dead letter: who gave up which message and why, what is in it, and what can be done about it. */
export function LetterPanel({ clusterId, id, may, onStep, onClose }: Props) {
  const letter = useApi('getDeadLetter', { params: { clusterId, letter: id } });
  return (
    <div data-testid="letter">
      <Stack>
        <OpenedBar
          title={letter.data ? `Message ${exact(letter.data.seq)} of ${letter.data.stream}` : 'Dead letter'}
          onUp={() => onStep(-1)}
          onDown={() => onStep(1)}
          onClose={onClose}
        />
        <Loaded of={letter}>{(known) => <Opened clusterId={clusterId} letter={known} may={may} />}</Loaded>
      </Stack>
    </div>
  );
}

function Opened({ clusterId, letter, may }: Pick<Props, 'clusterId' | 'may'> & { letter: DeadLetter }) {
  const { stream, consumer, state } = letter;
  const mayRead = may.read(stream);
  const message = useApi(
    'getDeadLetterMessage',
    { params: { clusterId, letter: letter.id }, query: { maxBytes: wholeBytes } },
    { enabled: mayRead },
  );
  const fate = fateOf(letter);
  return (
    <>
      {fate !== null && (
        <Alert
          severity={state === 'retried' ? 'success' : state === 'retrying' || letter.failure ? 'warning' : 'info'}
          title={fate}
          data-testid="fate"
        />
      )}
      <Facts
        facts={[
          ['State', <Badge key="s" color={stateColors[state]} text={stateWords[state]} />],
          [
            'Given up by',
            <Link key="c" to={consumerUrl(clusterId, stream, consumer)}>
              {consumer}
            </Link>,
          ],
          ['Because it was', reasonWords[letter.reason]],
          ...(letter.why === null ? [] : [['The client said', letter.why] as const]),
          ...(letter.deliveries === null ? [] : [['Deliveries', exact(letter.deliveries)] as const]),
          [
            'When',
            <span key="w" title={letter.at}>
              {time(letter.at)} <Quiet>{ago(letter.at)}</Quiet>
            </span>,
          ],
          ...(letter.retried === null
            ? []
            : [
                [
                  'Sent again as',
                  <Link
                    key="r"
                    to={`${streamUrl(clusterId, letter.retried.stream)}?tab=messages&seq=${letter.retried.seq}`}
                  >
                    message {exact(letter.retried.seq)} of {letter.retried.stream}
                  </Link>,
                ] as const,
              ]),
          ...(copyWords[letter.copy] === null ? [] : [['Copy', copyWords[letter.copy]] as const]),
        ]}
      />
      {mayRead ? (
        <Loaded of={message}>
          {(known) => (
            <>
              <Acts clusterId={clusterId} letter={letter} may={may} found={known} />
              <Content found={known} />
            </>
          )}
        </Loaded>
      ) : (
        <NoAccess what="what is in it" role="reader" on="the stream" />
      )}
    </>
  );
}

function Content({ found: { message, from, gone, notes } }: { found: DeadLetterMessage }) {
  return (
    <>
      {gone !== null && (
        <Alert
          severity={message === null ? 'warning' : 'info'}
          title={message === null ? 'The message is gone' : 'This is the copy that the console has kept'}
        >
          {gone}
        </Alert>
      )}
      {notes.map((note) => (
        <Quiet key={note}>{note}</Quiet>
      ))}
      {message && (
        <>
          <Facts
            facts={[
              ['Subject', <Mono key="s">{message.subject}</Mono>],
              [from === 'copy' ? 'Was stored' : 'Stored', time(message.time)],
            ]}
          />
          <Headers headers={message.headers} />
          <PayloadView payload={message.payload} decoded={message.decoded ?? null} busy={false} onWhole={null} />
        </>
      )}
    </>
  );
}

interface ActsProps {
  readonly clusterId: string;
  readonly letter: DeadLetter;
  readonly may: MayRetry;
  readonly found: DeadLetterMessage;
}

function Acts({ clusterId, letter, may, found }: ActsProps) {
  const { id, stream, state } = letter;
  const [open, setOpen] = useState<'edit' | 'delete' | 'again' | null>(null);
  const retry = useAct('retryDeadLetter');
  const close = () => setOpen(null);
  const send = (again: boolean) =>
    retry.mutate({ params: { clusterId, letter: id }, body: { again } }, { onSuccess: close });
  const sendable = state === 'open' || state === 'retrying' || state === 'retried';
  return (
    <>
      <Row>
        {may.retry(stream) && sendable && (
          <>
            <Button
              size="sm"
              icon="repeat"
              disabled={retry.isPending || found.message === null}
              tooltip={found.message === null ? 'Its message is gone: edit and send one that you write' : undefined}
              onClick={() => (state === 'open' ? send(false) : setOpen('again'))}
            >
              {retry.isPending ? 'Sending' : state === 'open' ? 'Send again' : 'Send once more'}
            </Button>
            <Button size="sm" variant="secondary" icon="pen" onClick={() => setOpen('edit')}>
              Edit and send
            </Button>
          </>
        )}
        {may.mark(stream) && <Mark clusterId={clusterId} letter={letter} />}
        {may.remove(stream) && found.from === 'stream' && (
          <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setOpen('delete')}>
            Delete the original
          </Button>
        )}
        <ClipboardButton size="sm" variant="secondary" icon="link" getText={() => window.location.href}>
          Link
        </ClipboardButton>
      </Row>
      {open === 'again' && (
        <ActDialog
          title={`Send message ${exact(letter.seq)} of ${stream} once more`}
          text="Send"
          busyText="Sending"
          act={retry}
          onClose={close}
          onAct={() => send(true)}
        >
          <Alert
            severity="warning"
            title={
              state === 'retried'
                ? 'It was sent again already: this stores it a second time'
                : 'Nobody knows whether the last try was stored: look into the stream first'
            }
          />
        </ActDialog>
      )}
      {open === 'edit' && <EditDrawer clusterId={clusterId} letter={letter} message={found.message} onClose={close} />}
      {open === 'delete' && <DeleteOriginals clusterId={clusterId} letters={[letter]} onClose={close} onDone={close} />}
      {retry.isError && open === null && <Problem error={retry.error} />}
    </>
  );
}

/** Drops it, or takes it up again; no message is touched. */
function Mark({ clusterId, letter: { id, state } }: Pick<ActsProps, 'clusterId' | 'letter'>) {
  const mark = useAct('markDeadLetters');
  const as = (to: 'dropped' | 'open') => mark.mutate({ params: { clusterId }, body: { ids: [id], as: to } });
  return (
    <>
      {(state === 'open' || state === 'retrying') && (
        <Button size="sm" variant="secondary" icon="times" disabled={mark.isPending} onClick={() => as('dropped')}>
          Drop
        </Button>
      )}
      {state === 'dropped' && (
        <Button size="sm" variant="secondary" icon="history" disabled={mark.isPending} onClick={() => as('open')}>
          Open it again
        </Button>
      )}
      {mark.isError && <Problem error={mark.error} />}
    </>
  );
}
