// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, lost, persona, refuses, sends, fakeBackend, type Asked } from '../../testing/backend';
import { clusterId, message, messagePage, payload, progress, provenance, stream } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { StreamPage } from './StreamPage';

const backend = fakeBackend();
const base = `clusters/${clusterId}/streams/ORDERS`;
const open = (search: string) => show(<StreamPage />, { path: 'clusters/:cluster/streams/:stream', at: base + search });
const asReader = answers('me', persona('reader'));
const info = answers('getStream', stream());
const whole = (seq: number) => ({ ...message(seq), provenance });

describe('who may read payloads', () => {
  it('a viewer is told which role it takes, is offered no tab for it, and nothing is asked for', async () => {
    backend.use(answers('me', persona('viewer')), info);
    open('?tab=messages');
    const note = await screen.findByTestId('no-access');
    expect(note.textContent).toContain('reader');
    expect(screen.queryByRole('tab', { name: 'Messages' })).toBeNull();
    expect(screen.queryByRole('form', { name: 'Which messages' })).toBeNull();
  });
  it('a reader of messages alone does not read the values of a bucket', async () => {
    const me = persona('reader');
    backend.use(
      answers('me', { ...me, grants: me.grants.filter(({ resource }) => resource !== 'kv_values') }),
      answers('getStream', stream({ name: 'KV_config', kind: 'kv' })),
    );
    show(<StreamPage />, {
      path: 'clusters/:cluster/streams/:stream',
      at: `clusters/${clusterId}/streams/KV_config?tab=messages`,
    });
    expect(await screen.findByTestId('no-access')).toBeTruthy();
  });
});

describe('when nothing can be shown', () => {
  it('says that the backend is away, and works again when it is back', async () => {
    backend.use(lost(502));
    const user = open('');
    await screen.findByText('The backend is away', undefined, { timeout: 5000 });
    backend.use(
      asReader,
      info,
      answers('listSubjects', { items: [], nextCursor: null, total: 0, provenance, complete: true }),
      answers('listStreamConsumers', { items: [], nextCursor: null, total: 0, provenance, missing: [] }),
    );
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('tab', { name: 'Messages' })).toBeTruthy();
    await screen.findByText('Nobody reads this stream through a consumer');
  });
  it('leads to the configuration where this Grafana is not paired', async () => {
    backend.use(lost(404));
    open('');
    expect(await screen.findByText('Not connected to a backend yet')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Open the configuration' }).getAttribute('href')).toBe(
      '/plugins/natsconsole-jetstream-app',
    );
  });
  it('says that a stream is not there', async () => {
    backend.use(
      asReader,
      refuses('getStream', 404, 'stream_not_found', { detail: 'The stream ORDERS does not exist.' }),
    );
    open('');
    expect(await screen.findByText('No such stream')).toBeTruthy();
    expect(screen.getByText('The stream ORDERS does not exist.')).toBeTruthy();
  });
});

