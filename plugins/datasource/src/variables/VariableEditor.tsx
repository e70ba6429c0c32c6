import type { QueryEditorProps } from '@grafana/data';
import { Stack, Text } from '@grafana/ui';
import type { JetStreamDataSource } from '../datasource';
import { ChoiceField, optionsOf } from '../editor/parts/ChoiceField';
import { CommitInput } from '../editor/parts/CommitInput';
import { EditorRow } from '../editor/parts/EditorRow';
import { onlyConcrete, useValueOptions } from '../editor/parts/options';
import { ValueField } from '../editor/parts/ValueFields';
import { valueKindLabels } from '../labels';
import type { JetStreamOptions, JetStreamQuery, VariableQuery } from '../types';
import { missingInVariable, variableQuery } from './query';

type Props = QueryEditorProps<JetStreamDataSource, JetStreamQuery, JetStreamOptions, VariableQuery>;

/** What a template variable lists. */
export function VariableEditor({ datasource, query: stored, onChange, onRunQuery }: Props) {
  const query = variableQuery(stored);
  const clusters = useValueOptions(datasource, { of: 'cluster' });
  const streams = useValueOptions(datasource, {
    of: 'stream',
    cluster: onlyConcrete(query.cluster ? [query.cluster] : []),
  });
  const set = (changed: Partial<VariableQuery>) => {
    onChange({ ...query, ...changed });
    onRunQuery();
  };
  const missing = missingInVariable(query);
  return (
    <Stack direction="column" gap={0.5}>
      <EditorRow>
        <ChoiceField
          label="List"
          value={query.of}
          options={optionsOf(valueKindLabels)}
          onChange={(of) => set({ of })}
        />
        {query.of !== 'cluster' && (
          <ValueField
            label="Cluster"
            placeholder="All that I may see"
            load={clusters}
            value={query.cluster ?? ''}
            onChange={(cluster) => set({ cluster: cluster === '' ? undefined : cluster })}
          />
        )}
        {(query.of === 'consumer' || query.of === 'subject') && (
          <ValueField
            label="Stream"
            placeholder={query.of === 'subject' ? 'Choose a stream' : 'Any'}
            load={streams}
            value={query.stream ?? ''}
            onChange={(stream) => set({ stream: stream === '' ? undefined : stream })}
          />
        )}
        <CommitInput
          label="Search"
          tooltip="Part of the name, narrowed on the server. $__searchFilter stands for what is typed into the variable."
          placeholder="any"
          value={query.search ?? ''}
          onCommit={(search) => set({ search: search === '' ? undefined : search })}
        />
      </EditorRow>
      {missing && (
        <Text color="secondary" variant="bodySmall" element="p">
          {missing}
        </Text>
      )}
    </Stack>
  );
}
