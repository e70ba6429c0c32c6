import { Alert } from '@grafana/ui';
import { useApi } from '../../api/hooks';
import { CursorPager } from '../../components/CursorPager';
import { DataTable } from '../../components/DataTable';
import { Refresh } from '../../components/Head';
import { Count, Mono, Row, Stack, streamUrl } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { useUrl } from '../../useUrl';

export const messagesOf = (cluster: string, stream: string, subject: string) =>
  `${streamUrl(cluster, stream, 'messages')}&subject=${encodeURIComponent(subject)}`;

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  /** whether a subject may lead to its messages */
  readonly payloads: boolean;
}

/** What is in this stream, by subject? */
export function SubjectsTab({ clusterId, stream, payloads }: Props) {
  const url = useUrl();
  const sort = url.get('sort') === 'subject' ? ('subject' as const) : ('count' as const);
  const sorting = { sort, order: sort === 'count' ? ('desc' as const) : ('asc' as const) };
  const subjects = useApi('listSubjects', {
    params: { clusterId, stream },
    query: { filter: url.get('subject') || '>', sort, limit: 100, cursor: url.get('cursor') },
  });
  return (
    <Stack>
      <Row>
        <SearchBox
          label="Subject pattern"
          placeholder="orders.*.eu or orders.>  ( f )"
          width={40}
          value={url.get('subject') ?? ''}
          onChange={(subject) => url.set({ subject, cursor: null })}
        />
        <Refresh of={subjects} />
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
                  to={payloads ? (row) => messagesOf(clusterId, stream, row.subject) : undefined}
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
                <CursorPager of={page} />
              </>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}
