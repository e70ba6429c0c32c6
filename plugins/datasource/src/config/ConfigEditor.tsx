import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Stack, Text } from '@grafana/ui';
import type { JetStreamOptions, JetStreamSecrets } from '../types';
import { connectionState } from './connection';
import { ConnectionFields } from './ConnectionFields';
import { PasteConnection } from './PasteConnection';

type Props = DataSourcePluginOptionsEditorProps<JetStreamOptions, JetStreamSecrets>;

/** Connects Grafana to the console by one paste; "Save & test" says which version answers and what it can reach. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { complete, secret } = connectionState(options);
  if (options.readOnly)
    return (
      <Stack direction="column" gap={2}>
        <Alert severity="info" title="Provisioned">
          This datasource comes from a provisioning file and is changed there. “Test” below asks the console whether it
          still answers.
        </Alert>
        <ConnectionFields options={options} onOptionsChange={onOptionsChange} />
      </Stack>
    );
  return (
    <Stack direction="column" gap={2}>
      {!complete && (
        <Alert severity="info" title="Not connected yet">
          In the console, an administrator makes a Grafana connection and gets its connection string, once. Paste it
          here: the address and the secret come from it. The app’s configuration page takes the same string.
        </Alert>
      )}
      <PasteConnection options={options} onOptionsChange={onOptionsChange} />
      <ConnectionFields options={options} onOptionsChange={onOptionsChange} />
      {secret === 'new' && (
        <Text color="secondary">The new secret is kept, encrypted, with the next “Save & test”.</Text>
      )}
    </Stack>
  );
}
