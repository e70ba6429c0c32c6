import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, Input, Switch, TextArea, useStyles2 } from '@grafana/ui';
import type { Cluster, TestReport } from '@jetstream-console/contract';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { fieldFault } from '../../api/faults';
import { useAct, useApi, useMay } from '../../api/hooks';
import { Head } from '../../components/Head';
import { NoAccess } from '../../components/NoAccess';
import { pageUrl, Panel, Quiet, Row, Stack } from '../../components/parts';
import { Loaded, Problem } from '../../components/States';
import { emptyCredential } from './credential';
import { draftOf, emptyDraft, toChange, toInput, withContext, type Draft } from './draft';
import { ImportFiles } from './ImportFiles';
import { SlotFields } from './SlotFields';
import { TestReportView } from './TestReport';

const tlsModes = [
  { label: 'As the server demands', value: 'auto' as const },
  { label: 'Required', value: 'required' as const },
  { label: 'TLS first', value: 'first' as const },
];

/** New clusters and changes to one that is there. */
export function ClusterForm() {
  const { cluster: id } = useParams();
  const may = useMay();
  const known = useApi('getCluster', { params: { clusterId: id ?? '' } }, { enabled: id !== undefined });
  const allowed = id === undefined ? may('clusters:create') : may('clusters:update', { cluster: id });
  const title = id === undefined ? 'Connect a cluster' : 'Change';
  return (
    <Stack>
      <Head
        items={[
          ['Clusters', pageUrl('clusters')],
          ...(known.data ? [[known.data.name, pageUrl(`clusters/${known.data.id}`)] as [string, string]] : []),
          [title],
        ]}
      />
      {!allowed ? (
        <NoAccess
          what="the settings of clusters"
          role="admin"
          on={id === undefined ? 'the organization' : 'this cluster'}
        />
      ) : id === undefined ? (
        <Form initial={emptyDraft()} />
      ) : (
        <Loaded of={known}>
          {(cluster) => <Form key={cluster.version} initial={draftOf(cluster)} known={cluster} />}
        </Loaded>
      )}
    </Stack>
  );
}

function Form({ initial, known }: { initial: Draft; known?: Cluster }) {
  const styles = useStyles2(getStyles);
  const navigate = useNavigate();
  const [draft, setDraft] = useState(initial);
  const [report, setReport] = useState<TestReport | null>(null);
  const test = useAct('testNewCluster');
  const create = useAct('createCluster');
  const update = useAct('updateCluster');
  const set = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const busy = test.isPending || create.isPending || update.isPending;
  const error = create.error ?? update.error ?? test.error;
  const held = known?.slots ?? [];
  // The console does not give a kept secret out again, not even to test with it: that happens on the cluster's page.
  const testable = held.every(({ slot }) => draft.credentials[slot] !== null);
  const save = () => {
    const done = { onSuccess: (cluster: { id: string }) => navigate(pageUrl(`clusters/${cluster.id}`)) };
    test.reset();
    if (known) update.mutate({ params: { clusterId: known.id }, body: toChange(draft, known.version) }, done);
    else create.mutate({ body: toInput(draft) }, done);
  };
  const tryIt = () => {
    setReport(null);
    create.reset();
    update.reset();
    test.mutate({ body: toInput(draft) }, { onSuccess: setReport });
  };
  return (
    <div className={styles.sides}>
      <div className={styles.side}>
        <ImportFiles
          onContext={(input) => setDraft((before) => withContext(before, input))}
          onCreds={(creds) =>
            setDraft((before) => ({
              ...before,
              credentials: { ...before.credentials, admin: { ...emptyCredential('creds'), creds } },
            }))
          }
        />
        <form
          aria-label="Cluster"
          className={styles.side}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Fields draft={draft} set={set} error={error} />
          <SlotFields draft={draft} held={held} error={error} onChange={(credentials) => set({ credentials })} />
          <Tls draft={draft} set={set} error={error} />
          {error && <Problem error={error} />}
          <Row>
            {testable && (
              <Button type="button" variant="secondary" icon="heart-rate" disabled={busy} onClick={tryIt}>
                {test.isPending ? 'Testing' : 'Test'}
              </Button>
            )}
            <Button type="submit" disabled={busy}>
              {known ? 'Save' : 'Connect'}
            </Button>
            {!testable && <Quiet>Kept credentials are tested on the cluster’s page, after saving.</Quiet>}
          </Row>
        </form>
      </div>
      <div className={styles.side}>{report && <TestReportView report={report} />}</div>
    </div>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly set: (changes: Partial<Draft>) => void;
  readonly error: unknown;
}

function Fields({ draft, set, error }: FieldsProps) {
  return (
    <Panel title="Where it is">
      <Field label="Name" required {...fieldFault(error, 'body.name')}>
        <Input id="name" value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
      </Field>
      <Field
        label="URLs"
        required
        description="One a line, such as nats://host:4222. Any server of the cluster will do; more are for when one is down."
        {...fieldFault(error, 'body.urls')}
      >
        <TextArea
          id="urls"
          rows={3}
          value={draft.urls}
          onChange={(event) => set({ urls: event.currentTarget.value })}
        />
      </Field>
    </Panel>
  );
}

function Tls({ draft, set, error }: FieldsProps) {
  return (
    <Panel title="TLS and more">
      <Field label="TLS" htmlFor="tls" {...fieldFault(error, 'body.tls.mode')}>
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
        {...fieldFault(error, 'body.tls.ca')}
      >
        <TextArea id="ca" rows={3} value={draft.ca} onChange={(event) => set({ ca: event.currentTarget.value })} />
      </Field>
      <Field
        label="Server name"
        description="The name in the certificate, where it is not the host's"
        {...fieldFault(error, 'body.tls.serverName')}
      >
        <Input
          id="server-name"
          value={draft.serverName}
          onChange={(event) => set({ serverName: event.currentTarget.value })}
        />
      </Field>
      <Field label="JetStream domain" description="Of a leaf node" {...fieldFault(error, 'body.domain')}>
        <Input id="domain" value={draft.domain} onChange={(event) => set({ domain: event.currentTarget.value })} />
      </Field>
      <Field
        label="Inbox prefix"
        description="Where the user may not subscribe to _INBOX"
        {...fieldFault(error, 'body.inboxPrefix')}
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
      <Field
        label="Clients may be disconnected from here"
        description="By whoever holds the role admin, or one that grants connections:operate and accounts:read; each time it is in the audit. It goes over the log-in of the system account. A client as a rule connects again by itself at once."
        {...fieldFault(error, 'body.allowKick')}
      >
        <Switch
          id="allow-kick"
          value={draft.allowKick}
          onChange={(event) => set({ allowKick: event.currentTarget.checked })}
        />
      </Field>
    </Panel>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  sides: css({
    display: 'grid',
    gap: theme.spacing(3),
    alignItems: 'start',
    gridTemplateColumns: 'minmax(0, 1fr)',
    [theme.breakpoints.up('xl')]: { gridTemplateColumns: 'minmax(0, 640px) minmax(0, 1fr)' },
  }),
  side: css({ display: 'grid', gap: theme.spacing(3), gridTemplateColumns: 'minmax(0, 1fr)' }),
});
