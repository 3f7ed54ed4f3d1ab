import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { organizationsKey } from './api/api.ts';
import { SessionOverError } from './auth/session-state.ts';
import { heading, renderApp } from './testing/render-app.tsx';

const sidebar = async () => within(await screen.findByRole('navigation', { name: 'Main' }));

async function switchTo(app: Awaited<ReturnType<typeof renderApp>>, name: string): Promise<void> {
  await app.user.click(await (await sidebar()).findByRole('button', { name: /^Organization/ }));
  await app.user.click(await screen.findByRole('menuitemradio', { name: new RegExp(`^${name}`) }));
}

test('a user switches the organization: the page stays, and shows no data of the previous one', async () => {
  const app = await renderApp('/reports', 'editor');
  await screen.findByRole('link', { name: 'Q4 review' });
  await switchTo(app, 'Acme');
  await (await sidebar()).findByRole('button', { name: /Acme/ });
  await screen.findByText('No reports yet');
  expect(screen.queryByRole('link', { name: 'Q4 review' })).toBeNull();
  expect(app.address()).toBe('/reports?org=acme');
  // The page was replaced, and the button of the menu with it.
  expect(screen.getByRole('main')).toHaveFocus();
  await switchTo(app, 'Default organization');
  await screen.findByRole('link', { name: 'Q4 review' });
  expect(app.address()).toBe('/reports');
  // A user who selects an organization needs no notice.
  expect(screen.queryByText(/belongs to another organization/)).toBeNull();
});

test.each(['/reports?search=Q4&status=draft', '/members?search=Nina&role=viewer', '/requests?status=all'])(
  'the filters of one organization do not apply in another: %s',
  async (path) => {
    const app = await renderApp(path, 'admin');
    await switchTo(app, 'Acme');
    const [page = ''] = path.split('?');
    await waitFor(() => expect(app.address()).toBe(`${page}?org=acme`));
    const field = screen.queryByRole('textbox', { name: /^Search/ });
    expect(field?.getAttribute('value') ?? '').toBe('');
  },
);

test('a filter stays in the organization', async () => {
  const app = await renderApp('/reports?org=acme', 'editor');
  await app.user.click(await screen.findByRole('link', { name: 'Published' }));
  await waitFor(() => expect(app.address()).toBe('/reports?org=acme&status=published'));
  await waitFor(() => expect(app.server.calls.join()).toContain('"status":"published"'));
  // The organization is in the token, never in an input.
  expect(app.server.calls.join()).not.toContain('acme');
});

