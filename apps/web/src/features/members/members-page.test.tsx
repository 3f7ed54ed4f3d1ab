import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { queryDeadline } from '../../api/fetch-within.ts';
import { announced, renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { numberedMembers, stubMember } from '../../testing/stub-members.ts';

const hand = {
  kind: 'hand',
  by: { key: 'u-admin', name: 'Amelia Hart' },
  at: '2026-11-20T09:00:00.000Z',
  endsAt: null,
} as const;
const cast = [
  stubMember('Ann Zeller', {
    roles: [
      { role: 'viewer', source: { kind: 'default' } },
      { role: 'admin', source: hand },
      { role: 'from-permit', source: hand },
    ],
  }),
  stubMember('Bob Boots', { status: 'dormant', lastSignInAt: null }),
  stubMember('Nightly export', { kind: 'machine', email: null, lastSignInAt: null }),
  stubMember('Sue Spended', { status: 'suspended' }),
];
const renderMembers = (path = '/members', token = 'admin', members = cast): Promise<RenderedApp> =>
  renderApp(path, token, (server) => {
    server.members.push(...members);
  });
const rowOf = async (name: string) => within(await screen.findByRole('row', { name: new RegExp(name) }));
const asked = ({ server }: RenderedApp): unknown[] =>
  server.inputsOf('members.list').map((input) => Object(input).offset);
const openMenu = async ({ user }: RenderedApp, name: string) => {
  await user.click(await screen.findByRole('button', { name: `Change roles of ${name}` }));
  return within(await screen.findByRole('menu'));
};

test('a member has roles with their source, a last sign-in and a status; a machine is labelled', async () => {
  await renderMembers();
  const ann = await rowOf('Ann Zeller');
  // In its column, and below the name for small screens, which have room for one role.
  expect(ann.getAllByText('Administrator')).toHaveLength(2);
  expect(ann.getAllByText(/Assigned by Amelia Hart on/).length).toBeGreaterThan(0);
  expect(ann.getByText('Active')).toBeVisible();
  const bob = await rowOf('Bob Boots');
  expect(bob.getAllByText('Inactive')).toHaveLength(2);
  expect(bob.getByText('Never or unknown')).toBeVisible();
  expect((await rowOf('Nightly export')).getByText('Machine')).toBeVisible();
  expect((await rowOf('Sue Spended')).getAllByText('Suspended')).toHaveLength(2);
});

test('offers invitations in an organization, and not in the default one', async () => {
  await renderApp('/members?org=acme', 'admin');
  expect(await screen.findByRole('link', { name: 'Invite members' })).toBeVisible();
  cleanup();
  await renderApp('/members', 'admin');
  // The tab depends on the same gate.
  expect(await screen.findByRole('link', { name: 'Invitations' })).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Invite members' })).toBeNull();
});

test('chips show their counts and are in the URL; selecting one again removes it', async () => {
  const app = await renderMembers();
  await app.user.click(await screen.findByRole('link', { name: 'Administrator 1' }));
  await waitFor(() => expect(app.address()).toBe('/members?role=admin'));
  await waitFor(() => expect(screen.queryByText('Bob Boots')).toBeNull());
  expect(await announced('1 result')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Administrator 1' })).toHaveAttribute('aria-current', 'page');
  await app.user.click(screen.getByRole('link', { name: 'Administrator 1' }));
  await waitFor(() => expect(app.address()).toBe('/members'));
  expect(await screen.findByText('Bob Boots')).toBeVisible();
});

test('a search is in the URL, and a search without results can be cleared', async () => {
  const app = await renderMembers('/members?role=viewer');
  await app.user.type(await screen.findByRole('textbox', { name: 'Search members' }), 'zz');
  await waitFor(() => expect(app.address()).toBe('/members?role=viewer&search=zz'));
  expect(await screen.findByText('No members match')).toBeVisible();
  expect(await announced('No results')).toBeVisible();
  await app.user.click(screen.getByRole('link', { name: 'Remove filters' }));
  await waitFor(() => expect(app.address()).toBe('/members'));
  expect(await screen.findByText('Bob Boots')).toBeVisible();
  expect(screen.getByRole('main')).toHaveFocus();
  expect(screen.getByRole('textbox', { name: 'Search members' })).toHaveValue('');
  await app.user.click(
    within(await screen.findByRole('columnheader', { name: /^Member/ })).getByRole('link'),
  );
  await waitFor(() => expect(app.address()).toContain('direction=desc'));
});

test('previews the effect of a role, grants it optimistically, and can undo it', async () => {
  const app = await renderMembers();
  const menu = await openMenu(app, 'Bob Boots');
  const editor = menu.getByRole('menuitemcheckbox', { name: /Editor/ });
  await waitFor(() => expect(editor).toHaveTextContent('Gains 2: Create reports and View members'));
  await app.user.click(editor);
  expect(await screen.findByText('Bob Boots is now Editor')).toBeVisible();
  const bob = await rowOf('Bob Boots');
  expect(bob.getAllByText('Editor').length).toBeGreaterThan(0);
  expect(app.server.inputsOf('members.assign')).toEqual([{ subject: 'u-bob-boots', role: 'editor' }]);
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('Bob Boots is no longer Editor')).toBeVisible();
  await waitFor(async () => expect((await rowOf('Bob Boots')).queryByText('Editor')).toBeNull());
});

test('a role from Logto is locked, with an explanation', async () => {
  const app = await renderMembers();
  app.server.patch('members', 'preview', { obstacle: 'ROLE_MANAGED_IN_LOGTO' });
  const menu = await openMenu(app, 'Bob Boots');
  const viewer = menu.getByRole('menuitemcheckbox', { name: /Viewer/ });
  await waitFor(() => expect(viewer).toHaveTextContent('This role comes from Logto. Change it there.'));
  expect(viewer).toHaveAttribute('aria-disabled', 'true');
});

test('users confirm the removal of their own role, after which the page that they lost requests nothing', async () => {
  const me = stubMember('Me', { subject: 'u-admin', roles: [{ role: 'admin', source: hand }] });
  const app = await renderMembers('/members', 'admin', [me]);
  const menu = await openMenu(app, 'Me');
  const admin = menu.getByRole('menuitemcheckbox', { name: /Administrator/ });
  await waitFor(() => expect(admin).not.toHaveAttribute('aria-disabled', 'true'));
  await app.user.click(admin);
  const dialog = within(await screen.findByRole('alertdialog', { name: 'Remove your own role?' }));
  await app.user.click(dialog.getByRole('button', { name: 'Cancel' }));
  expect(app.server.inputsOf('members.unassign')).toEqual([]);
  await app.user.click((await openMenu(app, 'Me')).getByRole('menuitemcheckbox', { name: /Administrator/ }));
  app.server.deny('members.list');
  const before = [asked(app).length, app.server.inputsOf('members.counts').length];
  await app.user.click(await screen.findByRole('button', { name: 'Remove my role' }));
  expect(await screen.findByRole('heading', { name: 'You don’t have access to this' })).toBeVisible();
  expect([asked(app).length, app.server.inputsOf('members.counts').length]).toEqual(before);
});

test('of 5,000 members only the visible ones are rendered; keys reach the others', async () => {
  const app = await renderMembers('/members', 'admin', numberedMembers(5_000));
  await rowOf('Member 0000');
  expect(screen.getAllByRole('row').length).toBeLessThan(60);
  // The full height is set initially, so that the scrollbar does not change while pages load.
  await waitFor(() => expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '5003'));
  // The first page, refetched for each reported change.
  expect(new Set(asked(app))).toEqual(new Set([undefined]));
  await app.user.keyboard('jjk');
  expect(document.activeElement).toHaveAttribute('data-index', '0');
  await app.user.keyboard('r');
  expect(await screen.findByRole('menu')).toBeVisible();
});

