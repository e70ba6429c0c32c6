import { Alert } from '@grafana/ui';
import type { Action, StreamRow } from '@jetstream-console/contract';
import { useState, type ComponentType } from 'react';
import { useMayChange } from '../../../api/mayChange';
import { ActsMenu, type OfferedAct } from '../../../components/ActsMenu';
import { CannotChange } from '../../../components/CannotChange';
import { useUrl } from '../../../useUrl';
import { DeleteStreamDialog, SealDialog } from './ForGood';
import { PurgeDialog } from './PurgeDialog';
import { PeerRemoveDialog, StepDownDialog } from './Replicas';

type ActId = 'purge' | 'step-down' | 'peer-remove' | 'seal' | 'delete';

export interface DialogProps {
  readonly clusterId: string;
  readonly stream: string;
  readonly replica: StreamRow['replica'];
  /** @param words what came of it */
  readonly onDone: (words: string) => void;
  readonly onClose: () => void;
}

interface Act extends Omit<OfferedAct<ActId>, 'not'> {
  readonly action: Action;
  readonly what: string;
  readonly dialog: ComponentType<DialogProps>;
  readonly not: (row: StreamRow, config: Readonly<Record<string, unknown>>) => string | null;
}

const unlessReplicated = ({ replica }: StreamRow) => (replica.replicas > 1 ? null : 'It has one copy.');
const unlessSealed = ({ sealed }: StreamRow) => (sealed ? 'It is sealed.' : null);

const acts: readonly Act[] = [
  {
    id: 'purge',
    text: 'Purge messages',
    what: 'purge',
    icon: 'trash-alt',
    destroys: true,
    action: 'purge',
    dialog: PurgeDialog,
    not: (row, config) =>
      unlessSealed(row) ?? (config['deny_purge'] === true ? 'It was set to refuse purges (deny_purge).' : null),
  },
  {
    id: 'step-down',
    text: 'Step down its leader',
    what: 'move the leader of',
    icon: 'arrow-down',
    action: 'operate',
    dialog: StepDownDialog,
    not: unlessReplicated,
  },
  {
    id: 'peer-remove',
    text: 'Remove a peer',
    what: 'move the copies of',
    icon: 'minus-circle',
    destroys: true,
    action: 'operate',
    dialog: PeerRemoveDialog,
    not: unlessReplicated,
  },
  {
    id: 'seal',
    text: 'Seal',
    what: 'seal',
    icon: 'lock',
    destroys: true,
    action: 'operate',
    dialog: SealDialog,
    not: unlessSealed,
  },
  {
    id: 'delete',
    text: 'Delete',
    what: 'delete',
    icon: 'times',
    destroys: true,
    action: 'delete',
    dialog: DeleteStreamDialog,
    not: () => null,
  },
];

interface Props {
  readonly clusterId: string;
  readonly row: StreamRow;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The menu of what may be done to a stream. */
export function StreamActs({ clusterId, row, config }: Props) {
  const url = useUrl();
  const may = useMayChange(clusterId);
  return (
    <ActsMenu
      label={`Actions on the stream ${row.name}`}
      acts={acts
        .filter(({ action }) => may.streams(action, row.name))
        .map((act) => ({ ...act, not: act.not(row, config) }))}
      onAct={(id) => url.set({ act: id }, false)}
    />
  );
}

/** The act that a link or the menu has opened, and what came of it. */
export function OpenedStreamAct({ clusterId, row, config }: Props) {
  const url = useUrl();
  const may = useMayChange(clusterId);
  const [done, setDone] = useState<string | null>(null);
  const act = acts.find(({ id }) => id === url.get('act'));
  const close = () => url.set({ act: null });
  const told = done !== null && (
    <Alert severity="success" title={done} data-testid="done" onRemove={() => setDone(null)} />
  );
  if (act === undefined) return told;
  if (!may.streams(act.action, row.name))
    return <CannotChange what={`${act.what} the stream ${row.name}`} role="admin" readOnly={may.readOnly} />;
  const reason = act.not(row, config);
  if (reason !== null) return <Alert severity="info" title={`${act.text}: ${reason}`} onRemove={close} />;
  const Dialog = act.dialog;
  return (
    <>
      {told}
      <Dialog
        clusterId={clusterId}
        stream={row.name}
        replica={row.replica}
        onDone={(words) => {
          setDone(words);
          close();
        }}
        onClose={close}
      />
    </>
  );
}
