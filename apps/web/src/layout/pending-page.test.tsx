import { act, cleanup, render, screen } from '@testing-library/react';
import { I18nProvider } from '../i18n/use-translation.tsx';
import { afterEach, expect, test, vi } from 'vitest';
import { createI18n } from '../i18n/i18n.ts';
import { PendingPage } from './pending-page.tsx';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('a page whose code takes long to load shows what to do', async () => {
  const i18n = await createI18n('en');
  vi.useFakeTimers();
  render(
    <I18nProvider i18n={i18n}>
      <PendingPage />
    </I18nProvider>,
  );
  expect(screen.getByRole('heading', { name: 'One moment…' })).toBeVisible();
  expect(screen.queryByRole('button')).toBeNull();
  act(() => {
    vi.advanceTimersByTime(15_000);
  });
  expect(screen.getByText(/taking long/)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Reload' })).toBeVisible();
});
