import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';

const sheet = () => screen.findByRole('dialog', { name: 'Who has access' });
const peopleIn = async (): Promise<string[]> =>
  within(await sheet())
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);

async function openSheet(prepare?: Parameters<typeof renderApp>[2]): Promise<RenderedApp> {
  const app = await renderApp('/reports/r-1', 'editor', prepare);
  await app.user.click(await screen.findByRole('button', { name: 'Share report' }));
  return app;
}

async function shareWithNina({ user }: RenderedApp): Promise<void> {
  const form = within(await sheet());
  expect(await form.findByRole('button', { name: 'Share' })).toHaveAccessibleDescription(
    /^Choose a person to share with/,
  );
  await user.click(await form.findByRole('combobox', { name: 'Choose a person' }));
  await user.click(await screen.findByRole('option', { name: /Nina.*nina@example.com/ }));
  await user.selectOptions(form.getByRole('combobox', { name: 'Role' }), 'editor');
  await form.findByText('Gains 1: Publish reports');
  await user.click(form.getByRole('button', { name: 'Share' }));
}

test('granting a role is shown optimistically and can be undone from the notice', async () => {
  const app = await openSheet();
  const resolve = app.server.hold('reports.share');
  await shareWithNina(app);
  await waitFor(async () => expect((await peopleIn()).join()).toContain('Editor · Shared by Mina Park'));
  expect(screen.queryByText('Nina is now Editor')).toBeNull();
  resolve();
  expect(await screen.findByText('Nina is now Editor')).toBeVisible();
  const chooser = within(await sheet()).getByRole('combobox', { name: 'Choose a person' });
  await waitFor(() => expect(chooser).toHaveFocus());
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(await sheet()).toHaveFocus();
  await waitFor(async () => expect((await peopleIn()).join()).not.toContain('Nina'));
});

test('sharing with a user who is not cleared says so before and after, and who can clear them', async () => {
  const app = await openSheet();
  const lacks = { code: 'NOT_CLEARED', logtoRole: 'Cleared for confidential' } as const;
  app.server.patch('reports', 'sharePreview', { lacks });
  app.server.answers.reports.share = ({ subject, role }) => {
    app.server.sharedWith.push({ ...app.server.sharedWith[0]!, key: subject, lacks: lacks.code });
    return { subject, role, lacks };
  };
  const form = within(await sheet());
  await app.user.click(await form.findByRole('combobox', { name: 'Choose a person' }));
  await app.user.click(await screen.findByRole('option', { name: /Nina.*nina@example.com/ }));
  const how =
    'Someone who manages users in Logto can assign the role “Cleared for confidential” to clear them.';
  const before = await form.findByText(/Nina won’t be able to open it/);
  expect(before).toHaveTextContent(how);
  expect(before).not.toHaveTextContent('Gains');
  await app.user.click(form.getByRole('button', { name: 'Share' }));
  expect(await screen.findByText(/Nina has the role Reader, but can’t open this report/)).toHaveTextContent(
    how,
  );
  expect(screen.queryByText(/is now Reader/)).toBeNull();
  await waitFor(async () =>
    expect((await peopleIn()).join()).toContain('Can’t open it: not cleared for confidential reports'),
  );
});

test('a role in the organization shows how many of its holders can open the report, and which ones can’t', async () => {
  await openSheet(({ patch }) => {
    const [bo, cy] = ['Bo', 'Cy'].map((name) => ({ key: name, name, email: null, isMachine: false }));
    if (bo === undefined || cy === undefined) return;
    const excluded = { total: 502, people: [bo, cy] };
    patch('reports', 'access', {
      byRole: [{ role: 'viewer', people: 507, permissions: ['reports:view'], excluded }],
    });
  });
  const shown = within(await sheet());
  expect(await shown.findByText('5 of 507 people')).toBeVisible();
  expect(await shown.findByRole('link', { name: 'Viewer' })).toHaveAttribute('href', '/members?role=viewer');
  expect(shown.getByText('502 people can’t open it: not cleared for confidential reports')).toBeVisible();
  expect(shown.getByText(/Bo and Cy/)).toHaveTextContent('and 500 more people');
});

test('while a change is pending, the previous one cannot be undone', async () => {
  const app = await openSheet();
  await shareWithNina(app);
  expect(await screen.findByRole('button', { name: 'Undo' })).toBeVisible();
  const resolve = app.server.hold('reports.unshare');
  await app.user.click(await screen.findByRole('button', { name: 'Change Nina’s role' }));
  await app.user.click(await screen.findByRole('menuitemcheckbox', { name: /Editor/, checked: true }));
  await waitFor(async () => expect((await peopleIn()).join()).not.toContain('Nina'));
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  resolve();
  expect(await screen.findByRole('button', { name: 'Undo' })).toBeVisible();
});

