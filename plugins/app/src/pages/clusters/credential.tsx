import { Button, Combobox, Field, Input, TextArea } from '@grafana/ui';
import type { Credential } from '@jetstream-console/contract';
import { useState } from 'react';
import { fieldFault } from '../../api/faults';

type Kind = Credential['auth']['kind'];
/** What stands in the form: everything is text until it is sent. */
export interface CredentialDraft {
  kind: Kind;
  user: string;
  password: string;
  token: string;
  seed: string;
  jwt: string;
  creds: string;
  clientCert: string;
  clientKey: string;
}
export const emptyCredential = (kind: Kind = 'creds'): CredentialDraft => ({
  kind,
  user: '',
  password: '',
  token: '',
  seed: '',
  jwt: '',
  creds: '',
  clientCert: '',
  clientKey: '',
});

const kinds: { label: string; value: Kind }[] = [
  { label: '.creds file', value: 'creds' },
  { label: 'User and password', value: 'user_password' },
  { label: 'Token', value: 'token' },
  { label: 'Nkey seed', value: 'nkey' },
  { label: 'JWT and seed', value: 'jwt' },
  { label: 'None', value: 'none' },
];

function authOf(draft: CredentialDraft): Credential['auth'] {
  switch (draft.kind) {
    case 'none':
      return { kind: 'none' };
    case 'user_password':
      return { kind: 'user_password', user: draft.user, password: draft.password };
    case 'token':
      return { kind: 'token', token: draft.token };
    case 'nkey':
      return { kind: 'nkey', seed: draft.seed.trim() };
    case 'jwt':
      return { kind: 'jwt', jwt: draft.jwt.trim(), ...(draft.seed.trim() !== '' && { seed: draft.seed.trim() }) };
    case 'creds':
      return { kind: 'creds', creds: draft.creds };
  }
}

export const toCredential = (draft: CredentialDraft): Credential => ({
  auth: authOf(draft),
  ...(draft.clientCert.trim() !== '' && { clientCert: draft.clientCert }),
  ...(draft.clientKey.trim() !== '' && { clientKey: draft.clientKey }),
});

export function fromCredential(credential: Credential): CredentialDraft {
  const { auth, clientCert = '', clientKey = '' } = credential;
  const { kind, ...fields } = auth;
  return { ...emptyCredential(kind), ...fields, clientCert, clientKey };
}

const fields: Record<Kind, (keyof CredentialDraft)[]> = {
  none: [],
  user_password: ['user', 'password'],
  token: ['token'],
  nkey: ['seed'],
  jwt: ['jwt', 'seed'],
  creds: ['creds'],
};
const labels: Partial<Record<keyof CredentialDraft, [string, string?]>> = {
  user: ['User'],
  password: ['Password'],
  token: ['Token'],
  seed: ['Nkey seed', 'Starts with SU'],
  jwt: ['User JWT'],
  creds: ['.creds', 'The whole file, from BEGIN NATS USER JWT to END USER NKEY SEED'],
};
const long = new Set<keyof CredentialDraft>(['creds', 'jwt']);

interface Props {
  readonly id: string;
  readonly draft: CredentialDraft;
  readonly onChange: (draft: CredentialDraft) => void;
  /** of the request that sent it, and where in its body the credential stood */
  readonly error: unknown;
  readonly path: string;
}
type Changed = React.FormEvent<HTMLInputElement | HTMLTextAreaElement>;

export function CredentialFields({ id, draft, onChange, error, path }: Props) {
  return (
    <>
      <Field label="How to log in" htmlFor={`${id}-kind`}>
        <Combobox
          id={`${id}-kind`}
          width={30}
          options={kinds}
          value={draft.kind}
          onChange={({ value }) => onChange({ ...draft, kind: value })}
        />
      </Field>
      {fields[draft.kind].map((name) => {
        const [label, description] = labels[name] ?? [name];
        const common = {
          id: `${id}-${name}`,
          value: draft[name],
          autoComplete: 'off',
          spellCheck: false,
          onChange: (event: Changed) => onChange({ ...draft, [name]: event.currentTarget.value }),
        };
        return (
          <Field key={name} label={label} description={description} {...fieldFault(error, `${path}.auth.${name}`)}>
            {long.has(name) ? (
              <TextArea {...common} rows={6} />
            ) : (
              <Input {...common} type={name === 'user' ? 'text' : 'password'} />
            )}
          </Field>
        );
      })}
    </>
  );
}

export function ClientCertificate({ id, draft, onChange, error, path }: Props) {
  const faults = [fieldFault(error, `${path}.clientCert`), fieldFault(error, `${path}.clientKey`)];
  const [open, setOpen] = useState(draft.clientCert !== '' || draft.clientKey !== '');
  if (!open && !faults.some(({ invalid }) => invalid))
    return (
      <Button size="sm" variant="secondary" fill="text" icon="plus" onClick={() => setOpen(true)}>
        Client certificate
      </Button>
    );
  return (
    <>
      <Field label="Client certificate" description="PEM, where the server wants one" {...faults[0]}>
        <TextArea
          id={`${id}-cert`}
          rows={3}
          value={draft.clientCert}
          onChange={(event) => onChange({ ...draft, clientCert: event.currentTarget.value })}
        />
      </Field>
      <Field label="Its private key" {...faults[1]}>
        <TextArea
          id={`${id}-key`}
          rows={3}
          value={draft.clientKey}
          onChange={(event) => onChange({ ...draft, clientKey: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}
