import { createTheme, ThemeContext } from '@grafana/data';
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router-dom';
import { afterEach } from 'vitest';
import { queryClient, useMe } from '../api/hooks';
import { pageUrl } from '../components/parts';
import { Loaded } from '../components/States';

afterEach(cleanup);
// Grafana measures the text of its boxes on a canvas, which the test's DOM has no drawing for.
Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', {
  value: () => ({ measureText: (text: string) => ({ width: text.length * 8 }) }),
});

let shown = '';
function Spy() {
  const { pathname, search } = useLocation();
  shown = pathname + search;
  return null;
}
/** Where the page is now, as its own links say it. */
export const urlShown = (): string => decodeURIComponent(shown.replace(pageUrl(''), ''));

function Known({ children }: { children: ReactNode }) {
  return <Loaded of={useMe()}>{() => children}</Loaded>;
}

function frame(children: ReactNode, at: string) {
  render(
    <ThemeContext.Provider value={createTheme()}>
      <MemoryRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }} initialEntries={[at]}>
        <Spy />
        {children}
      </MemoryRouter>
    </ThemeContext.Provider>,
  );
  return userEvent.setup();
}

/** An element by itself, with a theme and a router around it. */
export const showAlone = (element: ReactNode) => frame(element, '/');

/** A page as the app shows it at a URL (`at`) that its route pattern (`path`) matches. */
export const show = (element: ReactNode, { path, at }: { path: string; at: string }) =>
  frame(
    <QueryClientProvider client={queryClient}>
      <Routes>
        <Route path={pageUrl(path)} element={<Known>{element}</Known>} />
        <Route path="*" element={<p>another page</p>} />
      </Routes>
    </QueryClientProvider>,
    pageUrl(at),
  );
