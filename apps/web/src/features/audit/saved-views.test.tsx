import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const select = () => screen.findByRole('combobox', { name: 'Saved view' });
const shown = async (name: string) => waitFor(async () => expect(await select()).toHaveDisplayValue(name));

test('a filter is saved under a name, applied, renamed and deleted, with undo', async () => {
  const app = await renderApp('/audit?show=denied', 'admin');
  await app.user.click(await screen.findByRole('button', { name: 'Save this view' }));
  await app.user.keyboard('{Enter}');
  expect(await screen.findByText('Enter a name.')).toBeVisible();
  await app.user.keyboard('Refusals{Enter}');
  await shown('Refusals');
  expect(screen.getByRole('group', { name: 'Saved views' })).toHaveFocus();
  expect(app.server.audit.views).toMatchObject([{ name: 'Refusals', filter: { show: 'denied' } }]);

  await app.user.click(screen.getByRole('link', { name: 'Changes' }));
  await shown('Saved views');
  await app.user.selectOptions(await select(), 'Refusals');
  await waitFor(() => expect(app.address()).toBe('/audit?show=denied'));

  await app.user.click(await screen.findByRole('button', { name: 'Rename view' }));
  await app.user.keyboard('Denials{Enter}');
  await shown('Denials');
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  await shown('Refusals');

  await app.user.click(screen.getByRole('button', { name: 'Delete view' }));
  await shown('No saved views yet');
  expect(screen.getByRole('group', { name: 'Saved views' })).toHaveFocus();
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  await shown('Refusals');
  expect(app.server.audit.views).toMatchObject([{ name: 'Refusals', filter: { show: 'denied' } }]);
});

test('reports a duplicate name beside the field, and Escape closes the form', async () => {
  const app = await renderApp('/audit', 'admin', (server) => {
    server.audit.views = [{ id: 'view-1', name: 'Refusals', filter: { show: 'denied' } }];
  });
  await app.user.click(await screen.findByRole('button', { name: 'Save this view' }));
  await app.user.keyboard('Refusals{Enter}');
  expect(await screen.findByText('You already have a view with this name.')).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Name' })).toBeInvalid();
  await app.user.keyboard('{Escape}');
  await shown('Saved views');
  expect(app.server.audit.views).toHaveLength(1);
});
