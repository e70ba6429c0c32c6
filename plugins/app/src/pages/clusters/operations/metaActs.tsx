import { Alert, Combobox, Field } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useState } from 'react';
import { useAct, useApi } from '../../../api/hooks';
import type { MayChange } from '../../../api/mayChange';
import { ActDialog } from '../../../components/ActDialog';
import type { Act, ActBase } from '../../../components/ActsMenu';
import { exact } from '../../../format';
import { removeServerCommand, stepDownMetaCommand } from '../../../natsCommand';

type Meta = ResponseOf<Routes['getMetaGroup']>;
interface Props {
  readonly clusterId: string;
  readonly meta: Meta;
}

const anyone = '';

/** What may be done to the group of servers that places streams. */
export function metaActs({ may, ...of }: Props & { readonly may: MayChange }): readonly Act[] {
  const { peers, leader } = of.meta;
  const allowed = may.named('clusters:operate');
  return [
    {
      id: 'meta-step-down',
      text: 'Step down the leader',
      icon: 'exchange-alt',
      allowed,
      role: 'admin',
      what: 'move the leader of the meta group',
      not: leader === null ? 'It has no leader now.' : null,
      dialog: (base) => <StepDown {...of} {...base} />,
    },
    {
      id: 'meta-peer-remove',
      text: 'Remove a server',
      icon: 'times',
      destroys: true,
      allowed,
      role: 'admin',
      what: 'remove servers from the meta group',
      not: peers.length > 1 ? null : 'There is no other server than the leader.',
      dialog: (base) => <RemovePeer {...of} {...base} />,
    },
  ];
}

function StepDown({ clusterId, meta, onDone, onClose }: Props & ActBase) {
  const [preferred, setPreferred] = useState(anyone);
  const stepDown = useAct('stepDownMeta');
  const wanted = preferred === anyone ? undefined : preferred;
  const able = meta.peers.filter(({ leader, offline }) => !leader && !offline);
  return (
    <ActDialog
      title="Step-down of the leader of the meta group"
      text="Step down"
      busyText="Stepping down"
      act={stepDown}
      command={stepDownMetaCommand(wanted)}
      onClose={onClose}
      onAct={() =>
        stepDown.mutate(
          { params: { clusterId }, body: { preferred: wanted } },
          { onSuccess: ({ before }) => onDone(`${before ?? 'The leader'} stepped down; the others are choosing.`) },
        )
      }
    >
      <p>
        {meta.leader} leads now. Messages flow on; who makes, changes or deletes streams and consumers waits until
        another one is chosen, as a rule for less than a second.
      </p>
      <Field label="Who should lead" htmlFor="preferred" description="Servers before 2.11 choose by themselves.">
        <Combobox
          id="preferred"
          options={[
            { value: anyone, label: 'Whoever is chosen' },
            ...able.map(({ name, lag }) => ({
              value: name,
              label: name,
              description: lag === null || lag === 0 ? 'in sync' : `behind by ${lag}`,
            })),
          ]}
          value={preferred}
          onChange={({ value }) => setPreferred(value)}
        />
      </Field>
    </ActDialog>
  );
}

function RemovePeer({ clusterId, meta, onDone, onClose }: Props & ActBase) {
  const able = meta.peers.filter(({ leader }) => !leader);
  const [peer, setPeer] = useState(able.find(({ offline }) => offline)?.name ?? null);
  const chosen = able.find(({ name }) => name === peer);
  const online = chosen !== undefined && !chosen.offline;
  const remove = useAct('removeMetaPeer');
  return (
    <ActDialog
      key={peer}
      title="Remove a server for good"
      text="Remove"
      busyText="Removing"
      act={remove}
      confirm={peer ?? ''}
      blocked={chosen === undefined}
      command={peer === null ? undefined : removeServerCommand(peer)}
      onClose={onClose}
      onAct={(confirm) =>
        peer !== null &&
        remove.mutate(
          { params: { clusterId }, body: { peer, confirm, online } },
          { onSuccess: ({ removed }) => onDone(`${removed} is out of the meta group.`) },
        )
      }
    >
      <p>
        Every copy of a stream or consumer on that server is given up, and made anew on another server that has room. A
        stream whose only copy is there comes up empty on another one: its messages are lost. Servers of 2.15 do not
        take it back where it is restarted with the data it has, those of 2.10 do: bring it up with an empty store and
        another name.
      </p>
      {chosen && <OnlyCopies clusterId={clusterId} server={chosen.name} />}
      {online && (
        <Alert severity="warning" title={`${peer} is online: this is a forced removal`}>
          JetStream is switched off on it at once, while clients stay connected to a server that has none any more. To
          take a server out for a while, stop it instead: its copies wait for it.
        </Alert>
      )}
      <Field label="Server" htmlFor="peer">
        <Combobox
          id="peer"
          options={able.map(({ name, offline }) => ({
            value: name,
            label: name,
            description: offline ? 'offline' : 'online',
          }))}
          value={peer}
          onChange={({ value }) => setPeer(value)}
        />
      </Field>
    </ActDialog>
  );
}

/** What of the cluster's own account would be lost; of other accounts nobody counts it here. */
function OnlyCopies({ clusterId, server }: { clusterId: string; server: string }) {
  const { data, error } = useApi('getLeaders', { params: { clusterId }, query: { fresh: 'true' } });
  const lost = data?.servers.find(({ name }) => name === server)?.onlyCopies ?? 0;
  if (error)
    return (
      <Alert severity="warning" title="Whether anything has its only copy there could not be counted">
        {error.message}
      </Alert>
    );
  if (lost === 0) return null;
  return (
    <Alert
      severity="error"
      title={`Of the cluster’s own account ${exact(lost)} ${lost === 1 ? 'stream has its' : 'streams have their'} only copy there`}
    >
      Give {lost === 1 ? 'it' : 'them'} a second copy first, or take a backup.
    </Alert>
  );
}
