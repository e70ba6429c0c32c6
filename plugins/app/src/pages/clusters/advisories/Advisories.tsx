import { Combobox } from '@grafana/ui';
import { advisorySeverities, type Advisory } from '@jetstream-console/contract';
import { CursorPager } from '../../../components/CursorPager';
import { DataTable, type Column } from '../../../components/DataTable';
import { Refresh } from '../../../components/Head';
import { Quiet, Row, Stack } from '../../../components/parts';
import { SearchBox } from '../../../components/SearchBox';
import { Split } from '../../../components/Split';
import { Empty, Loaded } from '../../../components/States';
import { SeverityBadge } from '../../../findings/SeverityBadge';
import { ago, exact, time } from '../../../format';
import { RangePicker } from '../../../range/RangePicker';
import { useRange } from '../../../range/useRange';
import { useRowFocus } from '../../../useRowFocus';
import { useUrl } from '../../../useUrl';
import { AdvisoryPanel } from './AdvisoryPanel';
import { keyOf } from './key';
import { meaningOf } from './meanings';
import { useAdvisories } from './useAdvisories';

const severityWords = { info: 'Everything', warning: 'Warnings and worse', critical: 'Critical' } as const;
/** What narrows the list by a name, as it is called. */
const names = [
  ['stream', 'Stream'],
  ['consumer', 'Consumer'],
  ['server', 'Server'],
  ['account', 'Account'],
] as const;

const columnsOf = (narrow: boolean): Column<Advisory>[] => [
  { id: 'time', header: 'When', nowrap: true, cell: (row) => <span title={time(row.time)}>{ago(row.time)}</span> },
  {
    id: 'severity',
    header: 'Weight',
    wide: true,
    nowrap: true,
    cell: (row) => <SeverityBadge severity={row.severity} />,
  },
  {
    id: 'title',
    header: 'What',
    grow: true,
    cell: (row) => (
      <>
        {row.title}
        <br />
        <Quiet>
          {meaningOf(row.type).name}
          {row.by && (row.by.console ? ', through the console' : ', around the console')}
        </Quiet>
      </>
    ),
  },
  ...(narrow
    ? []
    : [
        { id: 'server', header: 'Server', wide: true, cell: (row: Advisory) => row.server ?? '–' },
        { id: 'account', header: 'Account', wide: true, cell: (row: Advisory) => row.account ?? '–' },
      ]),
];

/** What the servers told lately, newest first, with what each of it means. */
export function Advisories({ clusterId }: { clusterId: string }) {
  const url = useUrl();
  const range = useRange();
  const severity = advisorySeverities.find((known) => known === url.get('severity'));
  const type = url.get('type');
  const cursor = url.get('cursor');
  const opened = url.get('advisory') ?? null;
  const named = Object.fromEntries(names.map(([id]) => [id, url.get(id)]));
  const list = useAdvisories(clusterId, range.range, { type, severity, ...named, cursor, limit: 50 });
  const filter = (changes: Record<string, string | null>) => url.set({ ...changes, cursor: null, advisory: null });
  const narrowed = [type, severity, ...Object.values(named)].some((value) => value !== undefined);
  useRowFocus(opened);
  const step = (by: number) => {
    const items = list.data?.items ?? [];
    const next = items[items.findIndex((item) => keyOf(item) === opened) + by];
    if (next) url.set({ advisory: keyOf(next) });
  };
  const types = (list.data?.types ?? []).map((known) => ({
    value: known.type,
    label: `${meaningOf(known.type).name} (${exact(known.count)})`,
    description: known.type,
  }));
  return (
    <Stack>
      <Row>
        <Combobox
          aria-label="What they tell of"
          width={32}
          isClearable
          placeholder="All that they tell"
          options={
            type === undefined || types.some(({ value }) => value === type)
              ? types
              : [...types, { value: type, label: meaningOf(type).name, description: type }]
          }
          value={type ?? null}
          onChange={(option) => filter({ type: option?.value ?? null })}
        />
        <Combobox
          aria-label="At least so severe"
          width={24}
          isClearable
          placeholder={severityWords.info}
          options={(['warning', 'critical'] as const).map((value) => ({ value, label: severityWords[value] }))}
          value={severity === undefined || severity === 'info' ? null : severity}
          onChange={(option) => filter({ severity: option?.value ?? null })}
        />
        {names.map(([id, text]) => (
          <SearchBox
            key={id}
            label={text}
            placeholder={text}
            width={18}
            value={named[id] ?? ''}
            onChange={(name) => filter({ [id]: name })}
          />
        ))}
        <RangePicker of={range} />
        <Refresh of={list} />
      </Row>
      <Split
        label="The opened advisory"
        open={
          opened === null ? null : (
            <AdvisoryPanel
              key={opened}
              clusterId={clusterId}
              at={opened}
              onStep={step}
              onClose={() => url.set({ advisory: null })}
            />
          )
        }
      >
        <Loaded of={list}>
          {({ items, nextCursor, total }) =>
            items.length === 0 && cursor === undefined ? (
              <Empty title={narrowed ? 'Nothing like that was told in this time' : 'Nothing was told in this time'}>
                {narrowed
                  ? 'Names are taken whole. Take a filter away, or choose a longer time.'
                  : 'Servers tell of changes, elections and messages that were given up. What they tell is kept from the moment that workers collect the cluster.'}
              </Empty>
            ) : (
              <>
                <DataTable
                  label="Advisories"
                  columns={columnsOf(opened !== null)}
                  rows={items}
                  keyOf={keyOf}
                  selected={opened ?? undefined}
                  onRow={(row) => url.set({ advisory: keyOf(row) }, opened !== null)}
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
