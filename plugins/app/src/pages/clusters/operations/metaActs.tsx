import { Combobox, Field } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useState } from 'react';
import { useAct } from '../../../api/hooks';
import type { MayChange } from '../../../api/mayChange';
import { ActDialog } from '../../../components/ActDialog';
import type { Act, ActBase } from '../../../components/ActsMenu';
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
      text: 'Remove a server that is gone',
      icon: 'times',
      destroys: true,
      allowed,
      role: 'admin',
      what: 'remove servers from the meta group',
      not: peers.some(({ offline }) => offline)
        ? null
        : 'Every server is online: one that is removed would join again at once.',
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
  const gone = meta.peers.filter(({ offline }) => offline).map(({ name }) => name);
  const [peer, setPeer] = useState(gone[0] ?? '');
  const remove = useAct('removeMetaPeer');
  return (
    <ActDialog
      key={peer}
      title="Remove a server that is gone for good"
      text="Remove"
      busyText="Removing"
      act={remove}
      confirm={peer}
      blocked={peer === ''}
      command={removeServerCommand(peer)}
      onClose={onClose}
      onAct={(confirm) =>
        remove.mutate(
          { params: { clusterId }, body: { peer, confirm } },
          { onSuccess: ({ removed }) => onDone(`${removed} is out of the meta group.`) },
        )
      }
    >
      <p>
        What touches it: every copy of a stream or consumer on that server is given up, and made anew on another server
        that has room. A stream whose only copy was there is lost. Restarted with the data it has, the server is not
        taken back: bring it up with an empty store and another name.
      </p>
      <Field label="Server" htmlFor="peer">
        <Combobox
          id="peer"
          options={gone.map((name) => ({ value: name, label: name, description: 'offline' }))}
          value={peer}
          onChange={({ value }) => setPeer(value)}
        />
      </Field>
    </ActDialog>
  );
}
