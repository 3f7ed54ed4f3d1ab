import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { typedText } from './auth/stored-data.ts';
import { openReport, renderApp } from './testing/render-app.tsx';
import { stubRequest } from './testing/stub-requests.ts';

const ended = { name: 'Your session has ended' };
const titleField = () => screen.findByLabelText('Title');

test('an ended session opens a dialog over a form; a sign-in in another tab closes it, and the typed text is sent', async () => {
  const app = await renderApp('/reports/new', 'editor');
  await app.user.type(await titleField(), 'Half of a title');
  act(() => app.auth.session.end());
  const dialog = within(await screen.findByRole('alertdialog', ended));
  expect(dialog.getByText('Sign in again to continue. What you typed is saved.')).toBeVisible();
  await app.user.click(dialog.getByRole('button', { name: 'Not now' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  await app.user.click(screen.getByRole('button', { name: 'Create report' }));
  expect(app.server.calls.some((call) => call.startsWith('reports.create '))).toBe(false);
  // Only the dialog reports the ended session.
  expect(await screen.findByRole('alertdialog', ended)).toBeVisible();
  expect(screen.queryByText(/wasn’t created/)).toBeNull();

  act(() => app.auth.session.resume());
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
  expect(await titleField()).toHaveValue('Half of a title');
  await app.user.click(screen.getByRole('button', { name: 'Create report' }));
  await waitFor(() => expect(app.server.calls.some((call) => call.startsWith('reports.create '))).toBe(true));
  await waitFor(() => expect(typedText('u-editor', 'report-title').read()).toBe(''));
});

test('when the session is over, loaded data stays and no request is sent', async () => {
  const app = await openReport();
  act(() => app.auth.session.end());
  await screen.findByRole('alertdialog', ended);
  const before = app.server.calls.length;
  app.server.send('changed');
  app.server.send('end');
  await waitFor(() => expect(app.network.openStreams()).toEqual([]));
  expect(screen.getByText('Q4 review', { selector: 'h1' })).toBeInTheDocument();
  expect(app.server.calls).toHaveLength(before);
});

test('typed text is restored after a reload, for the user who typed it', async () => {
  const first = await renderApp('/reports/new', 'editor');
  await first.user.type(await titleField(), 'Q4');
  cleanup();
  await renderApp('/reports/new', 'admin');
  expect(await titleField()).toHaveValue('');
  cleanup();
  await renderApp('/reports/new', 'editor');
  expect(await titleField()).toHaveValue('Q4');
});

test('a reopened sheet, and a reopened form for a denial, restore the typed text', async () => {
  const app = await renderApp('/access', 'viewer');
  const ask = await screen.findByRole('button', { name: 'Request access: Editor' });
  await app.user.click(ask);
  await app.user.type(await screen.findByLabelText('Reason'), 'Audit');
  await app.user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await app.user.click(ask);
  expect(await screen.findByLabelText('Reason')).toHaveValue('Audit');
  cleanup();

  const request = stubRequest(
    { target: { kind: 'role', role: 'editor' }, reason: 'Please', duration: 604_800 },
    { requester: { key: 'u-nina', name: 'Nina' } },
  );
  const decider = await renderApp('/requests', 'admin', (server) => void server.requests.push(request));
  await decider.user.click(await screen.findByRole('button', { name: 'Deny…' }));
  await decider.user.type(screen.getByLabelText(/^Note/), 'Not now');
  await decider.user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.getByRole('button', { name: 'Deny…' })).toHaveFocus();
  await decider.user.click(screen.getByRole('button', { name: 'Deny…' }));
  expect(screen.getByLabelText(/^Note/)).toHaveValue('Not now');
});

test('a sheet that was open before a redirect to sign-in reopens automatically over the same page', async () => {
  const app = await renderApp('/access', 'viewer');
  await app.user.click(await screen.findByRole('button', { name: 'Request access: Editor' }));
  await app.user.type(await screen.findByLabelText('Reason'), 'Audit');
  cleanup();
  await renderApp('/reports', 'viewer');
  await screen.findByRole('heading', { level: 1, name: 'Access reports' });
  expect(screen.queryByRole('dialog')).toBeNull();
  cleanup();
  const back = await renderApp('/access', 'viewer');
  const sheet = await screen.findByRole('dialog', { name: 'Request access' });
  expect(await within(sheet).findByLabelText('Reason')).toHaveValue('Audit');
  expect(within(sheet).getByText('Editor')).toBeVisible();
  await back.user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  cleanup();
  await renderApp('/access', 'viewer');
  await screen.findByRole('button', { name: 'Request access: Editor' });
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('while offline, a notice is shown above the page', async () => {
  await openReport();
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  act(() => void dispatchEvent(new Event('offline')));
  expect(await screen.findByText(/^You’re offline\./)).toBeVisible();
  online.mockReturnValue(true);
  act(() => void dispatchEvent(new Event('online')));
  await waitFor(() => expect(screen.queryByText(/^You’re offline\./)).toBeNull());
});

const unchecked = () => screen.findByText(/Permissions can’t be checked right now\. Your pages appear/);
const skeletons = () => screen.getByRole('navigation', { name: 'Main' }).querySelectorAll('li .skeleton');

test('while permissions cannot be checked, the sidebar shows skeletons of the last known pages, and no links', async () => {
  const sync = { name: 'Directory sync' };
  await renderApp('/access', 'admin');
  await screen.findByRole('link', sync);
  cleanup();
  const app = await renderApp('/access', 'admin', (server) => void (server.outage = true));
  expect(await unchecked()).toBeVisible();
  expect(screen.queryByRole('link', sync)).toBeNull();
  expect(skeletons().length).toBeGreaterThan(0);
  app.server.outage = false;
  app.server.send('changed');
  expect(await screen.findByRole('link', sync)).toBeVisible();
  cleanup();
  // Nothing is stored about this other user, so no pages are expected.
  await renderApp('/access', 'editor', (server) => void (server.outage = true));
  expect(await unchecked()).toBeVisible();
  expect(skeletons()).toHaveLength(0);
  cleanup();
  // Once the pages are denied, they are no longer expected at the next start.
  await renderApp('/access', 'admin', (server) => void (server.role = null));
  await screen.findByRole('heading', { level: 1, name: 'Your access' });
  await waitFor(() => expect(screen.queryByRole('link', sync)).toBeNull());
  cleanup();
  await renderApp('/access', 'admin', (server) => void (server.outage = true));
  expect(await unchecked()).toBeVisible();
  expect(skeletons()).toHaveLength(0);
});

test('after a sign-in in another window, the page receives changes again', async () => {
  const app = await renderApp('/requests', 'admin');
  const both = ['requests.changes', 'session.changes'];
  await waitFor(() => expect(app.network.openStreams().toSorted()).toEqual(both));
  act(() => app.auth.session.end());
  app.server.send('end');
  app.server.send('end', 'requests.changes');
  await waitFor(() => expect(app.network.openStreams()).toEqual([]));
  act(() => app.auth.session.resume());
  await waitFor(() => expect(app.network.openStreams().toSorted()).toEqual(both));
});
