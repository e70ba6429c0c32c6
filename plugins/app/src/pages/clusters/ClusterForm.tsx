import { Alert, Button, Combobox, Field, FileDropzone, Input, Switch, TextArea } from '@grafana/ui';
import type { TestReport } from '@jetstream-console/contract';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { useAct, useApi } from '../../api/hooks';
import { Crumbs, pageUrl, Panel, Row, Stack } from '../../components/parts';
import { Loaded, Problem } from '../../components/States';
import { ClientCertificate, CredentialFields, emptyCredential } from './credential';
import { draftOf, emptyDraft, faultOf, toChange, toInput, withContext, type Draft } from './draft';
import { TestReportView } from './TestReport';

const tlsModes = [
  { label: 'As the server demands', value: 'auto' as const },
  { label: 'Required', value: 'required' as const },
  { label: 'TLS first', value: 'first' as const },
];

/** New clusters and changes to one that is there. */
export function ClusterForm() {
  const { cluster: id } = useParams();
  const known = useApi('getCluster', { params: { clusterId: id ?? '' } }, { enabled: id !== undefined });
  if (id === undefined) return <Form initial={emptyDraft()} />;
  return (
    <Loaded of={known}>
      {(cluster) => <Form key={cluster.version} initial={draftOf(cluster)} id={id} version={cluster.version} />}
    </Loaded>
  );
}

function ImportContext({ onImport }: { onImport: (text: string) => void }) {
  return (
    <Panel title="From a file">
      <FileDropzone
        options={{
          accept: { 'application/json': ['.json'], 'text/plain': ['.creds', '.txt'] },
          multiple: false,
          onDrop: (files: File[]) => {
            void files[0]?.text().then(onImport);
          },
        }}
        fileListRenderer={() => null}
      >
        <p>
          Drop a .creds file or a context of the <code>nats</code> CLI here, or click to choose one
        </p>
      </FileDropzone>
    </Panel>
  );
}

