import type { ClientConnection } from '@jetstream-console/contract';
import { useAct } from '../../../api/hooks';
import type { MayChange } from '../../../api/mayChange';
import { ActDialog } from '../../../components/ActDialog';
import type { Act, ActBase } from '../../../components/ActsMenu';
import { Facts } from '../../../components/parts';
import { time } from '../../../format';
import { kickCommand } from '../../../natsCommand';

interface Props {
  readonly clusterId: string;
  readonly client: ClientConnection;
}

/** @param switchedOn whether the cluster's settings allow it at all */
export const kickAct = ({ may, switchedOn, ...of }: Props & { may: MayChange; switchedOn: boolean }): Act => ({
  id: 'kick',
  text: 'Disconnect',
  icon: 'plug',
  destroys: true,
  allowed: may.named('connections:operate') && may.named('accounts:read'),
  role: 'admin',
  what: 'disconnect clients',
  not: !switchedOn
    ? 'it is switched off in the settings of this cluster'
    : of.client.stoppedAt !== null
      ? 'this client is not connected any more'
      : null,
  dialog: (base) => <Kick {...of} {...base} />,
});

function Kick({ clusterId, client, onDone, onClose }: Props & ActBase) {
  const kick = useAct('kickConnection');
  const { server, cid, startedAt, name, user, account } = client;
  const address = `${client.ip}:${client.port}`;
  return (
    <ActDialog
      title="Disconnect a client"
      text="Disconnect"
      busyText="Disconnecting"
      act={kick}
      confirm={address}
      blocked={startedAt === null}
      command={kickCommand(cid, server.id)}
      onClose={onClose}
      onAct={(confirm) =>
        kick.mutate(
          { params: { clusterId, server: server.id, cid }, body: { startedAt: startedAt ?? '', confirm } },
          { onSuccess: () => onDone(`${name ?? address} is disconnected.`) },
        )
      }
    >
      <p>
        The server ends its connection at once: what it was sent and has not acknowledged is delivered again, and what
        it was about to publish may be lost. As a rule a client connects again by itself. To keep it out, take its
        user’s permission away.
      </p>
      <Facts
        facts={[
          ['Client', name ?? 'without a name'],
          ['User', user ?? '–'],
          ['Account', account ?? '–'],
          ['Address', address],
          ['Server', `${server.name}, connection ${cid}`],
          ['Connected', startedAt === null ? '–' : time(startedAt)],
          ['Subscriptions', String(client.subscriptions)],
        ]}
      />
    </ActDialog>
  );
}
