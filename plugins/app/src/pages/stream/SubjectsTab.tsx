import { Alert, Input, Icon } from '@grafana/ui';
import { useApi } from '../../api/hooks';
import { DataTable, type Sorting } from '../../components/DataTable';
import { Count, From, Mono, Pager, Row, Stack } from '../../components/parts';
import { Empty, Loaded } from '../../components/States';
import { useUrl } from '../../useUrl';

export function SubjectsTab({ clusterId, stream }: { clusterId: string; stream: string }) {
  const url = useUrl();
  const sort = url.get('sort') === 'subject' ? ('subject' as const) : ('count' as const);
  const sorting: Sorting = { sort, order: sort === 'count' ? 'desc' : 'asc' };
  const subjects = useApi('listSubjects', {
    params: { clusterId, stream },
    query: { filter: url.get('subject') || '>', sort, limit: 100, cursor: url.get('cursor') },
  });
  return (
    <Stack>
      <Row>
        <Input
          data-search
          width={40}
          prefix={<Icon name="filter" />}
          placeholder="Subject pattern such as orders.*.eu or orders.>"
          aria-label="Subject pattern"
          defaultValue={url.get('subject') ?? ''}
          onBlur={(event) => url.set({ subject: event.currentTarget.value, cursor: null })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') url.set({ subject: event.currentTarget.value, cursor: null });
          }}
        />
        {subjects.data && <From provenance={subjects.data.provenance} />}
      </Row>
      <Loaded of={subjects}>
        {(page) => (
          <>
            {!page.complete && (
              <Alert
                severity="info"
                title="There are more than 100,000 subjects: these are the first 100,000 in the server's order. Narrow the pattern to see the others."
              />
            )}
            {page.items.length === 0 ? (
              <Empty title="No subject matches" />
            ) : (
              <>
                <DataTable
                  label="Subjects"
                  rows={page.items}
                  keyOf={(row) => row.subject}
                  sorting={sorting}
                  onSort={(next) => url.set({ sort: next.sort === 'subject' ? 'subject' : null, cursor: null })}
                  columns={[
                    { id: 'subject', header: 'Subject', sort: true, cell: (row) => <Mono>{row.subject}</Mono> },
                    {
                      id: 'count',
                      header: 'Messages',
                      sort: true,
                      numeric: true,
                      cell: (row) => <Count value={row.messages} />,
                    },
                  ]}
                />
                <Pager
                  total={page.total}
                  shown={page.items.length}
                  atStart={url.get('cursor') === undefined}
                  onFirst={() => url.set({ cursor: null })}
                  onNext={page.nextCursor === null ? null : () => url.set({ cursor: page.nextCursor }, false)}
                />
              </>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}
