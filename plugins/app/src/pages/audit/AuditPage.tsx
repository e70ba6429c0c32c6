import { Alert, Badge, LinkButton } from '@grafana/ui';
import { auditExportFormats, routes, type AuditEntry } from '@jetstream-console/contract';
import { urlThrough } from '../../api/client';
import { useApi, useMay } from '../../api/hooks';
import { CursorPager } from '../../components/CursorPager';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { NoAccess } from '../../components/NoAccess';
import { Mono, Quiet, Stack } from '../../components/parts';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { ago, time } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { ActPanel } from './ActPanel';
import { Filters } from './Filters';
import { keyOf } from './key';
import { useActs, useFilters } from './useActs';
import { namesOfPlace, statusColors, statusWords, whoOf } from './words';

/** Who did what in the console, with what was there before and after, and around it, as servers tell. */
export function AuditPage() {
  const may = useMay();
  return may('audit_logs:read') ? (
    <Acts />
  ) : (
    <Stack>
      <Head items={[['Audit']]} />
      <NoAccess what="what others did" role="admin" on="the organization" />
    </Stack>
  );
}

const columnsOf = (narrow: boolean): Column<AuditEntry>[] => [
  { id: 'time', header: 'When', nowrap: true, cell: (row) => <span title={time(row.time)}>{ago(row.time)}</span> },
  {
    id: 'who',
    header: 'Who',
    nowrap: true,
    cell: (row) => (
      <>
        {row.login ?? <Quiet>{whoOf(row)}</Quiet>}
        {row.where === 'around' && (
          <>
            <br />
            <Quiet>around the console</Quiet>
          </>
        )}
      </>
    ),
  },
  { id: 'action', header: 'Act', nowrap: true, cell: (row) => <Mono>{row.action}</Mono> },
  ...(narrow
    ? []
    : [
        {
          id: 'resource',
          header: 'On',
          grow: true,
          cell: (row: AuditEntry) => <Mono>{namesOfPlace(row.resource)}</Mono>,
        },
      ]),
  {
    id: 'status',
    header: 'Outcome',
    cell: (row) => <Badge color={statusColors[row.status]} text={statusWords[row.status]} />,
  },
];

function Acts() {
  const url = useUrl();
  const clusters = useApi('listClusters', { query: { limit: 500 } }).data?.items ?? [];
  const chosen = useFilters();
  const cursor = url.get('cursor');
  const opened = url.get('act') ?? null;
  const acts = useActs(chosen, cursor);
  const missing = acts.data?.missing ?? null;
  useRowFocus(opened);
  const step = (by: number) => {
    const items = acts.data?.items ?? [];
    const next = items[items.findIndex((item) => keyOf(item) === opened) + by];
    if (next) url.set({ act: keyOf(next) });
  };
  // A file is whole or does not begin: while those around the console are missing it is one of the others.
  const exported = missing === null ? chosen.now() : { ...chosen.now(), where: 'console' };
  return (
    <Stack>
      <Head items={[['Audit']]} of={acts}>
        {auditExportFormats.map((as) => (
          <LinkButton
            key={as}
            size="sm"
            variant="secondary"
            icon="download-alt"
            target="_self"
            href={urlThrough(routes.exportAudit, {}, { ...exported, as })}
            download={`audit.${as}`}
          >
            {as.toUpperCase()}
          </LinkButton>
        ))}
      </Head>
      <Filters of={chosen} clusters={clusters} />
      {missing !== null && (
        <Alert severity="warning" title="Acts in the console alone" data-testid="missing">
          {missing}
        </Alert>
      )}
      <Split
        label="The opened act"
        open={
          opened === null ? null : (
            <ActPanel
              key={opened}
              at={opened}
              clusters={clusters}
              onStep={step}
              onClose={() => url.set({ act: null })}
            />
          )
        }
      >
        <Loaded of={acts}>
          {({ items, nextCursor, total, lookedUntil }) =>
            items.length === 0 && cursor === undefined && nextCursor === null ? (
              <Empty title={chosen.narrowed ? 'Nobody did anything like that' : 'Nobody did anything yet'}>
                {chosen.narrowed
                  ? 'Take a filter away to see more.'
                  : 'What people do through the console, and what they are refused, is written down here at once. What is done around it comes as soon as workers have collected what the servers tell, within a minute.'}
              </Empty>
            ) : (
              <>
                {items.length > 0 && (
                  <DataTable
                    label="Acts"
                    columns={columnsOf(opened !== null)}
                    rows={items}
                    keyOf={keyOf}
                    selected={opened ?? undefined}
                    onRow={(row) => url.set({ act: keyOf(row) }, opened !== null)}
                  />
                )}
                {lookedUntil !== null && (
                  <Quiet>
                    There are many acts: this page looked back to {time(lookedUntil)}. “Earlier” looks on from there;
                    whole names and a time find more at once.
                  </Quiet>
                )}
                <CursorPager of={{ items, nextCursor, total }} nextText="Earlier" />
              </>
            )
          }
        </Loaded>
      </Split>
    </Stack>
  );
}
