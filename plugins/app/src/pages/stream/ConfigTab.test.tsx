// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react';
import { fireEvent } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import type { ConfigView } from '@jetstream-console/contract';
import { answers, persona, refuses, fakeBackend, type Asked } from '../../testing/backend';
import { at, cluster, clusterId, connected, provenance, stream } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { StreamPage } from './StreamPage';

const backend = fakeBackend();
const open = (search: string) =>
  show(<StreamPage />, {
    path: 'clusters/:cluster/streams/:stream',
    at: `clusters/${clusterId}/streams/ORDERS?tab=config${search}`,
  });
const hash = (letter: string) => letter.repeat(43);
const config = {
  name: 'ORDERS',
  subjects: ['orders.>'],
  retention: 'limits',
  storage: 'file',
  max_age: 0,
  max_msgs: 5,
};
const view = (changes: Partial<ConfigView> = {}): ConfigView => ({
  config,
  hash: hash('a'),
  apiLevel: 1,
  fixed: [{ field: 'storage', reason: 'the storage cannot be changed; make a copy with the other one' }],
  ...changes,
});
const plan = (changes = {}) => ({
  hash: hash('a'),
  apiLevel: 1,
  config,
  diff: [],
  refusals: [],
  effects: [],
  ...changes,
});
const asEditor = [answers('me', persona('editor')), answers('getStream', stream()), answers('getStreamConfig', view())];
const field = (name: string) => {
  const found = document.getElementById(`config-${name}`);
  if (!(found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement))
    throw new Error(`no control of ${name}`);
  return found;
};
const type = (control: HTMLElement, value: string) => fireEvent.change(control, { target: { value } });
const json = () => screen.getByRole('textbox', { name: /As JSON/ });

