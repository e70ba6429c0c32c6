import { Combobox, Field } from '@grafana/ui';
import type { StreamRow } from '@jetstream-console/contract';
import { useState } from 'react';
import { useAct, useApi } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import { Quiet } from '../../../components/parts';
import { peerRemoveCommand, stepDownStreamCommand } from '../../../natsCommand';
import type { StreamActProps } from './streamActs';

const anyone = '';

/** Servers that hold a copy, the leader first, with how they stand. */
const holders = ({ leader, peers }: StreamRow['replica']) => [
  ...(leader === null ? [] : [{ value: leader, label: leader, description: 'leads now' }]),
  ...peers
    .filter(({ name }) => name !== leader)
    .map(({ name, offline, current, lag }) => ({
      value: name,
      label: name,
      description: offline ? 'offline' : current ? 'in sync' : `behind by ${lag}`,
    })),
];

/** Has the leader hand over, to whom is asked for where the server knows how. */
export function StepDownDialog({ clusterId, stream, replica, onDone, onClose }: StreamActProps) {
  const [preferred, setPreferred] = useState(anyone);
  const stepDown = useAct('stepDownStream');
  // A preferred leader came with NATS 2.11, which is api level 1.
  const config = useApi('getStreamConfig', { params: { clusterId, stream } });
  const choosable = (config.data?.apiLevel ?? 0) >= 1;
  const wanted = preferred === anyone ? undefined : preferred;
  return (
    <ActDialog
      title={`Step-down of the leader of ${stream}`}
      text="Step down"
      busyText="Stepping down"
      act={stepDown}
      command={stepDownStreamCommand(stream, wanted)}
      onClose={onClose}
      onAct={() =>
        stepDown.mutate(
          { params: { clusterId, stream }, body: { preferred: wanted } },
          {
            onSuccess: ({ before, leader }) =>
              onDone(
                leader === null
                  ? `${before ?? 'The leader'} stepped down; the others are choosing.`
                  : `${before ?? 'The leader'} stepped down; ${leader} leads.`,
              ),
          },
        )
      }
    >
      <p>
        {replica.leader ?? 'Nobody'} leads now. Publishers wait until another replica is chosen, as a rule for less than
        a second; nothing is lost.
      </p>
      {choosable && (
        <Field label="Who should lead" htmlFor="preferred">
          <Combobox
            id="preferred"
            options={[
              { value: anyone, label: 'Whoever is chosen' },
              ...holders(replica).filter(({ value }) => value !== replica.leader),
            ]}
            value={preferred}
            onChange={({ value }) => setPreferred(value)}
          />
        </Field>
      )}
    </ActDialog>
  );
}

/** Takes a copy away from a server, which the cluster then makes anew elsewhere. */
export function PeerRemoveDialog({ clusterId, stream, replica, onDone, onClose }: StreamActProps) {
  const servers = holders(replica);
  const worst = replica.peers.find(({ offline }) => offline)?.name ?? null;
  const [peer, setPeer] = useState(worst);
  const remove = useAct('removeStreamPeer');
  return (
    <ActDialog
      title={`Remove a peer of ${stream}`}
      text="Remove"
      busyText="Removing"
      act={remove}
      confirm={stream}
      blocked={peer === null}
      command={peer === null ? undefined : peerRemoveCommand(stream, peer)}
      onClose={onClose}
      onAct={(confirm) =>
        peer !== null &&
        remove.mutate(
          { params: { clusterId, stream }, body: { peer, confirm } },
          { onSuccess: ({ removed }) => onDone(`${removed} holds no copy of ${stream} any more.`) },
        )
      }
    >
      <p>
        The copy on that server goes, and the copies of its consumers there. The cluster makes a new one on another
        server, if it has one to spare; until that has caught up, fewer copies stand between a fault and a loss.
      </p>
      <Field label="Server" htmlFor="peer">
        <Combobox id="peer" options={servers} value={peer} onChange={({ value }) => setPeer(value)} />
      </Field>
      {worst !== null && <Quiet>{worst} is offline.</Quiet>}
    </ActDialog>
  );
}
