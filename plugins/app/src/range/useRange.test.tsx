// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react';
import { useNavigate } from 'react-router-dom';
import { describe, expect, it } from 'vitest';
import { pageUrl } from '../components/parts';
import { answers, fakeBackend, persona } from '../testing/backend';
import { show, urlShown } from '../testing/show';
import { useRange } from './useRange';

const backend = fakeBackend();

function Page() {
  const { range, timeZone, setRange, setTimeZone } = useRange();
  const navigate = useNavigate();
  return (
    <>
      <output>{`${range.from} to ${range.to} in ${timeZone}`}</output>
      <button onClick={() => setRange({ from: 'now-6h', to: 'now' })}>six hours</button>
      <button onClick={() => setRange({ from: 'now-1h', to: 'now' })}>the last hour</button>
      <button onClick={() => setTimeZone('utc')}>UTC</button>
      <button onClick={() => navigate(pageUrl('page'))}>from the menu</button>
    </>
  );
}
async function open(search = '') {
  backend.use(answers('me', persona('viewer')));
  const user = show(<Page />, { path: 'page', at: `page${search}` });
  await screen.findByRole('status');
  return { user, press: (name: string) => user.click(screen.getByRole('button', { name })) };
}
const shown = () => screen.getByRole('status').textContent;

describe('the time of a page', () => {
  it('is the last hour where the URL says nothing, or nothing that is a time', async () => {
    await open('?from=yesterday&to=now');
    expect(shown()).toBe('now-1h to now in browser');
  });
  it('is what the URL says', async () => {
    await open('?from=now-2d&to=now-1d&timezone=utc');
    expect(shown()).toBe('now-2d to now-1d in utc');
  });
  it('goes into the URL when chosen, and along to pages that are opened from the menu', async () => {
    const { press } = await open();
    await press('six hours');
    await waitFor(() => expect(urlShown()).toBe('page?from=now-6h&to=now'));
    await press('from the menu');
    await waitFor(() => expect(urlShown()).toBe('page?from=now-6h&to=now'));
    expect(shown()).toContain('now-6h');
  });
  it('that came by a link goes along too', async () => {
    const { press } = await open('?from=now-3h&to=now&timezone=utc');
    await press('from the menu');
    await waitFor(() => expect(urlShown()).toBe('page?from=now-3h&to=now&timezone=utc'));
    expect(shown()).toBe('now-3h to now in utc');
  });
  it('leaves the URL with the last hour, and is not remembered any more', async () => {
    const { press } = await open('?from=now-6h&to=now');
    await press('the last hour');
    await waitFor(() => expect(urlShown()).toBe('page'));
    await press('from the menu');
    expect(shown()).toContain('now-1h');
  });
  it('keeps a time zone with it, without turning round and round', async () => {
    const { press } = await open();
    await press('UTC');
    await waitFor(() => expect(urlShown()).toBe('page?timezone=utc'));
    await press('from the menu');
    await waitFor(() => expect(urlShown()).toBe('page?timezone=utc'));
    expect(shown()).toBe('now-1h to now in utc');
  });
});