describe('messages', () => {
  it('shows the newest first, and opens one beside them by its link', async () => {
    backend.use(
      asReader,
      info,
      answers('listMessages', ({ query }: Asked) => {
        expect(query.get('direction')).toBe('older');
        return messagePage([message(100), message(99)]);
      }),
      answers('getMessage', ({ params }: Asked) => whole(Number(params['seq']))),
    );
    const user = open('?tab=messages&msg=99');
    const panel = await screen.findByTestId('message');
    expect(await within(panel).findByText('order-99')).toBeTruthy();
    expect(within(panel).getByText('Deduplication id')).toBeTruthy();
    expect(within(panel).getByText('"order"')).toBeTruthy();
    await user.keyboard('k');
    await waitFor(() => expect(urlShown()).toContain('msg=100'));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(urlShown()).not.toContain('msg'));
  });
  it('goes on beyond the end of the list to the next one in the stream', async () => {
    backend.use(
      asReader,
      info,
      answers('listMessages', ({ query }: Asked) =>
        query.get('seq') === '98' ? messagePage([message(42)]) : messagePage([message(100), message(99)]),
      ),
      answers('getMessage', ({ params }: Asked) => whole(Number(params['seq']))),
    );
    const user = open('?tab=messages&msg=99');
    await within(await screen.findByTestId('message')).findByText('order-99');
    await screen.findByRole('region', { name: 'Messages' });
    await user.keyboard('j');
    await waitFor(() => expect(urlShown()).toContain('msg=42'));
  });
  it('sends the beginning of a large one, and the rest when asked', async () => {
    const asked: string[] = [];
    backend.use(
      asReader,
      info,
      answers('listMessages', messagePage([message(100)])),
      answers('getMessage', ({ query }: Asked) => {
        asked.push(query.get('maxBytes') ?? '');
        const cut = asked.length === 1;
        return {
          ...whole(100),
          payload: payload(cut ? '[1, 2' : '[1, 2, 3]', { decodedSize: 3_000_000, truncated: cut }),
        };
      }),
    );
    const user = open('?tab=messages&msg=100');
    await user.click(await screen.findByRole('button', { name: /^Load whole/ }));
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Load whole/ })).toBeNull());
    expect(asked).toEqual(['65536', '8388608']);
  });
  it('shows what is wrong with an expression at its field', async () => {
    backend.use(
      asReader,
      info,
      refuses('searchMessages', 400, 'invalid', {
        errors: [{ field: 'query.regex', message: 'missing closing )' }],
      }),
    );
    open('?tab=messages&regex=(');
    const form = await screen.findByRole('form', { name: 'Which messages' });
    expect(await within(form).findByText('missing closing )')).toBeTruthy();
  });
  it('asks for nothing where a start is no number or no time', async () => {
    let asked = 0;
    backend.use(
      asReader,
      info,
      answers('listMessages', () => {
        asked++;
        return messagePage([message(100)]);
      }),
    );
    const user = open('?tab=messages');
    await screen.findByRole('region', { name: 'Messages' });
    await user.click(screen.getByRole('radio', { name: 'Sequence' }));
    await user.type(screen.getByRole('textbox', { name: 'Sequence' }), 'abc{Enter}');
    expect(await screen.findByText('A whole number from 1 up')).toBeTruthy();
    await user.click(screen.getByRole('radio', { name: 'Time' }));
    await user.type(screen.getByRole('textbox', { name: 'Time' }), 'yesterday{Enter}');
    expect(await screen.findByText('A time such as 2026-01-31 14:00, or now-15m')).toBeTruthy();
    expect(asked).toBe(1);
  });
  it('teaches what an empty stream means', async () => {
    backend.use(asReader, answers('getStream', stream({ messages: 0 })), answers('listMessages', messagePage([])));
    open('?tab=messages');
    expect(await screen.findByText('This stream holds no messages now')).toBeTruthy();
  });
});

describe('search', () => {
  it('shows matches and how far it looked, and looks on from there', async () => {
    backend.use(
      asReader,
      info,
      sends('searchMessages', ({ query }) =>
        query.get('cursor') === null
          ? [
              { type: 'progress', progress: progress({ scanned: 10, atSeq: 91 }) },
              { type: 'message', message: message(95) },
              {
                type: 'end',
                progress: progress({ scanned: 50, matched: 1, atSeq: 51, why: 'scan_limit' }),
                nextCursor: 'on',
              },
            ]
          : [
              { type: 'message', message: message(7) },
              { type: 'end', progress: progress({ scanned: 50, matched: 1, atSeq: 1, why: 'end' }), nextCursor: null },
            ],
      ),
    );
    const user = open('?tab=messages&text=needle');
    const status = await screen.findByTestId('search-status');
    await within(status).findByText(/^50 messages looked at, 1 matches\./);
    expect(within(status).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50');
    await user.click(within(status).getByRole('button', { name: 'Look on' }));
    await within(status).findByText(/^100 messages looked at, 2 match\. That was all of it\./);
    expect(screen.getByText('95')).toBeTruthy();
    expect(screen.getByText('7')).toBeTruthy();
    expect(within(status).queryByRole('button', { name: 'Look on' })).toBeNull();
  });
  it('says so when the connection ends before the search does', async () => {
    backend.use(
      asReader,
      info,
      sends('searchMessages', () => [{ type: 'progress', progress: progress({ scanned: 10, atSeq: 91 }) }]),
    );
    open('?tab=messages&text=needle');
    expect(await screen.findByText(/^The search ended before its end/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Look on' })).toBeTruthy();
  });
});
