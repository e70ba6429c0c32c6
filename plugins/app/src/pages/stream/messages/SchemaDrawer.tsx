import { Drawer } from '@grafana/ui';
import type { InferredField } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { DataTable, type Column } from '../../../components/DataTable';
import { Code, From, Mono, Quiet, Stack } from '../../../components/parts';
import { Empty, Loaded } from '../../../components/States';
import { exact, percent } from '../../../format';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly subject: string;
  readonly onClose: () => void;
}

const range = ({ min, max }: InferredField): string => (min === null || max === null ? '' : `${min} to ${max}`);

const columns: Column<InferredField>[] = [
  { id: 'path', header: 'Field', grow: true, cell: (row) => <Mono>{row.path}</Mono> },
  { id: 'types', header: 'Type', cell: (row) => row.types.map(({ type }) => type).join(' or ') },
  { id: 'coverage', header: 'In', numeric: true, cell: (row) => percent(row.coverage) },
  {
    id: 'values',
    header: 'Values',
    cell: (row) => row.values?.join(', ') ?? row.format ?? range(row),
  },
];

/** What the newest payloads have in common. */
export function SchemaDrawer({ clusterId, stream, subject, onClose }: Props) {
  const schema = useApi('getMessageSchema', {
    params: { clusterId, stream },
    query: { ...(subject !== '' && { subject }) },
  });
  return (
    <Drawer
      title={`Fields of the messages in ${stream}`}
      subtitle={subject === '' ? undefined : subject}
      onClose={onClose}
      size="md"
    >
      <Loaded of={schema}>
        {({ sampled, documents, fields, truncated, jsonSchema, provenance }) => (
          <Stack>
            <Quiet>
              {exact(documents)} of the {exact(sampled)} newest messages are JSON documents.
              {truncated && ' There are more fields than are listed.'} <From provenance={provenance} />
            </Quiet>
            {fields.length === 0 ? (
              <Empty title="No field">None of these payloads is a JSON document.</Empty>
            ) : (
              <DataTable label="Fields" columns={columns} rows={fields} keyOf={(row) => row.path} />
            )}
            {jsonSchema && <Code label="JSON Schema" text={JSON.stringify(jsonSchema, null, 2)} />}
          </Stack>
        )}
      </Loaded>
    </Drawer>
  );
}
