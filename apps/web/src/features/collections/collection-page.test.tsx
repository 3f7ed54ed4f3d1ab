import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('a denied collection links back to the collections', async () => {
  const { user, address } = await renderApp('/collections/c-1', 'viewer');
  await screen.findByRole('heading', { level: 1, name: 'You don’t have access to this' });
  await user.click(screen.getByRole('link', { name: 'Back to collections' }));
  await screen.findByRole('heading', { level: 1, name: 'Collections' });
  expect(address()).toBe('/collections');
});

test('renames a collection in place, and does not send an empty title', async () => {
  const { user, server } = await renderApp('/collections/c-1', 'editor');
  await screen.findByRole('heading', { level: 1, name: 'Audit 2026' });
  const button = await screen.findByRole('button', { name: 'Rename' });
  await user.click(button);
  const form = within(screen.getByRole('form', { name: 'Rename' }));
  const field = form.getByRole('textbox', { name: 'Title' });
  expect(field).toHaveValue('Audit 2026');
  expect(field).toHaveFocus();
  await user.clear(field);
  await user.click(form.getByRole('button', { name: 'Save title' }));
  expect(field).toHaveAccessibleDescription('Enter a title.');
  expect(server.calls.filter((call) => call.startsWith('collections.rename '))).toEqual([]);
  await user.type(field, ' Leavers ');
  await user.click(form.getByRole('button', { name: 'Save title' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Leavers' })).toBeVisible();
  expect(screen.queryByRole('form', { name: 'Rename' })).toBeNull();
  expect(button).toHaveFocus();
});
