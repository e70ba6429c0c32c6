import type { StreamRow } from '@jetstream-console/contract';
import type { MayChange } from '../../../api/mayChange';
import type { Act, ActBase } from '../../../components/ActsMenu';
import { BackupDialog } from './BackupDialog';
import { DeleteStreamDialog, SealDialog } from './ForGood';
import { PurgeDialog } from './PurgeDialog';
import { PeerRemoveDialog, StepDownDialog } from './Replicas';

export interface StreamActProps extends ActBase {
  readonly clusterId: string;
  readonly stream: string;
  readonly replica: StreamRow['replica'];
}

interface Of {
  readonly clusterId: string;
  readonly row: StreamRow;
  readonly config: Readonly<Record<string, unknown>>;
  readonly may: MayChange;
}

/** What may be done to a stream besides changing its configuration. */
export function streamActs({ clusterId, row, config, may }: Of): readonly Act[] {
  const { name: stream, replica } = row;
  const of = { clusterId, stream, replica };
  const unlessReplicated = replica.replicas > 1 ? null : 'It has one copy.';
  const unlessSealed = row.sealed ? 'It is sealed.' : null;
  const operate = { allowed: may.streams('operate', stream), role: 'admin' as const };
  return [
    {
      id: 'purge',
      text: 'Purge messages',
      icon: 'trash-alt',
      destroys: true,
      allowed: may.streams('purge', stream),
      role: 'admin',
      what: `purge the stream ${stream}`,
      not: unlessSealed ?? (config['deny_purge'] === true ? 'It was set to refuse purges (deny_purge).' : null),
      dialog: (base) => <PurgeDialog {...of} {...base} />,
    },
    {
      id: 'backup',
      text: 'Back up',
      icon: 'download-alt',
      allowed: may.backup(stream),
      role: 'admin',
      what: `back up the stream ${stream}`,
      not: null,
      dialog: ({ onClose }) => <BackupDialog {...of} bytes={row.bytes} messages={row.messages} onClose={onClose} />,
    },
    {
      ...operate,
      id: 'step-down',
      text: 'Step down its leader',
      icon: 'arrow-down',
      what: `move the leader of the stream ${stream}`,
      not: unlessReplicated,
      dialog: (base) => <StepDownDialog {...of} {...base} />,
    },
    {
      ...operate,
      id: 'peer-remove',
      text: 'Remove a peer',
      icon: 'minus-circle',
      destroys: true,
      what: `move the copies of the stream ${stream}`,
      not: unlessReplicated,
      dialog: (base) => <PeerRemoveDialog {...of} {...base} />,
    },
    {
      ...operate,
      id: 'seal',
      text: 'Seal',
      icon: 'lock',
      destroys: true,
      what: `seal the stream ${stream}`,
      not: unlessSealed,
      dialog: (base) => <SealDialog {...of} {...base} />,
    },
    {
      id: 'delete',
      text: 'Delete',
      icon: 'times',
      destroys: true,
      allowed: may.streams('delete', stream),
      role: 'admin',
      what: `delete the stream ${stream}`,
      not: null,
      dialog: (base) => <DeleteStreamDialog {...of} {...base} />,
    },
  ];
}
