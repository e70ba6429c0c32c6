import type { AccountUse } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { OpenedBar } from '../../../components/OpenedBar';
import { Facts, Quiet, Stack } from '../../../components/parts';
import { Loaded } from '../../../components/States';
import { bytes, exact } from '../../../format';
import { Tiers } from '../Tiers';

interface Props {
  readonly clusterId: string;
  readonly account: string;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One account: what it uses, and of which limits. */
export function AccountPanel({ clusterId, account, onStep, onClose }: Props) {
  const found = useApi('getAccount', { params: { clusterId, account } }, { every: 30_000 });
  return (
    <div data-testid="account">
      <Stack>
        <OpenedBar
          title={found.data?.nameTag ?? account}
          onUp={() => onStep(-1)}
          onDown={() => onStep(1)}
          onClose={onClose}
        />
        <Loaded of={found}>
          {(known) => (
            <>
              <Facts facts={factsOf(known)} />
              {known.limitsFrom === null ? <Quiet>It has no JetStream.</Quiet> : <Tiers tiers={known.tiers} />}
              {known.limitsFrom === 'servers' && (
                <Quiet>
                  Of an account in a server’s configuration, servers tell others its limits of storage and memory alone.
                </Quiet>
              )}
            </>
          )}
        </Loaded>
      </Stack>
    </div>
  );
}

function factsOf({ name, nameTag, jetstream, ...use }: AccountUse): [string, string][] {
  return [
    ...(nameTag === null ? [] : [['Public key', name] satisfies [string, string]]),
    ['Connections', exact(use.connections)],
    ['Leaf nodes', exact(use.leafNodes)],
    ['Slow consumers', exact(use.slowConsumers)],
    ['Came from it', `${exact(use.inMsgs)} messages, ${bytes(use.inBytes)}`],
    ['Sent to it', `${exact(use.outMsgs)} messages, ${bytes(use.outBytes)}`],
    ...(jetstream === null
      ? []
      : [
          [
            'JetStream requests',
            `${exact(jetstream.apiTotal)}, of which ${exact(jetstream.apiErrors)} were errors`,
          ] satisfies [string, string],
        ]),
  ];
}
