import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Switch, useStyles2 } from '@grafana/ui';
import type { Cluster, Slot } from '@jetstream-console/contract';
import { faultOf } from '../../api/faults';
import { Panel, Quiet, Row } from '../../components/parts';
import { ClientCertificate, CredentialFields, emptyCredential } from './credential';
import { slotOrder, slotText, type Draft } from './draft';

interface Props {
  readonly draft: Draft;
  /** what the console holds already; empty for a new cluster */
  readonly held: Cluster['slots'];
  readonly error: unknown;
  readonly onChange: (credentials: Draft['credentials']) => void;
}

/** The log-ins of a cluster, one a level. What the console holds is kept unless it is given again. */
export function SlotFields({ draft, held, error, onChange }: Props) {
  return (
    <Panel title="Credentials">
      {slotOrder.map((slot) => (
        <OneSlot
          key={slot}
          slot={slot}
          draft={draft}
          held={held.find((known) => known.slot === slot)}
          error={error}
          onChange={(credential) => onChange({ ...draft.credentials, [slot]: credential })}
        />
      ))}
    </Panel>
  );
}

interface OneProps {
  readonly slot: Slot;
  readonly draft: Draft;
  readonly held: Cluster['slots'][number] | undefined;
  readonly error: unknown;
  readonly onChange: (credential: Draft['credentials'][Slot]) => void;
}

function OneSlot({ slot, draft, held, error, onChange }: OneProps) {
  const styles = useStyles2(getStyles);
  const credential = draft.credentials[slot];
  const path = `body.credentials.${slot}`;
  const { name, use } = slotText[slot];
  const owed = faultOf(error, path);
  return (
    <section aria-label={`${name} credential`} className={styles.slot}>
      {held ? (
        <Row>
          <strong>{name}</strong>
          <Quiet>{credential === null ? `kept: ${held.hint}` : 'replaces the one that is kept'}</Quiet>
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            onClick={() => onChange(credential === null ? emptyCredential() : null)}
          >
            {credential === null ? 'Give it again' : 'Keep the old one'}
          </Button>
        </Row>
      ) : (
        <Field noMargin label={name} description={use}>
          <Switch
            id={`use-${slot}`}
            value={credential !== null}
            onChange={(event) => onChange(event.currentTarget.checked ? emptyCredential() : null)}
          />
        </Field>
      )}
      {owed && credential === null && <Alert severity="error" title={`${name}: ${owed}`} />}
      {credential && (
        <div className={styles.fields}>
          <CredentialFields id={slot} draft={credential} onChange={onChange} error={error} path={path} />
          <ClientCertificate id={slot} draft={credential} onChange={onChange} error={error} path={path} />
        </div>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  slot: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
  fields: css({
    paddingLeft: theme.spacing(1.5),
    marginBottom: theme.spacing(1),
    borderLeft: `2px solid ${theme.colors.border.medium}`,
  }),
});
