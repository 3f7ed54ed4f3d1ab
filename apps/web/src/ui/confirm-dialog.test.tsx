import { fireEvent, render, screen } from '@testing-library/react';
import { useState, type ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import { createI18n } from '../i18n/i18n.ts';
import { I18nProvider } from '../i18n/use-translation.tsx';
import ConfirmDialog from './confirm-dialog.tsx';

test('confirms only once, even while closing', async () => {
  // The closing animation does not end.
  const running = { finished: new Promise(() => {}) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the dialog reads only this
  HTMLElement.prototype.getAnimations = () => [running as Animation];
  const onConfirm = vi.fn<() => void>();
  const Page = (): ReactNode => {
    const [open, setOpen] = useState(true);
    return (
      <ConfirmDialog
        open={open}
        labels={{ title: 'Delete it?', why: 'It is gone.', confirm: 'Delete' }}
        onClose={() => setOpen(false)}
        onConfirm={() => {
          onConfirm();
          setOpen(false);
        }}
        returnFocusTo={{ current: null }}
      />
    );
  };
  const i18n = await createI18n('en');
  render(
    <I18nProvider i18n={i18n}>
      <Page />
    </I18nProvider>,
  );
  const button = await screen.findByRole('button', { name: 'Delete' });
  fireEvent.click(button);
  expect(button).toBeInTheDocument();
  fireEvent.click(button);
  expect(onConfirm).toHaveBeenCalledOnce();
});
