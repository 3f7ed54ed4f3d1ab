import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { numberedMembers, stubMember } from '../../testing/stub-members.ts';

const day = 86_400;
const temporary = { kind: 'request', requestId: 'q-1', endsAt: '2126-12-03T09:00:00.000Z' } as const;
const ann = stubMember('Ann Zeller', { roles: [{ role: 'editor', source: temporary }] });
const bob = stubMember('Bob Boots');
const sue = stubMember('Sue Sun', { status: 'suspended' });
const render = (path = '/members', members = [ann, bob, sue]): Promise<RenderedApp> =>
  renderApp(path, 'admin', (server) => {
    server.members.push(...members);
  });
const select = async ({ user }: RenderedApp, ...names: string[]): Promise<void> => {
  for (const name of names) await user.click(await screen.findByRole('checkbox', { name: `Select ${name}` })); // oxlint-disable-line no-await-in-loop -- one click after another
};
const sheetOf = async () => within(await screen.findByRole('dialog', { name: 'Change roles' }));
const open = async ({ user }: RenderedApp) => {
  await user.click(await screen.findByRole('button', { name: 'Change roles…' }));
  return sheetOf();
};

test('assigns a role to several people with one preview, one result and one undo', async () => {
  const app = await render();
  await select(app, 'Ann Zeller', 'Bob Boots', 'Sue Sun');
  const sheet = await open(app);
  expect(await sheet.findByText('2 changes · 1 not possible')).toBeVisible();
  const line = (name: string) => within(sheet.getByRole('listitem', { name }));
  expect(line('Bob Boots').getByText('Gets Editor')).toBeVisible();
  expect(line('Bob Boots').getByText('u-bob-boots@example.com')).toBeVisible();
  expect(line('Ann Zeller').getByText(/^Has Editor until .* Extends it$/)).toBeVisible();
  expect(line('Sue Sun').getByText(/The account is suspended/)).toBeVisible();
  await app.user.click(sheet.getByRole('radio', { name: '1 week' }));
  expect(line('Ann Zeller').getByText(/^Already has Editor until/)).toBeVisible();
  expect(sheet.getByText('1 change · 1 unchanged · 1 not possible')).toBeVisible();
  await app.user.click(sheet.getByRole('button', { name: 'Assign Editor to 1 person' }));
  const results = within(await sheet.findByRole('list', { name: 'Results' }));
  expect(results.getByText('Editor assigned')).toBeVisible();
  expect(app.server.inputsOf('members.bulkChange')).toEqual([
    { role: 'editor', change: 'assign', duration: 7 * day, subjects: ['u-bob-boots'] },
  ]);
  await app.user.click(sheet.getByRole('button', { name: 'Undo' }));
  expect(await results.findByText('Undone')).toBeVisible();
  expect(app.server.inputsOf('members.bulkUndo')).toEqual([
    { role: 'editor', members: [{ subject: 'u-bob-boots', before: null }] },
  ]);
  await app.user.click(sheet.getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByRole('group', { name: 'Selected members' })).toBeNull());
  await waitFor(() => expect(screen.getByRole('checkbox', { name: 'Select Ann Zeller' })).toHaveFocus());
});

test('a role that can change access is assigned only after a confirmation, with an end suggested', async () => {
  const app = await render('/members/u-bob-boots');
  await app.user.click(await screen.findByRole('button', { name: 'Change roles' }));
  const admin = await screen.findByRole('menuitemcheckbox', { name: /Administrator/ });
  await waitFor(() => expect(admin).not.toHaveAttribute('aria-disabled', 'true'));
  await app.user.click(admin);
  const sheet = await sheetOf();
  expect(sheet.getByText(/^Administrator can change other people’s access/)).toBeVisible();
  expect(sheet.getByRole('radio', { name: '1 week' })).toBeChecked();
  expect(app.server.inputsOf('members.assign')).toEqual([]);
  await app.user.click(await sheet.findByRole('button', { name: 'Assign Administrator to 1 person' }));
  expect(await sheet.findByText('Administrator assigned')).toBeVisible();
  expect(app.server.inputsOf('members.bulkChange')).toEqual([
    { role: 'admin', change: 'assign', duration: 7 * day, subjects: ['u-bob-boots'] },
  ]);
});

