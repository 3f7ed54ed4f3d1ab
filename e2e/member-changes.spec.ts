import type { Page } from '@playwright/test';
import { expect, test } from './console-test.ts';
import { signIn, signUp } from './sign-in.ts';

const rowOf = (page: Page, name: string) => page.getByRole('row', { name });
const guest = 'Maximiliana-Theodora Wolfeschlegelsteinhausen-Bergerdorff';

test('an administrator removes the access of two people, who are refused immediately, and restores it', async ({
  page,
  otherPage,
  inspect,
}) => {
  const other = await otherPage();
  await signIn(other, 'editor');
  await signIn(page, 'admin');
  await page.goto('/members');
  for (const name of ['Daniel Okoro', guest, 'Amelia Hart'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check(); // oxlint-disable-line no-await-in-loop -- one after another
  const selection = page.getByRole('group', { name: 'Selected members' });
  await expect(selection).toContainText('3 selected');
  await inspect('members-selected', ['phone']);
  await selection.getByRole('button', { name: 'Remove access…' }).click();
  const sheet = page.getByRole('dialog', { name: 'Remove access' });
  await expect(sheet.getByRole('listitem', { name: 'Daniel Okoro' })).toContainText('Editor');
  await expect(sheet.getByRole('listitem', { name: 'Amelia Hart' })).toContainText(
    'You can’t remove your own access.',
  );
  await inspect('members-remove');
  await sheet.getByRole('button', { name: 'Remove access for 2 people' }).click();
  await expect(sheet.getByText('Account suspended')).toHaveCount(2);
  await inspect('members-removed', ['desk']);
  // The page of a suspended user is still open, with a valid token.
  await expect(other.getByRole('heading', { name: 'Your account was suspended or deleted' })).toBeVisible();

  await sheet.getByRole('button', { name: 'Undo' }).click();
  await expect(sheet.getByText('Access restored')).toHaveCount(2);
  await sheet.getByRole('button', { name: 'Done' }).click();
  await expect(selection).toHaveCount(0);
  await expect(rowOf(page, 'Daniel Okoro').getByText('Editor').filter({ visible: true })).toBeVisible();
  await expect(rowOf(page, 'Daniel Okoro').getByText('Suspended')).toHaveCount(0);
  await page.getByRole('link', { name: 'Daniel Okoro' }).click();
  await expect(page.getByRole('button', { name: 'Remove access…' })).toBeVisible();
});

test('an administrator assigns a role to two people for a time, sees the effect live, and undoes it', async ({
  page,
  otherPage,
  inspect,
}) => {
  // Not users that other tests share, because the console shows the removal of a role for a day.
  const newcomer = 'bea.bulk@latchkey.example';
  const other = await otherPage();
  await signUp(other, newcomer);
  await expect(other.getByRole('link', { name: 'New report' })).toHaveCount(0);
  await signIn(page, 'admin');
  await page.goto('/members');
  for (const name of [newcomer, 'Daniel Okoro', 'Amelia Hart'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check(); // oxlint-disable-line no-await-in-loop -- one after another
  await page.getByRole('button', { name: 'Change roles…' }).click();
  const sheet = page.getByRole('dialog', { name: 'Change roles' });
  const line = (name: string) => sheet.getByRole('listitem', { name });
  await expect(line(newcomer)).toContainText('Gets Editor');
  await expect(line('Daniel Okoro')).toContainText('Already has Editor');
  await sheet.getByRole('radio', { name: 'Administrator' }).check();
  await expect(sheet.getByText(/^Administrator can change other people’s access/)).toBeVisible();
  await expect(sheet.getByRole('radio', { name: '1 week' })).toBeChecked();
  await expect(line('Amelia Hart')).toContainText('Already has Administrator');
  await inspect('members-roles-bulk');
  await sheet.getByRole('radio', { name: 'Editor' }).check();
  await sheet.getByRole('radio', { name: '1 day' }).check();
  await sheet.getByRole('button', { name: /^Assign Editor to \d/ }).click();
  await expect(sheet.getByRole('list', { name: 'Results' })).toContainText('Editor assigned');
  await inspect('members-roles-changed', ['desk']);
  await expect(other.getByRole('link', { name: 'New report' })).toBeVisible();
  // The sheet hides the page behind it from the accessibility tree.
  await expect(page.locator('tr', { hasText: newcomer })).toContainText(/Assigned by Amelia Hart, until/);

  await sheet.getByRole('button', { name: 'Undo' }).click();
  await expect(line(newcomer)).toContainText('Undone');
  await expect(other.getByRole('link', { name: 'New report' })).toHaveCount(0);
  await sheet.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('group', { name: 'Selected members' })).toHaveCount(0);
});

test('a request for a role that can change access has an end, and its approval is confirmed', async ({
  page,
  otherPage,
  inspect,
}) => {
  // Not one of the users that other tests share.
  const viewer = await otherPage();
  await signUp(viewer, 'rita.requester@latchkey.example');
  await viewer.goto('/audit');
  await viewer.getByRole('main').getByRole('button', { name: 'Request access' }).click();
  const form = viewer.getByRole('dialog', { name: 'Request access' });
  await expect(form.getByRole('radio', { name: '1 week' })).toBeChecked();
  await expect(form.getByRole('radio', { name: 'Permanent' })).toHaveCount(0);
  await form.getByLabel('Reason').fill('I check last month’s denials.');
  await form.getByRole('button', { name: 'Send request' }).click();
  await expect(viewer.getByText('Waiting for review')).toBeVisible();
  await viewer.goto('/home');

  await signIn(page, 'admin');
  await page.goto('/requests');
  const request = page.getByRole('listitem', { name: /rita\.requester/ });
  await request.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(
    request.getByText('With the role Administrator, they can change other people’s access.'),
  ).toBeVisible();
  await expect(request.getByRole('button', { name: 'Approve for 1 week' })).toBeVisible();
  await inspect('requests-confirm');
  await request.getByRole('button', { name: 'Approve for 1 day' }).click();
  await expect(request.getByText('by Amelia Hart')).toBeVisible();
  await expect(viewer.getByRole('link', { name: 'Audit', exact: true })).toBeVisible();
  // Other tests on this system expect one administrator.
  await page.goto('/members');
  await page.getByRole('button', { name: 'Change roles of rita.requester@latchkey.example' }).click();
  await page.getByRole('menuitemcheckbox', { name: /^Administrator/ }).click();
  await expect(viewer.getByRole('link', { name: 'Audit', exact: true })).toHaveCount(0);
});
