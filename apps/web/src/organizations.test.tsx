import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderApp } from './testing/render-app.tsx';

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });
const sidebar = async () => within(await screen.findByRole('navigation', { name: 'Main' }));

async function switchTo(app: Awaited<ReturnType<typeof renderApp>>, name: string): Promise<void> {
  await app.user.click(await (await sidebar()).findByRole('button', { name: /^Organization/ }));
  await app.user.click(await screen.findByRole('menuitemradio', { name: new RegExp(`^${name}`) }));
}

test('a person switches to an organization: the page stays, and shows nothing of the one before', async () => {
  const app = await renderApp('/reports', 'editor');
  await screen.findByRole('link', { name: 'Q4 review' });
  await switchTo(app, 'Acme');
  await (await sidebar()).findByRole('button', { name: /Acme/ });
  await screen.findByText('No reports yet');
  expect(screen.queryByRole('link', { name: 'Q4 review' })).toBeNull();
  expect(app.address()).toBe('/reports');
  await switchTo(app, 'Default organization');
  await screen.findByRole('link', { name: 'Q4 review' });
});

test('the menu says which roles the person has where, and marks the current organization', async () => {
  const app = await renderApp('/reports', 'editor');
  await app.user.click(await (await sidebar()).findByRole('button', { name: /^Organization/ }));
  const items = await screen.findAllByRole('menuitemradio');
  await waitFor(() => expect(screen.getAllByRole('menuitemradio')).toHaveLength(3));
  expect(screen.getAllByRole('menuitemradio').map(({ textContent }) => textContent)).toEqual([
    'Default organization',
    'Acmeadmin',
    'Globex Nordhafen Betriebsgesellschaft mbH & Co. KG',
  ]);
  expect(items[0]).toBeChecked();
});

test('a page about one thing gives way to its list, a page of the installation to the reports', async () => {
  const report = await renderApp('/reports/r-1', 'editor');
  await heading('Q4 review');
  await switchTo(report, 'Acme');
  await heading('Access reports');
  expect(report.address()).toBe('/reports');
  cleanup();
  sessionStorage.clear();
  localStorage.clear();
  const delivery = await renderApp('/sync/deliveries/d-1', 'admin');
  await heading('Someone signed up');
  await switchTo(delivery, 'Acme');
  await heading('Access reports');
  await waitFor(async () =>
    expect((await sidebar()).queryByRole('link', { name: 'Directory sync' })).toBeNull(),
  );
});

test('a new page load begins in the organization that was chosen last, and has its name', async () => {
  await switchTo(await renderApp('/reports', 'editor'), 'Acme');
  cleanup();
  const { auth } = await renderApp('/access', 'editor');
  await (await sidebar()).findByRole('button', { name: /Acme/ });
  expect(await auth.accessToken()).toBe('editor@acme');
});

test('who is no longer a member there is told so, and sees the default organization', async () => {
  const app = await renderApp('/reports', 'editor');
  await switchTo(app, 'Acme');
  await screen.findByText('No reports yet');
  app.auth.activeOrganization.lose('acme');
  expect(await screen.findByText(/You’re no longer a member of that organization/)).toBeVisible();
  expect(await screen.findByRole('link', { name: 'Q4 review' })).toBeVisible();
});

test('no request for the organizations is sent before they are asked for; when Logto is away the menu says so', async () => {
  const app = await renderApp('/reports', 'editor');
  await heading('Access reports');
  expect(app.auth.organizations).not.toHaveBeenCalled();
  vi.mocked(app.auth.organizations).mockRejectedValue(new TypeError('Failed to fetch'));
  await app.user.click(await (await sidebar()).findByRole('button', { name: /^Organization/ }));
  expect(await screen.findByText(/Your organizations couldn’t be loaded/)).toBeVisible();
});