function Form({ initial, id, version }: { initial: Draft; id?: string; version?: number }) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(initial);
  const [replace, setReplace] = useState(id === undefined);
  const [report, setReport] = useState<TestReport | null>(null);
  const [notes, setNotes] = useState<string[]>([]);
  const test = useAct('testNewCluster');
  const create = useAct('createCluster');
  const update = useAct('updateCluster');
  const parse = useAct('parseContext');
  const set = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const busy = test.isPending || create.isPending || update.isPending;
  const error = create.error ?? update.error ?? test.error ?? parse.error;

  const take = (text: string) => {
    if (text.includes('BEGIN NATS USER JWT')) {
      set({ account: { ...draft.account, kind: 'creds', creds: text } });
      setReplace(true);
      return;
    }
    parse.mutate(
      { body: { context: text } },
      {
        onSuccess: ({ input, missing, ignored }) => {
          setDraft(withContext(draft, input));
          setReplace(true);
          setNotes([
            ...missing.map(({ path, say }) => `${path}: ${say}`),
            ...(ignored.length > 0 ? [`Not used here: ${ignored.join(', ')}.`] : []),
          ]);
        },
      },
    );
  };
  const save = () => {
    const done = { onSuccess: (cluster: { id: string }) => navigate(pageUrl(`clusters/${cluster.id}`)) };
    if (id !== undefined && version !== undefined)
      update.mutate({ params: { clusterId: id }, body: toChange(draft, version, replace) }, done);
    else create.mutate({ body: toInput(draft) }, done);
  };

  return (
    <Stack>
      <Crumbs items={[['Clusters', pageUrl('clusters')], [id ? `Change ${initial.name}` : 'Connect a cluster']]} />
      <ImportContext onImport={take} />
      {notes.length > 0 && (
        <Alert severity="info" title="The context was read">
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Alert>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
        style={{ maxWidth: 640 }}
      >
        <Field label="Name" required invalid={faultOf(error, 'name') !== undefined} error={faultOf(error, 'name')}>
          <Input id="name" value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
        </Field>
        <Field
          label="URLs"
          required
          description="One a line, such as nats://host:4222. Any server of the cluster will do; more are for when one is down."
          invalid={faultOf(error, 'urls') !== undefined}
          error={faultOf(error, 'urls')}
        >
          <TextArea
            id="urls"
            rows={3}
            value={draft.urls}
            onChange={(event) => set({ urls: event.currentTarget.value })}
          />
        </Field>
        {id !== undefined && (
          <Field
            label="Replace the credentials"
            description="Needed when URLs or TLS settings change: a kept secret is not sent to another place."
          >
            <Switch id="replace" value={replace} onChange={(event) => setReplace(event.currentTarget.checked)} />
          </Field>
        )}
        {replace && (
          <Panel title="Account credential">
            {faultOf(error, 'credentials') && <Alert severity="error" title={faultOf(error, 'credentials') ?? ''} />}
            <CredentialFields id="account" draft={draft.account} onChange={(account) => set({ account })} />
            <Field
              label="Log-in of the system account"
              description="Lets the console see servers and the cluster's own state. Optional."
            >
              <Switch
                id="system"
                value={draft.system !== null}
                onChange={(event) => set({ system: event.currentTarget.checked ? emptyCredential() : null })}
              />
            </Field>
            {draft.system && (
              <CredentialFields id="system" draft={draft.system} onChange={(system) => set({ system })} />
            )}
            <Field
              label="A weaker log-in for readers"
              description="NATS itself then keeps readers from changing anything. Without it one log-in serves all, and only the console tells them apart."
            >
              <Switch
                id="read"
                value={draft.read !== null}
                onChange={(event) => set({ read: event.currentTarget.checked ? emptyCredential() : null })}
              />
            </Field>
            {draft.read && <CredentialFields id="read" draft={draft.read} onChange={(read) => set({ read })} />}
          </Panel>
        )}
        <Panel title="TLS and more">
          <Field label="TLS">
            <Combobox
              id="tls"
              width={30}
              options={tlsModes}
              value={draft.tlsMode}
              onChange={({ value }) => set({ tlsMode: value })}
            />
          </Field>
          <Field
            label="CA certificate"
            description="PEM, where the server's certificate is not of a public authority"
            error={faultOf(error, 'tls')}
            invalid={faultOf(error, 'tls') !== undefined}
          >
            <TextArea id="ca" rows={3} value={draft.ca} onChange={(event) => set({ ca: event.currentTarget.value })} />
          </Field>
          <Field label="Server name" description="The name in the certificate, where it is not the host's">
            <Input
              id="server-name"
              value={draft.serverName}
              onChange={(event) => set({ serverName: event.currentTarget.value })}
            />
          </Field>
          {replace && <ClientCertificate id="account" draft={draft.account} onChange={(account) => set({ account })} />}
          <Field
            label="JetStream domain"
            error={faultOf(error, 'domain')}
            invalid={faultOf(error, 'domain') !== undefined}
          >
            <Input id="domain" value={draft.domain} onChange={(event) => set({ domain: event.currentTarget.value })} />
          </Field>
          <Field
            label="Inbox prefix"
            description="Where the user may not subscribe to _INBOX"
            error={faultOf(error, 'inboxPrefix')}
            invalid={faultOf(error, 'inboxPrefix') !== undefined}
          >
            <Input
              id="inbox"
              value={draft.inboxPrefix}
              onChange={(event) => set({ inboxPrefix: event.currentTarget.value })}
            />
          </Field>
          <Field
            label="Read-only in the console"
            description="Nobody changes anything in this cluster from here, whatever their role"
          >
            <Switch
              id="read-only"
              value={draft.readOnly}
              onChange={(event) => set({ readOnly: event.currentTarget.checked })}
            />
          </Field>
        </Panel>
        {error && <Problem error={error} />}
        <Row>
          {replace && (
            <Button
              type="button"
              variant="secondary"
              icon="heart-rate"
              disabled={busy}
              onClick={() => {
                setReport(null);
                test.mutate({ body: toInput(draft) }, { onSuccess: setReport });
              }}
            >
              {test.isPending ? 'Testing' : 'Test'}
            </Button>
          )}
          <Button type="submit" disabled={busy}>
            {id ? 'Save' : 'Connect'}
          </Button>
        </Row>
      </form>
      {report && <TestReportView report={report} />}
    </Stack>
  );
}
