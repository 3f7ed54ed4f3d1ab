import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { viewKey } from '../../auth/view-as.ts';
import { renderApp } from '../../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('when its time is over the tab leaves the view', async () => {
  sessionStorage.setItem(viewKey, 'view-1 /members');
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  await renderApp('/reports', 'admin');
  await screen.findByText(/^Ends in/);
  await act(() => vi.advanceTimersByTimeAsync(880_000));
  expect(sessionStorage.getItem(viewKey)).toBe('view-1 /members');
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  // Empty: the page that is loaded now says that it is over.
  expect(sessionStorage.getItem(viewKey)).toBe('');
});

const named = (key: string, name: string | null) => ({ key, name });

test('while somebody acts for somebody else every page says who, and for whom', async () => {
  await renderApp('/reports', 'admin', (server) => {
    server.acting = {
      as: named('u-admin', 'Amelia Hart'),
      by: [named('u-1', 'Mina Park'), named('u-2', null)],
    };
  });
  const bar = await screen.findByRole('region', { name: 'Acting for somebody else' });
  expect(bar.textContent).toBe('Acting as Amelia Hart by Mina Park and u-2. Roles can’t be given or taken.');
});

test('when nobody acts for anybody there is no bar', async () => {
  await renderApp('/reports', 'admin');
  await screen.findByRole('heading', { level: 1 });
  expect(document.querySelector('#view-as')).toBeNull();
});