describe('an edit of a stream', () => {
  it('is planned, shown in words, saved with the hash it began from, and tells what the server made of it', async () => {
    const planned: unknown[] = [];
    const saved: unknown[] = [];
    backend.use(
      ...asEditor,
      answers('planStreamUpdate', ({ body }: Asked) => {
        planned.push(body);
        return plan({ effects: ['messages older than the new age are removed at once'] });
      }),
      answers('updateStream', ({ body }: Asked) => {
        saved.push(body);
        return {
          config,
          hash: hash('b'),
          diff: [{ field: 'max_age', before: 0, after: 3600e9 }],
          ignored: [],
          adjusted: [{ field: 'duplicate_window', before: 1, after: 3600e9 }],
        };
      }),
    );
    const user = open('&edit=1');
    const save = await screen.findByRole<HTMLButtonElement>('button', { name: 'Save' });
    expect(save.disabled).toBe(true);
    type(field('max_age'), '1h');
    const changes = await screen.findByLabelText('Changes');
    expect(changes.textContent).toContain('was no limit');
    expect(changes.textContent).toContain('becomes 1 h');
    expect((await screen.findByTestId('effects')).textContent).toContain('are removed at once');
    await waitFor(() => expect(save.disabled).toBe(false));
    expect(planned).toEqual([{ change: { max_age: 3600e9 }, pedantic: true }]);
    await user.click(save);
    const outcome = await screen.findByTestId('outcome');
    expect(outcome.textContent).toContain('not all as you asked');
    expect(within(outcome).getByLabelText('Set otherwise').textContent).toContain('duplicate_window');
    expect(saved).toEqual([{ basedOn: hash('a'), change: { max_age: 3600e9 }, pedantic: true }]);
    expect(urlShown()).not.toContain('edit');
  });
  it('is the same in the form and in the JSON, both ways', async () => {
    backend.use(...asEditor, answers('planStreamUpdate', plan()));
    open('&edit=1');
    await screen.findByRole('button', { name: 'Save' });
    type(field('max_msgs'), '1,000');
    expect((json() as HTMLTextAreaElement).value).toContain('"max_msgs": 1000');
    type(json(), JSON.stringify({ ...config, max_msgs: 70, description: 'from the JSON' }));
    expect(field('max_msgs').value).toBe('70');
    expect(field('description').value).toBe('from the JSON');
    type(json(), '{ "name": ');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
  });
  it('cannot set what is fixed or came later, and says why', async () => {
    backend.use(...asEditor, answers('planStreamUpdate', plan()));
    open('&edit=1');
    await screen.findByRole('button', { name: 'Save' });
    expect(field('storage').disabled).toBe(true);
    expect(screen.getByText(/the storage cannot be changed/)).toBeTruthy();
    expect(field('allow_atomic').disabled).toBe(true);
    expect(screen.getAllByText(/needs NATS 2\.12 or newer/).length).toBeGreaterThan(0);
    expect(field('allow_msg_ttl').disabled).toBe(false);
  });
  it('is not saved while the server would refuse it, or a value cannot be read', async () => {
    backend.use(
      ...asEditor,
      answers('planStreamUpdate', plan({ refusals: [{ field: 'max_age', reason: 'the age is 100 ms at least' }] })),
    );
    open('&edit=1');
    const save = await screen.findByRole<HTMLButtonElement>('button', { name: 'Save' });
    type(field('max_age'), '1ms');
    expect((await screen.findByTestId('reasons')).textContent).toContain('max_age: the age is 100 ms at least');
    expect(save.disabled).toBe(true);
    type(field('max_age'), 'soon');
    expect((await screen.findAllByText('A time such as 30s, 5m, 1h30m or 7d')).length).toBe(1);
    expect(save.disabled).toBe(true);
  });
  it('outlasts leaving the page, until it is cancelled', async () => {
    backend.use(
      ...asEditor,
      answers('planStreamUpdate', plan()),
      answers('listSubjects', { items: [], nextCursor: null, total: 0, provenance, complete: true }),
    );
    const user = open('&edit=1');
    await screen.findByRole('button', { name: 'Save' });
    type(field('description'), 'half done');
    await user.click(screen.getByRole('tab', { name: 'Subjects' }));
    await waitFor(() => expect(urlShown()).not.toContain('edit'));
    await user.click(screen.getByRole('tab', { name: 'Configuration' }));
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    await screen.findByText(/You began this before/);
    expect(field('description').value).toBe('half done');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    await screen.findByRole('button', { name: 'Save' });
    expect(field('description').value).toBe('');
  });
  it('shows both versions where somebody else was first, and goes on from theirs', async () => {
    let current = view();
    const saved: unknown[] = [];
    backend.use(
      answers('me', persona('editor')),
      answers('getStream', stream()),
      answers('getStreamConfig', () => current),
      answers('planStreamUpdate', plan()),
      refuses('updateStream', 409, 'config_conflict', {
        conflict: { currentHash: hash('b'), current: { ...config, max_msgs: 9 }, wanted: config },
      }),
    );
    const user = open('&edit=1');
    const save = await screen.findByRole<HTMLButtonElement>('button', { name: 'Save' });
    type(field('description'), 'mine');
    await waitFor(() => expect(save.disabled).toBe(false));
    current = view({ hash: hash('b'), config: { ...config, max_msgs: 9 } });
    await user.click(save);
    const conflict = await screen.findByTestId('conflict');
    expect(within(conflict).getByLabelText('Changed by somebody else').textContent).toContain('is now 9');
    expect(within(conflict).getByLabelText('Changed by you').textContent).toContain('mine');
    await user.click(within(conflict).getByRole('button', { name: 'Go on from there' }));
    expect(field('max_msgs').value).toBe('9');
    expect(field('description').value).toBe('mine');
    backend.use(
      answers('updateStream', ({ body }: Asked) => {
        saved.push(body);
        return { config, hash: hash('c'), diff: [], ignored: [], adjusted: [] };
      }),
    );
    const again = screen.getByRole<HTMLButtonElement>('button', { name: 'Save' });
    await waitFor(() => expect(again.disabled).toBe(false));
    await user.click(again);
    await screen.findByTestId('outcome');
    expect(saved).toEqual([{ basedOn: hash('b'), change: { description: 'mine' }, pedantic: true }]);
  });
});

