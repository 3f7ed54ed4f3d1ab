import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { lazy, type ReactNode } from 'react';
import { I18nProvider } from '../i18n/use-translation.tsx';
import { beforeEach, expect, test, vi } from 'vitest';
import { createI18n } from '../i18n/i18n.ts';
import { LazyPopup, LoadFailure, useLazyPopup } from './lazy.tsx';

/** jsdom has no modal dialogs. */
function showModal(this: HTMLDialogElement): void {
  this.open = true;
}

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = showModal;
  vi.spyOn(console, 'error').mockReturnValue();
});
async function renderPopup(error: Error): Promise<void> {
  const Part = lazy<() => ReactNode>(async () => {
    throw error;
  });
  const i18n = await createI18n('en');
  const Page = (): ReactNode => {
    const { popup, setOpen } = useLazyPopup();
    return (
      <I18nProvider i18n={i18n}>
        <button type="button" onClick={() => setOpen(true)}>
          Open
        </button>
        <LazyPopup popup={popup}>{() => <Part />}</LazyPopup>
      </I18nProvider>
    );
  };
  render(<Page />);
}
const missing = new Error('The code of this page could not be loaded.');

test('when code cannot be loaded, shows a message over the page that can be closed', async () => {
  await renderPopup(missing);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Open' }));
  expect(await screen.findByRole('dialog', { name: 'This couldn’t be opened' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByRole('button', { name: 'Open' })).toBeVisible();
});

test('while offline, shows a message; retrying stays on the page until the server can be reached', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const fetching = vi.fn<typeof fetch>().mockRejectedValue(new TypeError('offline'));
  vi.stubGlobal('fetch', fetching);
  await renderPopup(missing);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Open' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(/You’re offline/);
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(fetching).toHaveBeenCalledTimes(1);
  expect(await screen.findByRole('alert')).toHaveTextContent(/You’re offline/);
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  dispatchEvent(new Event('online'));
  expect(await screen.findByText(/still can’t be reached/)).toBeVisible();
});

test('closing the message does not propagate the event', async () => {
  const onClose = vi.fn<(href?: unknown) => void>();
  const i18n = await createI18n('en');
  render(
    <I18nProvider i18n={i18n}>
      <LoadFailure onClose={onClose} />
    </I18nProvider>,
  );
  await userEvent.setup().click(screen.getByRole('button', { name: 'Close' }));
  expect(onClose.mock.calls).toEqual([[]]);
});