test('a row that has the focus keeps it while its page loads', async () => {
  const app = await renderMembers('/members', 'admin', numberedMembers(120));
  await waitFor(() => expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '123'));
  await app.user.keyboard('{End}');
  scrollToRow(110);
  const row = await screen.findByRole('row', { name: /Member 0119/ });
  expect(row).toHaveFocus();
});

const offsetsIn = (urls: readonly string[]): number[] =>
  urls.flatMap((url) => [...url.matchAll(/"offset":(\d+)/g)].map(([, offset]) => Number(offset)));
const awaited = ({ network }: RenderedApp): number[] => offsetsIn(network.unanswered());
const scrollToRow = (index: number): void => {
  vi.stubGlobal('scrollY', index * 68);
  window.dispatchEvent(new Event('scroll'));
};

test('skips pages that are scrolled past and aborts their requests, so that the visible page loads first', async () => {
  const app = await renderMembers('/members', 'admin', numberedMembers(5_000));
  await waitFor(() => expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '5003'));
  app.network.break('hanging');
  for (let row = 0; row <= 1_000; row += 40) scrollToRow(row);
  // It stopped at row 1,000: only visible pages remain pending, before the deadline aborts the hanging ones.
  await waitFor(() => expect(awaited(app)).toEqual([950, 1_000]), { timeout: queryDeadline / 2 });
  scrollToRow(4_990);
  await waitFor(() => expect(awaited(app)).toEqual([4_950, 5_000]), { timeout: queryDeadline / 2 });
  const passed = offsetsIn(app.network.requested());
  expect(passed.filter((offset) => offset > 100 && offset < 950)).toEqual([]);
  expect(passed.filter((offset) => offset > 1_000 && offset < 4_950)).toEqual([]);
});

