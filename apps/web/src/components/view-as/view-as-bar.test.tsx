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
