import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { Alert, Stack, Text } from '@grafana/ui';
import type { QueryKind } from '@jetstream-console/contract';
import { useRef } from 'react';
import type { JetStreamDataSource } from '../datasource';
import { reasonOf } from '../live/live';
import { firstSpec } from '../query/defaults';
import { currentQuery } from '../query/migrate';
import { missingIn } from '../query/missing';
import type { JetStreamOptions, JetStreamQuery } from '../types';
import { KindField } from './KindField';
import { SpecEditor } from './SpecEditor';

export type EditorProps = QueryEditorProps<JetStreamDataSource, JetStreamQuery, JetStreamOptions>;
type Spec = JetStreamQuery['spec'];

const everyKind: readonly QueryKind[] = ['metrics', 'inventory', 'messages', 'events', 'sql'];
/** Rules are evaluated by nobody in particular, so they may not show payloads or run SQL. */
const ruleKinds: readonly QueryKind[] = ['metrics', 'inventory'];

/** What a stored query is now, or why it cannot be shown. */
function read(query: JetStreamQuery): { query: JetStreamQuery } | { fault: string } {
  try {
    return { query: currentQuery(query) };
  } catch (error) {
    return { fault: reasonOf(error) };
  }
}

export function QueryEditor({ kinds, ...props }: EditorProps & { kinds?: readonly QueryKind[] }) {
  const found = read(props.query);
  if ('fault' in found)
    return (
      <Alert severity="warning" title="This query cannot be edited here">
        {found.fault}
      </Alert>
    );
  const inRule = props.app === CoreApp.UnifiedAlerting || props.app === CoreApp.CloudAlerting;
  return <Fields {...props} query={found.query} kinds={kinds ?? (inRule ? ruleKinds : everyKind)} />;
}

function Fields({
  datasource,
  query,
  app,
  kinds,
  onChange,
  onRunQuery,
}: EditorProps & { kinds: readonly QueryKind[] }) {
  // What was filled in for one kind is there again when somebody comes back to it.
  const drafts = useRef<Partial<Record<QueryKind, Spec>>>({});
  const set = (changed: Partial<Pick<JetStreamQuery, 'spec' | 'live'>>) => {
    const next = { ...query, ...changed };
    onChange(next);
    if (missingIn(next.spec) === null) onRunQuery();
  };
  const choose = (kind: QueryKind) => {
    drafts.current[query.spec.kind] = query.spec;
    set({ spec: drafts.current[kind] ?? firstSpec(kind) });
  };
  const missing = missingIn(query.spec);
  return (
    <Stack direction="column" gap={0.5}>
      <KindField query={query} kinds={kinds} app={app} onKind={choose} onLive={(live) => set({ live })} />
      <SpecEditor datasource={datasource} spec={query.spec} app={app} onChange={(spec) => set({ spec })} />
      {missing && (
        <Text color="secondary" variant="bodySmall" element="p">
          {missing}
        </Text>
      )}
    </Stack>
  );
}