test('rows that fail to load show an error, and are retried on click', async () => {
  const app = await renderMembers('/members', 'admin', numberedMembers(120));
  await waitFor(() => expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '123'));
  app.server.refuse('members.list', 'INPUT_INVALID');
  scrollToRow(110);
  const alert = within(await screen.findByRole('alert'));
  expect(alert.getByText('More members couldn’t be loaded.')).toBeVisible();
  expect((await screen.findAllByRole('row', { name: 'Not loaded', busy: false })).length).toBeGreaterThan(5);
  app.server.refuse('members.list', null);
  await app.user.click(alert.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('row', { name: /Member 0110/ })).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('without the permission to assign roles there are no menus', async () => {
  await renderMembers('/members', 'editor');
  await rowOf('Bob Boots');
  expect(screen.queryByRole('button', { name: /Change roles/ })).toBeNull();
});

const tab = (name: string) =>
  within(screen.getByRole('navigation', { name: 'Members, invitations, and applications' })).getByRole(
    'link',
    { name },
  );

test('invitations are a tab of the members', async () => {
  const app = await renderMembers();
  const tabs = within(
    await screen.findByRole('navigation', { name: 'Members, invitations, and applications' }),
  );
  expect(tabs.getByRole('link', { name: 'Members' })).toHaveAttribute('aria-current', 'page');
  await app.user.click(tabs.getByRole('link', { name: 'Invitations' }));
  await waitFor(() => expect(app.address()).toBe('/members/invitations'));
  await waitFor(() => expect(tab('Invitations')).toHaveAttribute('aria-current', 'page'));
  expect(tab('Members')).not.toHaveAttribute('aria-current');
  const trail = within(screen.getByRole('navigation', { name: 'Breadcrumb' }));
  expect(trail.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'Members',
    'Invitations',
  ]);
  const sidebar = within(screen.getByRole('navigation', { name: 'Main' }));
  expect(sidebar.getByRole('link', { name: 'Members' })).toHaveAttribute('aria-current', 'page');
  expect(sidebar.queryByRole('link', { name: 'Invitations' })).toBeNull();
});

test('the header of the last sign-in sorts the list, latest first', async () => {
  const { user, address } = await renderMembers();
  await user.click(await screen.findByRole('link', { name: 'Last sign-in' }));
  await waitFor(() => expect(address()).toBe('/members?sort=lastSignIn&direction=desc'));
});
