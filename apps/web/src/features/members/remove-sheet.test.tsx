import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { numberedMembers, stubMember } from '../../testing/stub-members.ts';

const ann = stubMember('Ann Zeller', {
  roles: [
    {
      role: 'editor',
      source: { kind: 'request', requestId: 'q-1', endsAt: '2026-12-03T09:00:00.000Z' },
    },
  ],
});
const me = stubMember('Amelia Hart', { subject: 'u-admin' });
const render = (path: string, token = 'admin', members = [ann, stubMember('Bob Boots'), me]) =>
  renderApp(path, token, (server) => {
    server.members.push(...members);
  });
const open = async ({ user }: RenderedApp) => {
  await user.click(await screen.findByRole('button', { name: 'Remove access…' }));
  return within(await screen.findByRole('dialog', { name: 'Remove access' }));
};
const select = async ({ user }: RenderedApp, ...names: string[]): Promise<void> => {
  for (const name of names) await user.click(await screen.findByRole('checkbox', { name: `Select ${name}` })); // oxlint-disable-line no-await-in-loop -- one click after another
};

test('shows what a person loses, suspends the account, and undoes it, again if that failed', async () => {
  const app = await render('/members/u-ann-zeller');
  const sheet = await open(app);
  const item = within(await sheet.findByRole('listitem', { name: 'Ann Zeller' }));
  expect(item.getByText('u-ann-zeller@example.com')).toBeVisible();
  expect(item.getByText('Editor')).toHaveTextContent('(temporary)');
  expect(item.getByText('Reader: Q4 review')).toBeVisible();
  expect(sheet.getByRole('checkbox', { name: 'Suspend account' })).toBeChecked();
  expect(sheet.getByRole('checkbox', { name: 'End all sessions' })).toBeDisabled();
  expect(sheet.getByRole('checkbox', { name: 'Remove all roles' })).not.toBeChecked();
  await app.user.click(sheet.getByRole('button', { name: 'Remove access for 1 person' }));
  expect(await sheet.findByText('Account suspended')).toBeVisible();
  expect(app.server.inputsOf('members.remove')).toEqual([
    { subjects: ['u-ann-zeller'], actions: ['suspend', 'sessions'] },
  ]);
  app.server.refuse('members.restore', 'AUTHORIZATION_UNAVAILABLE');
  await app.user.click(sheet.getByRole('button', { name: 'Undo' }));
  expect(await sheet.findByText(/couldn’t be reached/)).toBeVisible();
  app.server.refuse('members.restore', null);
  await app.user.click(sheet.getByRole('button', { name: 'Undo' }));
  expect(await sheet.findByText(/^Access restored, except 1 temporary role/)).toBeVisible();
  expect(sheet.queryByRole('button', { name: 'Undo' })).toBeNull();
});

test('a sheet that was closed before the response opens with the outcomes', async () => {
  const app = await render('/members/u-ann-zeller');
  const sheet = await open(app);
  const submit = await sheet.findByRole('button', { name: 'Remove access for 1 person' });
  app.network.break('slow');
  await app.user.click(submit);
  await app.user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(app.server.inputsOf('members.remove')).toHaveLength(1));
  app.network.mend();
  await waitFor(() => expect(app.network.unanswered()).toEqual([]));
  expect(await (await open(app)).findByText('Account suspended')).toBeVisible();
});

test('the sheet cannot be confirmed without an action; ending sessions alone is one', async () => {
  const app = await render('/members/u-ann-zeller');
  const sheet = await open(app);
  await app.user.click(await sheet.findByRole('checkbox', { name: 'Suspend account' }));
  const submit = sheet.getByRole('button', { name: 'Remove access for 1 person' });
  expect(submit).toBeEnabled();
  await app.user.click(sheet.getByRole('checkbox', { name: 'End all sessions' }));
  expect(submit).toBeDisabled();
  await app.user.click(sheet.getByRole('checkbox', { name: 'Suspend account' }));
  expect(sheet.getByRole('checkbox', { name: 'End all sessions' })).toBeChecked();
  expect(submit).toBeEnabled();
});

