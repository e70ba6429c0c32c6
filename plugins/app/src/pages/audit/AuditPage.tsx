import { Badge, Combobox, LinkButton } from '@grafana/ui';
import { auditExportFormats, auditStatuses, routes, type AuditEntry } from '@jetstream-console/contract';
import { urlThrough } from '../../api/client';
import { useApi, useMay } from '../../api/hooks';
import { CursorPager } from '../../components/CursorPager';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { NoAccess } from '../../components/NoAccess';
import { Mono, Quiet, Row, Stack } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { ago, time } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { ActPanel } from './ActPanel';
import { actGroups, actsToldUrl, namesOfPlace, statusColors, statusWords } from './words';

/** Who did what through the console, with what was there before and after. */
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
  { id: 'who', header: 'Who', cell: (row) => row.login ?? <Quiet>nobody signed in</Quiet> },
  { id: 'action', header: 'Act', cell: (row) => <Mono>{row.action}</Mono> },
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
  const clusters = useApi('listClusters', { query: { limit: 500 } });
  const status = auditStatuses.find((known) => known === url.get('status'));
  const group = actGroups.find(({ id }) => id === url.get('acts'));
  const filters = {
    action: group && `${group.id}.*`,
    login: url.get('who'),
    resource: url.get('on'),
    cluster: url.get('cluster'),
    status,
  };
  const cursor = url.get('cursor');
  const opened = url.get('act') ?? null;
  const acts = useApi('listAudit', { query: { ...filters, cursor, limit: 50 } }, { every: 15_000 });
  const filter = (changes: Record<string, string | null>) => url.set({ ...changes, cursor: null, act: null });
  const narrowed = Object.values(filters).some((value) => value !== undefined);
  useRowFocus(opened);
  const step = (by: number) => {
    const items = acts.data?.items ?? [];
    const next = items[items.findIndex(({ id }) => id === opened) + by];
    if (next) url.set({ act: next.id });
  };
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
            href={urlThrough(routes.exportAudit, {}, { ...filters, as })}
            download={`audit.${as}`}
          >
            {as.toUpperCase()}
          </LinkButton>
        ))}
      </Head>
      <Row>
        <SearchBox
          label="Who did it"
          placeholder="Who  ( f )"
          width={20}
          value={filters.login ?? ''}
          onChange={(who) => filter({ who })}
        />
        <SearchBox
          label="What it was done to"
          placeholder="Stream, key, user …"
          width={24}
          value={filters.resource ?? ''}
          onChange={(on) => filter({ on })}
        />
        <Combobox
          aria-label="Acts on"
          width={22}
          isClearable
          placeholder="All acts"
          options={actGroups.map(({ id, name }) => ({ value: id, label: name }))}
          value={group?.id ?? null}
          onChange={(option) => filter({ acts: option?.value ?? null })}
        />
        <Combobox
          aria-label="Outcome"
          width={18}
          isClearable
          placeholder="Any outcome"
          options={auditStatuses.map((value) => ({ value, label: statusWords[value] }))}
          value={status ?? null}
          onChange={(option) => filter({ status: option?.value ?? null })}
        />
        <Combobox
          aria-label="Cluster"
          width={22}
          isClearable
          placeholder="Everywhere"
          options={(clusters.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={filters.cluster ?? null}
          onChange={(option) => filter({ cluster: option?.value ?? null })}
        />
        {filters.cluster !== undefined && (
          <LinkButton
            size="sm"
            variant="secondary"
            fill="text"
            icon="external-link-alt"
            href={actsToldUrl(filters.cluster)}
          >
            Acts that its servers tell of
          </LinkButton>
        )}
      </Row>
      <Split
        label="The opened act"
        open={
          opened === null ? null : (
            <ActPanel
              key={opened}
              id={opened}
              clusters={clusters.data?.items ?? []}
              onStep={step}
              onClose={() => url.set({ act: null })}
            />
          )
        }
      >
        <Loaded of={acts}>
          {({ items, nextCursor, total }) =>
            items.length === 0 && cursor === undefined ? (
              <Empty title={narrowed ? 'Nobody did anything like that' : 'Nobody did anything yet'}>
                {narrowed
                  ? 'Take a filter away to see more.'
                  : 'What people do through the console, and what they are refused, is written down here at once. What they do around it is told by the servers, under “What changed” on the overview.'}
              </Empty>
            ) : (
              <>
                <DataTable
                  label="Acts"
                  columns={columnsOf(opened !== null)}
                  rows={items}
                  keyOf={(row) => row.id}
                  selected={opened ?? undefined}
                  onRow={(row) => url.set({ act: row.id }, opened !== null)}
                />
                <CursorPager of={{ items, nextCursor, total }} nextText="Earlier" />
              </>
            )
          }
        </Loaded>
      </Split>
    </Stack>
  );
}
