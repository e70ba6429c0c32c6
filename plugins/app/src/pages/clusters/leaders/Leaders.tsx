import { Button } from '@grafana/ui';
import type { ServerPart } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { useMayChange } from '../../../api/mayChange';
import { OpenedAct, type Act } from '../../../components/ActsMenu';
import { DataTable, type Column } from '../../../components/DataTable';
import { Refresh } from '../../../components/Head';
import { Count, From, Panel, Quiet } from '../../../components/parts';
import { Loaded } from '../../../components/States';
import { exact, percent } from '../../../format';
import { useUrl } from '../../../useUrl';
import { BalanceDrawer } from './BalanceDrawer';
import { evenness } from './words';

const shareOf = (n: number, all: number) => (all === 0 ? null : n / all);

const columnsOf = (streams: number, copies: number, consumers: number): Column<ServerPart>[] => [
  { id: 'name', header: 'Server', grow: true, cell: (row) => row.name },
  {
    id: 'streams',
    header: 'Leads streams',
    numeric: true,
    cell: (row) => (
      <>
        <Count value={row.streamLeaders} /> <Quiet>{percent(shareOf(row.streamLeaders, streams))}</Quiet>
      </>
    ),
  },
  {
    id: 'consumers',
    header: 'Leads consumers',
    numeric: true,
    cell: (row) =>
      row.consumerLeaders === null ? (
        <Quiet>not counted</Quiet>
      ) : (
        <>
          <Count value={row.consumerLeaders} /> <Quiet>{percent(shareOf(row.consumerLeaders, consumers))}</Quiet>
        </>
      ),
  },
  {
    id: 'copies',
    header: 'Copies of streams',
    numeric: true,
    cell: (row) => (
      <>
        <Count value={row.copies} /> <Quiet>{percent(shareOf(row.copies, copies))}</Quiet>
      </>
    ),
  },
];
const sum = (servers: readonly ServerPart[], of: (part: ServerPart) => number | null) =>
  servers.reduce((all, part) => all + (of(part) ?? 0), 0);

/** How the work of leading is shared among the servers, and the way to make it even. */
export function Leaders({ clusterId }: { clusterId: string }) {
  const url = useUrl();
  const may = useMayChange(clusterId);
  const open = url.get('act') === 'balance-leaders';
  // What was moved is seen at once; the look of a minute may be shared by all who have the page open.
  const query = open ? ({ fresh: 'true' } as const) : {};
  const found = useApi('getLeaders', { params: { clusterId }, query }, { every: 60_000 });
  const servers = found.data?.servers ?? [];
  const act: Act = {
    id: 'balance-leaders',
    text: 'Balance leaders',
    icon: 'exchange-alt',
    allowed: may.streams('operate'),
    role: 'admin',
    what: 'move leaders of streams',
    not: servers.length < 2 ? 'one server by itself leads all there is' : null,
    dialog: ({ onClose }) => <BalanceDrawer clusterId={clusterId} onClose={onClose} />,
  };
  return (
    <Panel
      title="Leaders"
      actions={
        <>
          {act.allowed && act.not === null && !open && (
            <Button size="sm" variant="secondary" icon={act.icon} onClick={() => url.set({ act: act.id }, false)}>
              {act.text}
            </Button>
          )}
          <Refresh of={found} />
        </>
      }
    >
      <OpenedAct acts={found.data ? [act] : []} readOnly={may.readOnly} />
      <Loaded of={found}>
        {({ servers: parts, streams, unknown, askedAt }) =>
          parts.length === 0 ? (
            <Quiet>
              {streams === 0 ? 'No stream is there to be led.' : 'One server by itself leads all there is.'}
            </Quiet>
          ) : (
            <>
              <p data-testid="evenness">
                {evenness(
                  parts,
                  sum(parts, (part) => part.streamLeaders),
                )}
                {unknown > 0 && ` Of ${exact(unknown)} more nobody knows who leads them.`}
              </p>
              <DataTable
                label="Leaders"
                columns={columnsOf(
                  sum(parts, (part) => part.streamLeaders),
                  sum(parts, (part) => part.copies),
                  sum(parts, (part) => part.consumerLeaders),
                )}
                rows={parts}
                keyOf={(row) => row.name}
              />
              <From provenance={{ source: 'STREAM.LIST, CONSUMER.LIST', askedAt, tookMs: 0 }} />
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}
