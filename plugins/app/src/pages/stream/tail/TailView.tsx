import { Badge, Button, Icon } from '@grafana/ui';
import type { Message } from '@jetstream-console/contract';
import { useState, type ReactNode } from 'react';
import { Quiet, Row } from '../../../components/parts';
import { Empty, Problem } from '../../../components/States';
import { exact } from '../../../format';
import { useKeys } from '../../../useKeys';
import type { MessageQueryIn } from '../filter';
import { mostShown, type Tail } from './tail';
import { useTail } from './useTail';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly query: MessageQueryIn;
  readonly narrowed: boolean;
  readonly list: (messages: readonly Message[]) => ReactNode;
  readonly onEnd: () => void;
}

function Told({ tail, paused }: { tail: Tail; paused: boolean }) {
  const last = tail.next === null ? null : exact(tail.next - 1);
  return (
    <>
      {/* Said when it changes hands between live and paused, and not with every message. */}
      <span role="status">
        <Badge color={paused ? 'orange' : 'green'} icon={paused ? 'pause' : 'play'} text={paused ? 'Paused' : 'Live'} />
      </span>{' '}
      <Quiet>
        {paused
          ? `${last === null ? '' : `at sequence ${last}: `}nothing is read, and what comes meanwhile follows when you go on`
          : `${exact(tail.came)} since you began${tail.came > mostShown ? `, the newest ${mostShown} are shown` : ''}`}
      </Quiet>
      {tail.skipped > 0 && (
        <Quiet>
          <Icon name="exclamation-triangle" size="sm" /> Too many to show: {exact(tail.skipped)} sequences were left
          out. A subject narrows it.
        </Quiet>
      )}
    </>
  );
}

/** Messages as they come, newest first, until somebody pauses them. */
export function TailView({ clusterId, stream, query, narrowed, list, onEnd }: Props) {
  const [paused, setPaused] = useState(false);
  const tail = useTail({ clusterId, stream, query, paused });
  const toggle = () => setPaused(!paused);
  useKeys({ p: toggle });
  return (
    <>
      <Row>
        <span data-testid="tail" data-paused={paused}>
          <Told tail={tail} paused={paused} />
        </span>
        <Button
          size="sm"
          variant="secondary"
          icon={paused ? 'play' : 'pause'}
          tooltip={`${paused ? 'Go on' : 'Pause'} (p)`}
          onClick={toggle}
        >
          {paused ? 'Go on' : 'Pause'}
        </Button>
        <Button size="sm" variant="secondary" fill="text" icon="times" onClick={onEnd}>
          End live
        </Button>
      </Row>
      {tail.error && <Problem error={tail.error} />}
      {tail.messages.length > 0
        ? list(tail.messages)
        : tail.next !== null && (
            <Empty title="Nothing yet">
              {narrowed
                ? 'Messages that match appear here as they are stored.'
                : 'New messages appear here as they are stored.'}
            </Empty>
          )}
    </>
  );
}
