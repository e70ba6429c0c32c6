import { cleanup, configure, screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { afterEach, vi } from 'vitest';

// Finding things by role and name takes seconds where a long list is open and the machine is busy.
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

// A list draws only what fits in, and without a layout nothing does: here everything fits.
const size = 10_000;
vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, size, size));
for (const side of ['clientHeight', 'clientWidth', 'offsetHeight', 'offsetWidth'])
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, value: size });
// Grafana's fields measure the width of their text on a canvas.
Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', {
  value: () => ({ measureText: () => ({ width: 10 }) }),
});

// Icons are files that Grafana serves.
vi.stubGlobal('fetch', async (url: unknown) => {
  if (!/\/img\/icons\/.*\.svg$/.test(String(url))) throw new Error(`nothing answers ${String(url)}`);
  return new Response('<svg xmlns="http://www.w3.org/2000/svg"/>', { headers: { 'content-type': 'image/svg+xml' } });
});

export const user = (): UserEvent => userEvent.setup({ delay: null });

/** Opens the list of a field and picks what is named so. */
export async function pick(field: string | RegExp, option: string | RegExp): Promise<void> {
  const actor = user();
  await actor.click(screen.getByRole('combobox', { name: field }));
  await actor.click(await screen.findByRole('option', { name: option }));
}