describe('who may change it', () => {
  it.each([
    ['viewer', [], ['Edit', 'Clone', 'History']],
    ['operator', [], ['Edit', 'Clone', 'History']],
    ['editor', ['Edit', 'History'], []],
  ] as const)('%s', async (role, offered, not) => {
    backend.use(answers('me', persona(role)), answers('getStream', stream()));
    open('');
    await screen.findByRole('button', { name: 'Export' });
    for (const name of offered) await screen.findByRole('button', { name });
    for (const name of not) expect(screen.queryByRole('button', { name })).toBeNull();
    expect(screen.queryByRole('link', { name: 'Clone' }) !== null).toBe(role === 'editor');
  });
  it('nobody, where the cluster is read-only; a link says so', async () => {
    backend.use(
      answers('me', persona('admin')),
      answers('getStream', stream()),
      answers('getCluster', { ...cluster({ readOnly: true }), status: connected }),
    );
    open('&edit=1');
    expect((await screen.findByTestId('no-access')).textContent).toContain('read-only');
    expect(screen.queryByRole('button', { name: /^Actions on/ })).toBeNull();
  });
  it('a link to an edit names the role it takes', async () => {
    backend.use(answers('me', persona('operator')), answers('getStream', stream()));
    open('&edit=max_age');
    expect((await screen.findByTestId('no-access')).textContent).toContain('editor');
  });
});

describe('the history', () => {
  const version = {
    id: '11111111-2222-4333-8444-555555555555',
    time: at,
    action: 'stream.update',
    login: 'edgar',
    before: { ...config, max_msgs: 3 },
    after: config,
    diff: [{ field: 'max_msgs', before: 3, after: 5 }],
  };
  it('tells who changed what, and brings a version back through its plan', async () => {
    const restored: unknown[] = [];
    backend.use(
      ...asEditor,
      answers('listStreamVersions', { items: [version], nextCursor: null, total: null }),
      answers('planStreamUpdate', plan({ diff: [{ field: 'max_msgs', before: 5, after: 3 }] })),
      answers('restoreStreamVersion', ({ body }: Asked) => {
        restored.push(body);
        return { config, hash: hash('b'), diff: [], ignored: [], adjusted: [] };
      }),
    );
    const user = open('&history=1');
    await screen.findByText('edgar');
    await user.click(screen.getByRole('button', { name: /^Back to before this/ }));
    const dialog = await screen.findByRole('dialog');
    expect((await within(dialog).findByLabelText('What changes')).textContent).toContain('becomes 3');
    await user.click(within(dialog).getByRole('button', { name: 'Bring it back' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(restored).toEqual([{ version: version.id, side: 'before', basedOn: hash('a') }]);
  });
  it('of a stream that is gone makes it again', async () => {
    backend.use(
      answers('me', persona('editor')),
      refuses('getStream', 404, 'stream_not_found'),
      answers('listStreamVersions', {
        items: [{ ...version, action: 'stream.delete', after: null }],
        nextCursor: null,
        total: null,
      }),
      answers('planStream', plan({ hash: null })),
      answers('restoreStreamVersion', { config, hash: hash('b'), diff: [], ignored: [], adjusted: [] }),
    );
    const user = open('');
    await user.click(await screen.findByRole('button', { name: /^Back to before this/ }));
    const dialog = await screen.findByRole('dialog');
    const make = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Make it again' });
    await waitFor(() => expect(make.disabled).toBe(false));
    expect(dialog.textContent).toContain('Its messages do not come back');
  });
});

it('is exported in the format that the URL names', async () => {
  backend.use(
    ...asEditor,
    answers('exportStreamConfig', ({ query }: Asked) => ({
      text: `as ${query.get('as')}`,
      mediaType: 'text/plain',
      fileName: 'ORDERS.tf',
      left: ['allow_batched'],
    })),
  );
  const user = open('&export=terraform');
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('as terraform');
  expect(dialog.textContent).toContain('Left out: allow_batched');
  await user.click(within(dialog).getByRole('radio', { name: 'NACK' }));
  await within(dialog).findByText('as nack');
  expect(urlShown()).toContain('export=nack');
});
