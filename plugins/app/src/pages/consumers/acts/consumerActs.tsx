import type { ConsumerRow } from '@jetstream-console/contract';
import type { MayChange } from '../../../api/mayChange';
import type { Act, ActBase } from '../../../components/ActsMenu';
import type { AboutConsumer } from '../about';
import { DeleteConsumerDialog } from './DeleteConsumer';
import { PauseDialog, ResumeDialog } from './Pause';
import { ResetDialog } from './ResetDialog';
import { StepDownConsumerDialog, UnpinDialog } from './Leaders';

export interface ConsumerActProps extends ActBase {
  readonly about: AboutConsumer;
  readonly row: ConsumerRow;
  readonly config: Readonly<Record<string, unknown>>;
}

interface Of extends Pick<ConsumerActProps, 'about' | 'row' | 'config'> {
  readonly may: MayChange;
  /** the server's api level; null until it is known, when nothing is held against an act */
  readonly level: number | null;
}

/** What may be done to a consumer besides changing its configuration. */
export function consumerActs({ about, row, config, may, level }: Of): readonly Act[] {
  const { stream, consumer } = about;
  const of = { about, row, config };
  const on = `the consumer ${consumer}`;
  const needs = (least: number, release: string) =>
    level !== null && level < least ? `It takes NATS ${release} or newer.` : null;
  const pause = { allowed: may.consumers('pause', stream), role: 'operator' as const };
  const operate = { allowed: may.consumers('operate', stream), role: 'editor' as const };
  return [
    {
      ...pause,
      id: 'pause',
      text: row.paused ? 'Pause until another time' : 'Pause',
      icon: 'pause',
      what: `pause ${on}`,
      not: needs(1, '2.11'),
      dialog: (base) => <PauseDialog {...of} {...base} />,
    },
    {
      ...pause,
      id: 'resume',
      text: 'Resume',
      icon: 'play',
      what: `resume ${on}`,
      not: row.paused ? null : 'It is not paused.',
      dialog: (base) => <ResumeDialog {...of} {...base} />,
    },
    {
      ...operate,
      id: 'reset',
      text: 'Reset its position',
      icon: 'history',
      destroys: true,
      what: `reset ${on}`,
      not: needs(4, '2.14'),
      dialog: (base) => <ResetDialog {...of} {...base} />,
    },
    {
      ...operate,
      id: 'unpin',
      text: 'Unpin a client',
      icon: 'unlock',
      what: `unpin clients of ${on}`,
      not: needs(1, '2.11') ?? (config['priority_policy'] === 'pinned_client' ? null : 'It pins no client.'),
      dialog: (base) => <UnpinDialog {...of} {...base} />,
    },
    {
      ...operate,
      id: 'step-down',
      text: 'Step down its leader',
      icon: 'arrow-down',
      what: `move the leader of ${on}`,
      not: row.replica.replicas > 1 ? null : 'Its state has one copy.',
      dialog: (base) => <StepDownConsumerDialog {...of} {...base} />,
    },
    {
      id: 'delete',
      text: 'Delete',
      icon: 'times',
      destroys: true,
      allowed: may.consumers('delete', stream),
      role: 'editor',
      what: `delete ${on}`,
      not: null,
      dialog: (base) => <DeleteConsumerDialog {...of} {...base} />,
    },
  ];
}
