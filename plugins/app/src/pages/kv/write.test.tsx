// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react';
import { routes, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, persona, refuses, sends } from '../../testing/backend';
import { at, bucket, clusterId, payload, provenance } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { BucketPage } from './BucketPage';

const backend = fakeBackend();
const open = (search = '?key=limit') =>
  show(<BucketPage />, { path: 'clusters/:cluster/kv/:bucket', at: `clusters/${clusterId}/kv/config${search}` });

type Entry = ResponseOf<Routes['getKey']>['entry'];
const entry = (revision: number, text: string): Entry => ({
  key: 'limit',
  revision,
  operation: 'put',
  time: at,
  payload: payload(text),
  ttlSeconds: null,
  markerReason: null,
});
const newest = entry(7, '{"n":1}');

/** A bucket with one key, and somebody who looks at it. */
function known(role: Parameters<typeof persona>[0], config: Record<string, unknown> = {}) {
  const found = bucket();
  backend.use(
    answers('me', persona(role)),
    answers('getBucket', { ...found, config: { ...found.config, ...config } }),
    answers('listKeys', {
      items: [{ key: 'limit', revisions: 2, keys: null, entry: newest }],
      nextCursor: null,
      total: 1,
      provenance,
      complete: true,
    }),
    answers('getKey', { entry: newest, history: [newest, entry(5, '{"n":0}')], provenance }),
  );
}
interface Sent {
  readonly headers: Headers;
  readonly body: string;
  readonly query: URLSearchParams;
}
/** What is put, with what it is put on. */
function puts(sent: Sent[], answer: (nth: number) => Response) {
  backend.use(
    http.put(`*${routes.putKey.path}`, async ({ request }) => {
      sent.push({
        headers: request.headers,
        body: await request.text(),
        query: new URL(request.url).searchParams,
      });
      return answer(sent.length);
    }),
  );
}
const written = (revision: number) => HttpResponse.json({ revision, stream: 'KV_config' });

describe('a value', () => {
  it('is saved on the revision that was seen', async () => {
    known('operator');
    const sent: Sent[] = [];
    puts(sent, () => written(8));
    const user = open();
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    const value = await screen.findByLabelText('Value');
    await user.clear(value);
    await user.type(value, '42');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(urlShown()).not.toContain('edit='));
    expect(sent.map(({ body, headers }) => [body, headers.get('if-match'), headers.get('if-none-match')])).toEqual([
      ['42', '"7"', null],
    ]);
  });
  it('that lost the race is shown beside the one that won, and put over it only when that is said', async () => {
    known('operator');
    const sent: Sent[] = [];
    puts(sent, (nth) =>
      nth > 1
        ? written(10)
        : HttpResponse.json(
            {
              type: 'about:blank',
              title: 'Conflict',
              status: 409,
              code: 'key_conflict',
              detail: 'Somebody wrote the key limit after you loaded it.',
              requestId: 'r',
              keyConflict: {
                current: entry(9, '{"n":99}'),
                yours: { basedOn: 7, payload: payload('{"n":2}') },
              },
            },
            { status: 409 },
          ),
    );
    const user = open('?key=limit&edit=1');
    await user.click(await screen.findByRole('button', { name: 'Save' }));
    const conflict = await screen.findByTestId('key-conflict');
    expect(within(conflict).getByLabelText('Changes').textContent).toContain('99');
    expect(sent).toHaveLength(1);
    await user.click(within(conflict).getByRole('button', { name: 'Put mine over it' }));
    await waitFor(() => expect(urlShown()).not.toContain('edit='));
    expect(sent.map(({ headers }) => headers.get('if-match'))).toEqual(['"7"', '"9"']);
  });
  it('that is not JSON is not sent as such', async () => {
    known('operator');
    const user = open('?key=limit&edit=1');
    await user.type(await screen.findByLabelText('Value'), ',');
    expect(await screen.findByText(/This is not JSON/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
  });
  it('of a new key is put only where there is none, with a time to live where the bucket has them', async () => {
    known('editor', { allow_msg_ttl: true });
    const sent: Sent[] = [];
    puts(sent, () => written(9));
    const user = open('?put=1');
    await user.type(await screen.findByLabelText(/Letters, digits and/), 'eu.limit');
    await user.type(screen.getByLabelText('Value'), '1');
    await user.type(screen.getByLabelText(/Expires after/), '5m');
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await waitFor(() => expect(urlShown()).toContain('key=eu.limit'));
    expect(sent[0]?.headers.get('if-none-match')).toBe('*');
    expect(Object.fromEntries(sent[0]?.query ?? [])).toEqual({ key: 'eu.limit', ttlSeconds: '300' });
  });
});

describe('what is offered', () => {
  const names = ['Edit', 'Put a key', 'Actions on the key limit', 'Actions on the bucket config'];
  it.each([
    ['reader', []],
    ['operator', ['Edit']],
    ['editor', ['Edit', 'Put a key']],
    ['admin', names],
  ] as const)('to a %s', async (role, offered) => {
    known(role);
    open();
    expect((await screen.findByTestId('key')).textContent).toContain('limit');
    await screen.findByRole('button', { name: 'Watch live' });
    await waitFor(() =>
      expect(names.filter((name) => screen.queryByRole('button', { name }) !== null)).toEqual(offered),
    );
  });
  it('in a sealed bucket is nothing that writes, and it says so', async () => {
    known('admin', { sealed: true });
    open();
    expect(await screen.findByText(/This bucket is sealed/)).toBeTruthy();
    for (const name of names.slice(0, 3)) expect(screen.queryByRole('button', { name })).toBeNull();
  });
});

it('shows changes as they come, and why there are none any more', async () => {
  known('reader');
  backend.use(
    sends('watchKeys', () => [
      { type: 'watching', revision: 7, at },
      { type: 'skipped', changes: 12 },
      { type: 'entry', entry: { ...entry(20, 'live'), key: 'eu.new' } },
      { type: 'error', code: 'forbidden', detail: 'You may not do this any more.' },
    ]),
  );
  open('?watch=1');
  expect(await screen.findByText('eu.new')).toBeTruthy();
  expect(screen.getByText('12 changes came too fast to be shown')).toBeTruthy();
  expect(await screen.findByText(/connection lost/)).toBeTruthy();
});

it('does not watch what is refused again and again', async () => {
  known('reader');
  backend.use(refuses('watchKeys', 403, 'forbidden'));
  open('?watch=1');
  expect(await screen.findByText('refused with forbidden')).toBeTruthy();
});