test('asks for confirmation before users revoke their own permission to share, which cannot be undone', async () => {
  const app = await openSheet();
  await app.user.click(await screen.findByRole('button', { name: 'Change Mina Park’s role' }));
  const owner = await screen.findByRole('menuitemcheckbox', { name: /Owner/, checked: true });
  await waitFor(() => expect(owner).toHaveTextContent('Loses 2'));
  await app.user.click(owner);
  const dialog = within(await screen.findByRole('alertdialog'));
  expect(app.server.calls.filter((call) => call.startsWith('reports.unshare'))).toEqual([]);
  await app.user.click(dialog.getByRole('button', { name: 'Remove my role' }));
  expect(await screen.findByText('Mina Park is no longer Owner')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});

test('the last owner is removed only together with a choice of a new owner', async () => {
  const app = await openSheet();
  app.server.patch('reports', 'sharePreview', { obstacle: 'LAST_OWNER' });
  await app.user.click(await screen.findByRole('button', { name: 'Change Mina Park’s role' }));
  const owner = await screen.findByRole('menuitemcheckbox', { name: /Owner/, checked: true });
  await waitFor(() => expect(owner).toHaveTextContent('Choose a new owner to remove this role.'));
  await app.user.click(owner);
  const dialog = within(await screen.findByRole('alertdialog', { name: 'New owner' }));
  expect(
    dialog.getByText(/^Mina Park is the last owner\. .* You’ll no longer be able to share/),
  ).toBeVisible();
  const confirm = dialog.getByRole('button', { name: 'Change owner' });
  expect(confirm).toBeDisabled();
  await app.user.click(dialog.getByRole('combobox', { name: 'Choose a person' }));
  await app.user.click(await screen.findByRole('option', { name: /Nina.*nina@example.com/ }));
  await app.user.click(confirm);
  expect(await screen.findByText('Mina Park is no longer Owner')).toBeVisible();
  const sent = app.server.calls.filter((call) => call.startsWith('reports.unshare'));
  expect(sent).toEqual([expect.stringMatching(/"newOwner":"u-nina"/)]);
});

test('users without permission to share see no button for it and send no requests for it', async () => {
  // Preloads the lazy code, so that it could not appear after the test.
  await import('./share-sheet.tsx');
  const app = await renderApp('/reports/r-1', 'viewer', ({ reports }) => {
    for (const report of reports) report.status = 'published';
  });
  await screen.findByRole('heading', { level: 1, name: 'Q4 review' });
  const gateCalls = () => app.server.calls.filter((call) => call.startsWith('session.gates'));
  await waitFor(() => expect(gateCalls().join()).toContain('reports.access'));
  // A change refetches everything on the page, so requests for sharing would be among them.
  const before = gateCalls().length;
  await waitFor(() => expect(app.network.openStreams()).toContain('session.changes'));
  app.server.send('changed');
  await waitFor(() => expect(gateCalls().length).toBeGreaterThan(before));
  await waitFor(() => expect(app.network.unanswered()).toEqual([]));
  expect(screen.queryByRole('button', { name: 'Share report' })).toBeNull();
  expect(app.server.calls.filter((call) => /^reports\.(access|share)/.test(call))).toEqual([]);
});

test('the sheet lists more of many users on demand, and shows changes among them', async () => {
  const app = await openSheet(({ sharedWith }) => {
    const [creator] = sharedWith;
    if (creator !== undefined)
      for (let index = 1; index <= 250; index += 1)
        sharedWith.push({ ...creator, key: `u-${index}`, name: `Person ${index}` });
  });
  const list = within(await sheet());
  expect(await list.findByText('Person 199')).toBeVisible();
  expect(list.queryByText('Person 250')).toBeNull();
  expect(list.getByText('and 51 more people')).toBeVisible();
  await app.user.click(list.getByRole('button', { name: 'Show more' }));
  expect(await list.findByText('Person 250')).toBeVisible();
  expect(list.queryByText(/more people/)).toBeNull();
  await shareWithNina(app);
  expect(await screen.findByText('Nina is now Editor')).toBeVisible();
  await waitFor(async () => expect((await peopleIn()).join()).toContain('Editor · Shared by Mina Park'));
});
