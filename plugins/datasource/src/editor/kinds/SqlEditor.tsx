import { getTemplateSrv } from '@grafana/runtime';
import { CodeEditor, CodeEditorSuggestionItemKind, type CodeEditorSuggestionItem } from '@grafana/ui';
import { ChoiceField } from '../parts/ChoiceField';
import { EditorRow } from '../parts/EditorRow';
import type { SpecEditorProps } from '../props';
import { sqlTables } from '../sql/tables';
import { SqlReference } from '../sql/SqlReference';

const formats = [
  { value: 'table' as const, label: 'Table' },
  { value: 'series' as const, label: 'Series', description: 'A time column, numbers, and text columns as labels' },
  { value: 'logs' as const, label: 'Logs', description: 'A time column and a text column' },
];

function suggestions(): CodeEditorSuggestionItem[] {
  const variables = getTemplateSrv()
    .getVariables()
    .map(({ name }): CodeEditorSuggestionItem => ({
      label: `$${name}`,
      kind: CodeEditorSuggestionItemKind.Constant,
      detail: 'variable',
    }));
  const tables = sqlTables.flatMap((table): CodeEditorSuggestionItem[] => [
    { label: table.name, kind: CodeEditorSuggestionItemKind.Method, detail: 'table', documentation: table.about },
    ...table.columns.map((column) => ({
      label: column.name,
      kind: CodeEditorSuggestionItemKind.Field,
      detail: `${table.name}${column.unit ? `, ${column.unit}` : ''}`,
      documentation: column.from,
    })),
  ]);
  return [...variables, ...tables];
}

/** SQL counts when the editor is left or saved (Ctrl-S): half a statement is not asked. */
export function SqlEditor({ spec, onPatch }: SpecEditorProps<'sql'>) {
  const commit = (sql: string) => {
    if (sql !== spec.sql) onPatch({ sql });
  };
  return (
    <>
      <CodeEditor
        value={spec.sql}
        language="sql"
        height={160}
        showMiniMap={false}
        showLineNumbers
        wordWrap
        getSuggestions={suggestions}
        onBlur={commit}
        onSave={commit}
      />
      <EditorRow>
        <ChoiceField
          label="As"
          value={spec.format ?? 'table'}
          options={formats}
          onChange={(format) => onPatch({ format })}
        />
      </EditorRow>
      <SqlReference />
    </>
  );
}