test("the menu shows the user's roles in each organization, and marks the current one", async () => {
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

test('a page about one item is replaced by its list, and a page about the installation by the reports', async () => {
  const report = await renderApp('/reports/r-1', 'editor');
  await heading('Q4 review');
  await switchTo(report, 'Acme');
  await heading('Access reports');
  expect(report.address()).toBe('/reports?org=acme');
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

test('the root URL opens the last selected organization', async () => {
  await switchTo(await renderApp('/reports', 'editor'), 'Acme');
  cleanup();
  const app = await renderApp('/', 'editor');
  await (await sidebar()).findByRole('button', { name: /Acme/ });
  expect(app.address()).toBe('/home?org=acme');
  expect(await app.auth.accessToken()).toBe('editor@acme');
});

test('a link opens its organization, shows a notice if another was active, and links there retain it', async () => {
  const app = await renderApp('/access?org=acme', 'editor');
  expect(await screen.findByText(/You’re now in “Acme”/)).toBeVisible();
  await (await sidebar()).findByRole('button', { name: /Acme/ });
  expect(await app.auth.accessToken()).toBe('editor@acme');
  await app.user.click((await sidebar()).getByRole('link', { name: 'Access reports' }));
  await screen.findByText('No reports yet');
  expect(app.address()).toBe('/reports?org=acme');
});

test('a link without an organization opens the default one', async () => {
  localStorage.setItem('latchkey:organization', 'acme');
  const app = await renderApp('/reports/r-1', 'editor');
  await heading('Q4 review');
  expect(await screen.findByText(/You’re now in “Default organization”/)).toBeVisible();
  expect(await app.auth.accessToken()).toBe('editor');
});

test('back and forward restore the organizations', async () => {
  const app = await renderApp('/reports/r-1', 'editor');
  await heading('Q4 review');
  await switchTo(app, 'Acme');
  await screen.findByText('No reports yet');
  act(() => app.back());
  await heading('Q4 review');
  await (await sidebar()).findByRole('button', { name: /Default organization/ });
  expect(await app.auth.accessToken()).toBe('editor');
  expect(await screen.findByText(/You’re now in “Default organization”/)).toBeVisible();
});

test('a link to an organization of which the user is not a member says so, sends no requests to another, and offers alternatives', async () => {
  const app = await renderApp('/reports/r-1?org=initech', 'editor');
  await heading('You’re not a member of this organization');
  expect(app.server.calls).toEqual([]);
  const navigation = await sidebar();
  expect(navigation.getByRole('button', { name: /Not one of yours/ })).toBeVisible();
  expect(navigation.queryByRole('link', { name: 'Your access' })).toBeNull();
  await app.user.click(screen.getByRole('button', { name: 'Sign in with another account' }));
  expect(app.auth.signIn).toHaveBeenCalledWith(expect.objectContaining({ asAnother: true }));
  await app.user.click(screen.getByRole('link', { name: 'Go to the default organization' }));
  await screen.findByRole('link', { name: 'Q4 review' });
  expect(app.address()).toBe('/reports');
});

test('a user who was just removed from an organization still sees its name', async () => {
  const app = await renderApp('/reports?org=acme', 'editor');
  await screen.findByText('No reports yet');
  await (await sidebar()).findByRole('button', { name: /Acme/ });
  vi.mocked(app.auth.organizations).mockResolvedValue([]);
  act(() => app.auth.activeOrganization.refuse('acme'));
  await act(() => app.queryClient.refetchQueries({ queryKey: [organizationsKey] }));
  await heading('You’re not a member of this organization');
  expect((await sidebar()).getByRole('button', { name: /Acme/ })).toBeVisible();
});

test('a user who loses the last role in an organization gets a new token, which Logto refuses after a removal', async () => {
  const app = await renderApp('/reports?org=acme', 'editor');
  await screen.findByText('No reports yet');
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
  const forget = vi.spyOn(app.auth, 'forgetAccessToken');
  forget.mockImplementation(() => app.auth.activeOrganization.refuse('acme'));
  app.server.role = null;
  act(() => app.server.send('changed'));
  await heading('You’re not a member of this organization');
  expect(forget).toHaveBeenCalledOnce();
});

test('a user who is no longer a member sees a message over the page until they are a member again', async () => {
  const app = await renderApp('/reports?org=acme', 'editor');
  await screen.findByText('No reports yet');
  act(() => app.auth.activeOrganization.refuse('acme'));
  await heading('You’re not a member of this organization');
  await app.user.click(screen.getByRole('button', { name: 'Check again' }));
  expect(await screen.findByText('No reports yet')).toBeVisible();
});

test('a session without the organizations scope asks for a new sign-in over the page, and in the menu', async () => {
  const app = await renderApp('/reports', 'editor');
  await screen.findByRole('link', { name: 'Q4 review' });
  vi.mocked(app.auth.organizations).mockImplementation(() => {
    app.auth.session.lack();
    return Promise.reject(new SessionOverError('No scope.'));
  });
  await app.user.click(await (await sidebar()).findByRole('button', { name: /^Organization/ }));
  const dialog = within(
    await screen.findByRole('alertdialog', { name: 'Sign in again to see your organizations' }),
  );
  await app.user.click(dialog.getByRole('button', { name: 'Not now' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  expect(screen.getByRole('link', { name: 'Q4 review' })).toBeVisible();
  await app.user.click(await (await sidebar()).findByRole('button', { name: /^Organization/ }));
  await app.user.click(
    await screen.findByRole('menuitem', { name: 'Sign in again to see your organizations' }),
  );
  expect(app.auth.signIn).toHaveBeenCalledOnce();
});

test('requests the organizations only on demand; the menu shows when Logto is unavailable', async () => {
  const app = await renderApp('/reports', 'editor');
  await heading('Access reports');
  expect(app.auth.organizations).not.toHaveBeenCalled();
  vi.mocked(app.auth.organizations).mockRejectedValue(new TypeError('Failed to fetch'));
  await app.user.click(await (await sidebar()).findByRole('button', { name: /^Organization/ }));
  expect(await screen.findByText(/Your organizations couldn’t be loaded/)).toBeVisible();
});

const titleField = () => screen.findByLabelText('Title');

test('text typed for one organization does not appear in another', async () => {
  const app = await renderApp('/reports/new?org=acme', 'editor');
  await app.user.type(await titleField(), 'About Acme');
  cleanup();
  await renderApp('/reports/new?org=globex', 'editor');
  expect(await titleField()).toHaveValue('');
  cleanup();
  await renderApp('/reports/new?org=acme', 'editor');
  expect(await titleField()).toHaveValue('About Acme');
});