test('several members have one preview and one result; a failure is named and can be retried', async () => {
  const app = await render('/members');
  app.server.unreachable.add('u-bob-boots');
  await select(app, 'Ann Zeller', 'Bob Boots', 'Amelia Hart', 'Nina');
  await select(app, 'Nina');
  const bar = within(screen.getByRole('group', { name: 'Selected members' }));
  expect(bar.getByText('3 selected')).toBeVisible();
  const sheet = await open(app);
  const own = within(await sheet.findByRole('listitem', { name: 'Amelia Hart' }));
  expect(own.getByText('You can’t remove your own access.')).toBeVisible();
  await app.user.click(sheet.getByRole('checkbox', { name: 'Remove all roles' }));
  await app.user.click(sheet.getByRole('button', { name: 'Remove access for 2 people' }));
  const results = within(await sheet.findByRole('list', { name: 'Results' }));
  const bob = within(results.getByRole('listitem', { name: 'Bob Boots' }));
  expect(bob.getByText('Roles removed')).toBeVisible();
  expect(bob.getByText('Logto or Permit couldn’t be reached. Try again to finish.')).toBeVisible();
  app.server.unreachable.clear();
  await app.user.click(sheet.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(bob.queryByText(/couldn’t be reached/)).toBeNull());
  const actions = ['suspend', 'sessions', 'roles'];
  expect(app.server.inputsOf('members.remove')).toEqual([
    { subjects: ['u-ann-zeller', 'u-bob-boots'], actions },
    { subjects: ['u-bob-boots'], actions },
  ]);
  await app.user.click(sheet.getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByRole('group', { name: 'Selected members' })).toBeNull());
});

test('the reports that would have no owner are listed, and need a new owner who stays', async () => {
  const app = await render('/members');
  app.server.lastOwners.add('u-ann-zeller');
  await select(app, 'Ann Zeller', 'Bob Boots');
  const sheet = await open(app);
  const group = within(await sheet.findByRole('group', { name: 'New owner' }));
  expect(group.getByText('These would have no owner: Report of Ann Zeller')).toBeVisible();
  const submit = sheet.getByRole('button', { name: 'Remove access for 2 people' });
  expect(submit).toBeDisabled();
  expect(submit).toHaveAccessibleDescription('Choose a new owner first.');

  await app.user.click(group.getByRole('combobox', { name: 'Choose a person' }));
  await app.user.click(await screen.findByRole('option', { name: /Bob Boots/ }));
  expect(await group.findByRole('combobox', { name: 'New owner: Bob Boots' })).toBeVisible();
  expect(submit).toBeDisabled();
  expect(submit).toHaveAccessibleDescription(/loses access too/);
  await app.user.click(group.getByRole('button', { name: 'Me' }));
  expect(await group.findByRole('combobox', { name: 'New owner: Mina Park' })).toBeVisible();
  await app.user.click(submit);
  await waitFor(() =>
    expect(app.server.inputsOf('members.remove')).toEqual([
      {
        subjects: ['u-ann-zeller', 'u-bob-boots'],
        actions: ['suspend', 'sessions'],
        newOwner: 'u-admin',
      },
    ]),
  );
});

test('ending only the sessions needs no new owner', async () => {
  const app = await render('/members/u-ann-zeller');
  app.server.lastOwners.add('u-ann-zeller');
  const sheet = await open(app);
  await app.user.click(await sheet.findByRole('checkbox', { name: 'Suspend account' }));
  expect(sheet.queryByRole('group', { name: 'New owner' })).toBeNull();
  expect(sheet.getByRole('button', { name: 'Remove access for 1 person' })).toBeEnabled();
});

test('above ten people, the number must be typed', async () => {
  const many = numberedMembers(11);
  const app = await render('/members', 'admin', many);
  await select(app, ...many.map(({ name }) => name ?? ''));
  const sheet = await open(app);
  const submit = await sheet.findByRole('button', { name: 'Remove access for 11 people' });
  expect(submit).toBeDisabled();
  await app.user.type(sheet.getByRole('textbox', { name: 'Type 11 to confirm' }), '11');
  expect(submit).toBeEnabled();
});

test('a suspended account can be reactivated', async () => {
  const app = await render('/members/u-sue', 'admin', [
    stubMember('Sue', { subject: 'u-sue', status: 'suspended' }),
  ]);
  await app.user.click(await screen.findByRole('button', { name: 'Reactivate account' }));
  expect(await screen.findByText(/^Sue is active again/)).toBeVisible();
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Reactivate account' })).toBeNull());
});

test('without permission, nobody can be selected', async () => {
  await render('/members', 'editor');
  expect(await screen.findByRole('row', { name: /Bob Boots/ })).toBeVisible();
  expect(screen.queryByRole('checkbox')).toBeNull();
});
