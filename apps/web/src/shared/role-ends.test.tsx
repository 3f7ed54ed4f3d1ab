import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderApp, type RenderedApp } from '../testing/render-app.tsx';
import { stubMember } from '../testing/stub-members.ts';
import { stubRequest } from '../testing/stub-requests.ts';

const editor = { kind: 'role', role: 'editor' } as const;
const endedAt = (ago: number, isRemoved = false) => ({
  target: editor,
  at: new Date(Date.now() - ago).toISOString(),
  hasEnded: true,
  isRemoved,
});

test.each([
  [false, 'Your access expired', /^Your role “Editor” expired on /],
  [true, 'Your access was removed', /^Your role “Editor” was removed on /],
])(
  'if a role ends while the user types (removed: %s), the text stays and the page shows when it ended',
  async (isRemoved, title, why) => {
    const app = await renderApp('/reports/new', 'editor');
    const field = await screen.findByLabelText('Title');
    await app.user.type(field, 'Half of a title');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Create report' })).toBeEnabled());
    app.server.deny('reports.create');
    app.server.deny('reports.preview');
    app.server.ends.push(endedAt(60_000, isRemoved));
    app.server.send('changed');
    expect(await screen.findByRole('alert')).toHaveTextContent(title);
    expect(await screen.findByText(why)).toHaveTextContent(/What you entered is still here\.$/);
    expect(field).toHaveValue('Half of a title');
    expect(screen.getByRole('button', { name: 'Create report' })).toBeDisabled();
    await waitFor(() => expect(screen.queryByText(/You can still create the report/)).toBeNull());
    const [again] = screen.getAllByRole('button', { name: 'Request access' });
    await app.user.click(again!);
    expect(await screen.findByRole('dialog', { name: 'Request access' })).toBeVisible();
  },
);

const press = async ({ user }: RenderedApp, name: string): Promise<void> =>
  user.click(await screen.findByRole('button', { name }));
const typeInto = async ({ user }: RenderedApp, label: string, text: string): Promise<HTMLElement> => {
  const field = await screen.findByLabelText(label);
  await user.clear(field);
  await user.type(field, text);
  return field;
};

/**
 * A form. `fill` opens it, fills it in and returns its field; `send` is the name of its submit button; `gates` are the
 * gates of its page and of the form, which are denied when the role ends.
 */
type Form = readonly [
  path: string,
  fill: (app: RenderedApp) => Promise<HTMLElement>,
  send: string,
  gates: string[],
];
const forms: Readonly<Record<string, Form>> = {
  'the name of a report': [
    '/reports/r-1',
    async (app) => {
      await press(app, 'More actions');
      await app.user.click(await screen.findByRole('menuitem', { name: 'Rename' }));
      return typeInto(app, 'Title', 'Half');
    },
    'Save title',
    ['reports.get', 'reports.rename'],
  ],
  'a new collection': [
    '/reports',
    async (app) => {
      await press(app, 'New collection');
      return typeInto(app, 'Title', 'Half');
    },
    'Create collection',
    ['reports.list', 'collections.list', 'collections.create'],
  ],
  'an access request': [
    '/access',
    async (app) => {
      await press(app, 'Request access: Administrator');
      return typeInto(app, 'Reason', 'Half');
    },
    'Send request',
    ['requests.create'],
  ],
  'an invitation': [
    '/members/invitations?invite=true&org=acme',
    (app) => typeInto(app, 'Email addresses', 'ann@example.com'),
    'Send invitations',
    ['invitations.list', 'invitations.create'],
  ],
  'a share': [
    '/reports/r-1',
    async (app) => {
      await press(app, 'Share report');
      const role = await screen.findByRole('combobox', { name: 'Role' });
      await app.user.selectOptions(role, 'editor');
      return role;
    },
    'Share',
    ['reports.get', 'reports.access'],
  ],
  'a role for several people': [
    '/members',
    async (app) => {
      await app.user.click(await screen.findByRole('checkbox', { name: /Ann Zeller/ }));
      await press(app, 'Change roles…');
      const day = await screen.findByRole('radio', { name: '1 day' });
      await app.user.click(day);
      return day;
    },
    'Assign Editor to 1 person',
    ['members.list', 'members.bulkPreview', 'members.bulkChange'],
  ],
  'the reason of a denial': [
    '/requests',
    async (app) => {
      await press(app, 'Deny…');
      return typeInto(app, 'Note', 'Half');
    },
    'Deny request',
    ['requests.list', 'requests.refuse'],
  ],
};

test.each(Object.entries(forms))(
  '%s stays when its role ends, cannot be sent, and requests nothing; the role can be requested again',
  async (_name, [path, fill, send, gates]) => {
    const app = await renderApp(path, /^.(access|reports.r)/.test(path) ? 'editor' : 'admin', (server) => {
      server.members.push(stubMember('Ann Zeller'));
      server.requests.push(stubRequest({ target: editor, reason: 'Review', duration: null }));
    });
    const field = await fill(app);
    const isFilled = () => [field instanceof HTMLInputElement && field.checked, Object(field).value];
    const filled = isFilled();
    await waitFor(() => expect(screen.getByRole('button', { name: send })).toBeVisible());
    for (const gate of gates) app.server.deny(gate);
    const queries = () =>
      app.server.calls.filter(
        (call) => !/^(session|notifications|requests\.(list|changes|mine)|reviews\.list|setup)/.test(call),
      );
    const before = queries();
    app.server.ends.push({ ...endedAt(60_000), target: { kind: 'role', role: 'admin' } });
    app.server.send('changed');
    const alert = await screen.findByRole('alert');
    expect(await within(alert).findByText(/^Your role “Administrator” expired on /)).toBeVisible();
    expect(field).toBeVisible();
    expect(isFilled()).toEqual(filled);
    expect(screen.getByRole('button', { name: send })).toBeDisabled();
    expect(queries()).toEqual(before);
    if (gates.includes('requests.create')) return;
    await app.user.click(within(alert).getByRole('button', { name: 'Request access' }));
    expect(await screen.findByRole('dialog', { name: 'Request access' })).toBeVisible();
    expect(isFilled()).toEqual(filled);
    expect(field).toBeInTheDocument();
  },
);

test('a denied page shows that the role that opened it has expired', async () => {
  await renderApp('/members', 'editor', (server) => {
    server.deny('members.list');
    server.ends.push({ ...endedAt(60_000), target: { kind: 'role', role: 'admin' } });
  });
  expect(await screen.findByRole('heading', { level: 1, name: 'Your access expired' })).toBeVisible();
  expect(screen.getByText(/^Your role “Administrator” expired on /)).toBeVisible();
});

test('counts down the last ten minutes of a role, and offers to request it again', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const app = await renderApp('/access', 'editor', ({ ends }) => {
    ends.push({ ...endedAt(-660_000), hasEnded: false });
  });
  await screen.findByRole('heading', { level: 1, name: 'Your access' });
  expect(screen.queryByRole('timer')).toBeNull();
  await act(() => vi.advanceTimersByTimeAsync(75_000));
  const timer = await screen.findByRole('timer');
  await waitFor(() => expect(timer).toHaveTextContent(/Your role “Editor” expires in 9:\d\d\./));
  await app.user.click(screen.getByRole('button', { name: 'Request again' }));
  expect(await screen.findByRole('dialog', { name: 'Request access' })).toBeVisible();
  await act(() => vi.advanceTimersByTimeAsync(600_000));
  await waitFor(() => expect(screen.queryByRole('timer')).toBeNull());
});
