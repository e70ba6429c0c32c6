// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/dom';
import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, persona, type Asked } from '../../testing/backend';
import { cluster, clusterId, connected } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { StreamsPage } from './StreamsPage';

const backend = fakeBackend();
const open = (search: string) =>
  show(<StreamsPage />, { path: 'streams', at: `streams?cluster=${clusterId}&${search}` });
const hash = 'a'.repeat(43);
const plan = ({ body }: Asked) => ({
  hash: null,
  apiLevel: 1,
  config: (body as { config: Record<string, unknown> }).config,
  diff: [],
  refusals: [],
  effects: [],
});
const made = { config: {}, hash, diff: [], ignored: [], adjusted: [] };
const asEditor = [
  answers('me', persona('editor')),
  answers('listClusters', { items: [{ ...cluster(), status: connected }], nextCursor: null, total: 1 }),
  answers('listStreamTemplates', {
    apiLevel: 1,
    items: [{ id: 'work-queue', title: 'Work queue', description: 'Once.', config: { retention: 'workqueue' } }],
  }),
  answers('planStream', plan),
];
const field = (name: string) => {
  const found = document.getElementById(`config-${name}`);
  if (found === null) throw new Error(`no control of ${name}`);
  return found;
};
const type = (control: HTMLElement, value: string) => fireEvent.change(control, { target: { value } });
const create = () => screen.findByRole<HTMLButtonElement>('button', { name: 'Create' });

describe('a new stream', () => {
  it('begins with a template, is planned, and opens when it is made', async () => {
    const asked: unknown[] = [];
    backend.use(
      ...asEditor,
      answers('createStream', ({ body }: Asked) => {
        asked.push(body);
        return made;
      }),
    );
    const user = open('create=work-queue');
    const button = await create();
    expect((await screen.findByTestId('reasons')).textContent).toContain('say a name');
    type(field('name'), 'JOBS');
    type(field('subjects'), 'jobs.>\nurgent');
    await waitFor(() => expect(button.disabled).toBe(false));
    await user.click(button);
    await screen.findByText('another page');
    expect(urlShown()).toBe(`clusters/${clusterId}/streams/JOBS`);
    expect(asked).toEqual([
      { config: { name: 'JOBS', subjects: ['jobs.>', 'urgent'], retention: 'workqueue' }, pedantic: true },
    ]);
  });
  it('is a copy of another one, of which what differs is sent', async () => {
    const asked: unknown[] = [];
    backend.use(
      ...asEditor,
      answers('getStreamConfig', {
        config: { name: 'ORDERS', subjects: ['orders.>'], max_msgs: 5, sealed: true, metadata: { '_nats.ver': '2' } },
        hash,
        apiLevel: 1,
        fixed: [],
      }),
      answers('cloneStream', ({ body, params }: Asked) => {
        asked.push(params['stream'], body);
        return made;
      }),
    );
    const user = open('create=copy&of=ORDERS');
    const button = await create();
    type(field('name'), 'COPY');
    type(field('subjects'), 'copy.>');
    await waitFor(() => expect(button.disabled).toBe(false));
    await user.click(button);
    await screen.findByText('another page');
    expect(asked).toEqual(['ORDERS', { name: 'COPY', change: { subjects: ['copy.>'] }, pedantic: true }]);
  });
  it('is not for a viewer', async () => {
    backend.use(answers('me', persona('viewer')), ...asEditor);
    open('create=empty');
    expect((await screen.findByTestId('no-access')).textContent).toContain('editor');
  });
});
