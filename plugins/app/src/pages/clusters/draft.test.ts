// @vitest-environment happy-dom
import { clusterInput, type Slot } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { cluster } from '../../testing/samples';
import { emptyCredential, fromCredential, toCredential } from './credential';
import { draftOf, emptyDraft, servedBy, sortFiles, toChange, toInput, withContext, type Draft } from './draft';

const filled = (changes: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(),
  name: 'prod',
  urls: 'nats://a:4222, nats://b:4222\n  nats://c:4222 ',
  credentials: {
    ...emptyDraft().credentials,
    admin: { ...emptyCredential('user_password'), user: 'shop', password: 's3cret' },
  },
  ...changes,
});

describe('what is sent', () => {
  it('is what the contract takes', () => {
    const input = toInput(
      filled({
        tlsMode: 'first',
        ca: '-----BEGIN CERTIFICATE-----\n',
        serverName: ' nats.example ',
        domain: 'leaf',
        inboxPrefix: '_INBOX_ops',
        readOnly: true,
        allowKick: true,
      }),
    );
    expect(clusterInput.parse(input)).toMatchObject({
      urls: ['nats://a:4222', 'nats://b:4222', 'nats://c:4222'],
      tls: { mode: 'first', serverName: 'nats.example' },
      domain: 'leaf',
      inboxPrefix: '_INBOX_ops',
      readOnly: true,
      allowKick: true,
      credentials: { admin: { auth: { kind: 'user_password', user: 'shop', password: 's3cret' } } },
    });
  });
  it('leaves out what is empty', () => {
    const input = toInput(filled());
    expect(input.tls).toEqual({ mode: 'auto' });
    expect([input.domain, input.inboxPrefix]).toEqual([null, null]);
  });
  it('keeps the credentials of a cluster that are not given again', () =>
    expect(toChange(draftOf(cluster()), 3)).toMatchObject({ version: 3, credentials: {} }));
  it.each(['none', 'user_password', 'token', 'nkey', 'jwt', 'creds'] as const)('%s goes out and comes back', (kind) => {
    const draft = { ...emptyCredential(kind), user: 'u', password: 'p', token: 't', seed: 'SU', jwt: 'j', creds: 'c' };
    const sent = toCredential(draft);
    expect(sent.auth.kind).toBe(kind);
    expect(toCredential(fromCredential(sent))).toEqual(sent);
  });
});

describe('an imported context', () => {
  it('lies over the form, and leaves a name that was typed', () => {
    const draft = withContext(filled(), {
      name: 'from the context',
      urls: ['tls://x:4222'],
      tls: { mode: 'first' },
      inboxPrefix: '_P',
      domain: null,
      credentials: { admin: { auth: { kind: 'token', token: 'T' } } },
    });
    expect(draft).toMatchObject({ name: 'prod', urls: 'tls://x:4222', tlsMode: 'first', inboxPrefix: '_P' });
    expect(draft.credentials.admin).toMatchObject({ kind: 'token', token: 'T' });
  });
  it('is told from the files it names', () =>
    expect(
      sortFiles([
        ['user.creds', '-----BEGIN NATS USER JWT-----'],
        ['prod.json', '\n{"url": "nats://x"}'],
      ]),
    ).toEqual({
      context: '\n{"url": "nats://x"}',
      others: { 'user.creds': '-----BEGIN NATS USER JWT-----' },
    }));
});

describe('which log-in serves a level', () => {
  it.each<[Slot, Slot[], Slot | null]>([
    ['admin', ['admin'], 'admin'],
    ['read', ['admin'], 'admin'],
    ['read', ['read', 'admin'], 'read'],
    ['operate', ['read', 'admin'], 'read'],
    ['admin', ['read', 'operate'], 'operate'],
    ['read', ['operate', 'admin'], 'operate'],
    ['system', ['admin'], null],
    ['admin', ['system'], null],
    ['read', [], null],
  ])('%s with %j: %s', (slot, known, served) => expect(servedBy(slot, known)).toBe(served));
});