test('the menu of a person assigns a role for a time', async () => {
  const app = await render('/members/u-bob-boots');
  await app.user.click(await screen.findByRole('button', { name: 'Change roles' }));
  await app.user.click(await screen.findByRole('menuitem', { name: 'Assign for a limited time…' }));
  const sheet = await sheetOf();
  await app.user.click(sheet.getByRole('radio', { name: 'Editor' }));
  await app.user.click(sheet.getByRole('radio', { name: '1 day' }));
  await app.user.click(await sheet.findByRole('button', { name: 'Assign Editor to 1 person' }));
  await sheet.findByText('Editor assigned');
  expect(app.server.inputsOf('members.bulkChange')).toMatchObject([{ role: 'editor', duration: day }]);
});

test('selecting all members of a filter keeps those selected under another filter', async () => {
  const app = await render('/members?search=Member', [...numberedMembers(3), stubMember('Bob Boots')]);
  await select(app, 'Member 0000', 'Member 0001', 'Member 0002');
  const search = screen.getByRole('textbox', { name: 'Search members' });
  await app.user.clear(search);
  await app.user.type(search, 'Bob');
  await app.user.click(await screen.findByRole('button', { name: 'Select 1 that matches' }));
  expect(await screen.findByText('4 selected')).toBeVisible();
});

test('selects everyone who matches, changes them in calls of 50, and shows the progress', async () => {
  const app = await render('/members?search=Member', numberedMembers(220));
  await select(app, 'Member 0000');
  await app.user.click(await screen.findByRole('button', { name: 'Select all 220 that match' }));
  const bar = within(screen.getByRole('group', { name: 'Selected members' }));
  expect(await bar.findByText('220 selected')).toBeVisible();
  expect(screen.getByRole('group', { name: 'Selected members' })).toHaveFocus();
  expect(bar.getByRole('status')).toHaveTextContent('220 selected');
  expect(bar.queryByRole('button', { name: /^Select all/ })).toBeNull();
  expect(bar.queryByRole('button', { name: 'Remove access…' })).toBeNull();
  const sheet = await open(app);
  const submit = await sheet.findByRole('button', { name: 'Assign Editor to 220 people' });
  app.network.break('slow');
  await app.user.click(submit);
  expect(await sheet.findByRole('progressbar', { name: '0 of 220' })).toHaveProperty('position', 0);
  app.network.mend();
  const results = within(await sheet.findByRole('list', { name: 'Results' }));
  expect(results.getAllByText('Editor assigned')).toHaveLength(220);
  const sizes = app.server.inputsOf('members.bulkChange').map((input) => Object(input).subjects.length);
  expect(sizes).toEqual([50, 50, 50, 50, 20]);
});

test('clearing the selection moves the focus to a row that was selected', async () => {
  const app = await render();
  await select(app, 'Bob Boots', 'Sue Sun');
  await app.user.click(screen.getByRole('button', { name: 'Clear selection' }));
  expect(screen.queryByRole('group', { name: 'Selected members' })).toBeNull();
  expect(screen.getByRole('checkbox', { name: 'Select Bob Boots' })).toHaveFocus();
});

test('a failure names the person, and retrying changes only that person', async () => {
  const app = await render();
  app.server.unreachable.add('u-bob-boots');
  await select(app, 'Ann Zeller', 'Bob Boots');
  const sheet = await open(app);
  await app.user.click(sheet.getByRole('radio', { name: 'Administrator' }));
  await app.user.click(await sheet.findByRole('button', { name: 'Assign Administrator to 2 people' }));
  const results = within(await sheet.findByRole('list', { name: 'Results' }));
  const failed = within(results.getByRole('listitem', { name: 'Bob Boots' }));
  expect(failed.getByText('u-bob-boots@example.com')).toBeVisible();
  expect(failed.getByText(/Permit couldn’t be reached/)).toBeVisible();
  app.server.unreachable.clear();
  await app.user.click(sheet.getByRole('button', { name: 'Try again' }));
  expect(await failed.findByText('Administrator assigned')).toBeVisible();
  expect(app.server.inputsOf('members.bulkChange')).toMatchObject([
    { subjects: ['u-ann-zeller', 'u-bob-boots'] },
    { subjects: ['u-bob-boots'] },
  ]);
});
