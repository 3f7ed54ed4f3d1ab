import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });
const stateOf = async (label: string): Promise<string | null> => {
  const term = await screen.findByText(label, { selector: 'dt' });
  return term.parentElement?.querySelector('dd')?.textContent ?? null;
};

test('an administrator finds sync in the rail, and sees how it stands', async () => {
  const { user } = await renderApp('/reports', 'admin');
  await user.click(await screen.findByRole('link', { name: 'Directory sync' }));
  await heading('Directory sync');
  await waitFor(async () => expect(await stateOf('State')).toMatch(/^Running/));
  expect(await stateOf('Dead letters')).toMatch(/^1/);
  expect(await screen.findByRole('row', { name: /Someone signed up.*Applied/ })).toBeVisible();
});

test('to others the rail does not show it, and the page names what is missing', async () => {
  await renderApp('/sync', 'editor');
  await heading('You don’t have access to this');
  expect(screen.getByText('sync:view')).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Directory sync' })).toBeNull();
});

test('filters are in the address, and asked of the server', async () => {
  const { server, user, address } = await renderApp('/sync', 'admin');
  await user.selectOptions(await screen.findByLabelText('Event'), 'PostRegister');
  await waitFor(() => expect(address()).toBe('/sync?event=PostRegister'));
  await user.click(screen.getByRole('link', { name: /^Dead letters/ }));
  expect(await screen.findByText('No deliveries like that')).toBeVisible();
  expect(address()).toContain('status=failed');
  expect(
    server.calls.some((call) => call.startsWith('sync.deliveries') && call.includes('"PostRegister"')),
  ).toBe(true);
});

test('all dead letters are tried again, by name of how many', async () => {
  const { server, user } = await renderApp('/sync?status=failed', 'admin');
  await user.click(await screen.findByRole('button', { name: 'Replay 1 dead letter' }));
  await screen.findByText('1 delivery is tried again');
  expect(server.calls).toContain('sync.replay {"dead":true}');
  await screen.findByText('No dead letters');
});

test('a delivery’s life tells what came, what was looked at, and what changed', async () => {
  await renderApp('/sync/deliveries/d-1', 'admin');
  await heading('Someone signed up');
  const life = within(await screen.findByRole('list', { name: 'What became of it' }));
  expect(life.getAllByRole('heading').map(({ textContent }) => textContent)).toEqual([
    'Received',
    'Signature verified',
    'Queued',
    'Applied',
  ]);
  expect(life.getByText('u-9')).toBeVisible();
  expect(life.getByText('User created')).toBeVisible();
  expect(life.getByText('Viewer')).toBeVisible();
});

test('a dead letter says why it was given up, and can be replayed', async () => {
  const { server, user } = await renderApp('/sync/deliveries/d-2', 'admin');
  expect(await screen.findByText('Permit answered 422')).toBeVisible();
  await user.click(await screen.findByRole('button', { name: 'Replay delivery' }));
  expect(server.calls).toContain('sync.replay {"ids":["d-2"]}');
  await screen.findByText('It didn’t work, and is tried again');
});

test('a delivery that is not there leads back to the others', async () => {
  await renderApp('/sync/deliveries/d-9', 'admin');
  await heading('This delivery doesn’t exist');
  expect(screen.getByRole('link', { name: 'Back to directory sync' })).toHaveAttribute('href', '/sync');
});

test('a pause is said, and ended', async () => {
  const { user } = await renderApp('/sync', 'admin');
  await user.click(await screen.findByRole('button', { name: 'Pause sync' }));
  await user.click(await screen.findByRole('button', { name: 'Resume sync' }));
  await screen.findByText('Sync is running again');
  expect(await screen.findByRole('button', { name: 'Pause sync' })).toBeVisible();
});

test('a run that the guard stops shows its plan only when asked, and asks for the number before it goes on', async () => {
  const { server, user } = await renderApp('/sync', 'admin');
  await user.click(await screen.findByRole('button', { name: 'Reconcile now' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Reconcile the directory' }));
  await user.click(dialog.getByRole('button', { name: 'Start dry run' }));
  await dialog.findByText('The guard stopped this');
  await user.click(dialog.getByRole('button', { name: 'Show the plan anyway' }));
  await dialog.findByText('61 changes would be made.');
  const go = dialog.getByRole('button', { name: 'Make the changes anyway' });
  expect(go).toBeDisabled();
  await user.type(dialog.getByRole('textbox'), '60');
  await user.click(go);
  await screen.findByText('The run has begun');
  expect(server.calls.filter((call) => call.startsWith('sync.reconcile'))).toEqual([
    'sync.reconcile {"dryRun":true,"force":false}',
    'sync.reconcile {"dryRun":true,"force":true}',
    'sync.reconcile {"dryRun":false,"force":true}',
  ]);
});
