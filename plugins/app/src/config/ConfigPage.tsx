import { css } from '@emotion/css';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { Alert, Button, Field, LinkButton, TextArea } from '@grafana/ui';
import { parseConnectionString, provisioningSnippet, type Pairing } from '@jetstream-console/contract';
import { QueryClientProvider, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/hooks';
import { Code, Facts, Mono, pageUrl, Panel, Quiet, Row, Stack } from '../components/parts';
import { StageList } from '../components/StageList';
import { Loaded, Problem } from '../components/States';
import { enableApp, here, readKept, savePairing, selfTest } from './api';
import { isPaired, secretNames, type JsonData, type Kept } from './pairing';

export type ConfigPageProps = PluginConfigPageProps<AppPluginMeta<JsonData>>;

const keptKey = ['config', 'settings'];
const testKey = ['config', 'test'];

/** Wires this Grafana to a console: one string pasted, then tested on the way that every page takes. */
export function ConfigPage(_props: ConfigPageProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <Configuration />
    </QueryClientProvider>
  );
}

function Configuration() {
  const kept = useQuery({ queryKey: keptKey, queryFn: readKept });
  return (
    <Loaded of={kept}>
      {(known) => (
        <Stack>
          <CurrentState kept={known} />
          <Paste paired={isPaired(known)} />
          {(isPaired(known) || known.jsonData.apiUrl !== undefined) && <SelfTest />}
          {known.jsonData.apiUrl !== undefined && known.jsonData.connectionId !== undefined && (
            <Provisioning apiUrl={known.jsonData.apiUrl} connectionId={known.jsonData.connectionId} />
          )}
        </Stack>
      )}
    </Loaded>
  );
}

const secretLabels = { proxySecret: 'Proxy secret', gatewaySecret: 'Gateway secret' };

function CurrentState({ kept }: { kept: Kept }) {
  const client = useQueryClient();
  const enable = useMutation({ mutationFn: () => enableApp(kept), onSuccess: () => client.invalidateQueries() });
  if (kept.jsonData.apiUrl === undefined)
    return (
      <Alert severity="info" title="Not connected to a backend yet">
        Paste a connection string below: it holds the address of the backend and two secrets. An administrator of the
        console gets one by adding a Grafana connection there (POST /api/v1/organizations/…/grafana-connections), where
        it is shown once. One that was made before the first start is the backend’s CONSOLE_GRAFANA_CONNECTION.
      </Alert>
    );
  return (
    <Panel title="Connection">
      <Facts
        facts={[
          ['Backend', <Mono key="backend">{kept.jsonData.apiUrl}</Mono>],
          ['Connection', <Mono key="connection">{kept.jsonData.connectionId ?? 'not set'}</Mono>],
          ...secretNames.map((name): [string, string] => [
            secretLabels[name],
            kept.secureJsonFields[name] === true ? 'set; it cannot be read back' : 'not set',
          ]),
        ]}
      />
      {!kept.enabled && (
        <Alert severity="warning" title="The app is switched off in this organization">
          <Button size="sm" disabled={enable.isPending} onClick={() => enable.mutate()}>
            Enable it
          </Button>
        </Alert>
      )}
      {enable.error && <Problem error={enable.error} />}
    </Panel>
  );
}

function Paste({ paired }: { paired: boolean }) {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: savePairing,
    onSuccess: async () => {
      // Nothing of the secrets stays on the page.
      setText('');
      await client.invalidateQueries();
    },
  });
  const connect = () => {
    let pairing: Pairing;
    try {
      pairing = parseConnectionString(text);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      return;
    }
    setFault(null);
    save.mutate(pairing);
  };
  return (
    <form
      className={css({ maxWidth: 720 })}
      onSubmit={(event) => {
        event.preventDefault();
        connect();
      }}
    >
      <Field
        label={paired ? 'Replace the connection' : 'Connection string'}
        description={
          paired
            ? 'To replace the secrets, let an administrator of the console rotate this connection and paste the new string here. The old secrets end the moment it is rotated, so do both at once.'
            : 'It starts with jsc1. and is shown once by the console.'
        }
        invalid={fault !== null}
        error={fault}
      >
        <TextArea
          id="connection-string"
          aria-label="Connection string"
          data-testid="connection-string"
          rows={4}
          value={text}
          placeholder="jsc1."
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setFault(null);
          }}
        />
      </Field>
      {save.error && <Problem error={save.error} />}
      <Button type="submit" disabled={text.trim() === '' || save.isPending}>
        {save.isPending ? 'Connecting' : paired ? 'Replace and test' : 'Connect and test'}
      </Button>
    </form>
  );
}

function SelfTest() {
  const test = useQuery({ queryKey: testKey, queryFn: selfTest, retry: false });
  const good = test.data?.every(({ state }) => state === 'ok') ?? false;
  return (
    <Panel
      title="Self-test"
      actions={
        <Button
          size="sm"
          variant="secondary"
          icon="heart-rate"
          disabled={test.isFetching}
          onClick={() => {
            void test.refetch();
          }}
        >
          {test.isFetching ? 'Testing' : 'Test again'}
        </Button>
      }
    >
      <Loaded of={test}>
        {(stages) => (
          <div data-testid="self-test" data-ok={good}>
            <StageList stages={stages.map(({ stage, ...rest }) => ({ name: stage, ...rest }))} />
          </div>
        )}
      </Loaded>
      {good && (
        <Row>
          <LinkButton size="sm" href={pageUrl('clusters')}>
            Open the console
          </LinkButton>
          <Quiet>Load the page again once, and its pages are in the menu.</Quiet>
        </Row>
      )}
    </Panel>
  );
}

function Provisioning({ apiUrl, connectionId }: { apiUrl: string; connectionId: string }) {
  return (
    <Panel title="The same by provisioning">
      <Quiet>
        For a Grafana that is set up from files: provisioning/plugins/jetstream-console.yaml. The two secrets come from
        the environment of Grafana; they are inside the connection string.
      </Quiet>
      <Code label="provisioning file" text={provisioningSnippet({ apiUrl, connectionId }, here().orgId)} />
    </Panel>
  );
}
