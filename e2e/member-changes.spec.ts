import type { Page } from '@playwright/test';
import { expect, expectAccessible, keepScreenshot, test } from './console-test.ts';
import { signIn } from './sign-in.ts';

const rowOf = (page: Page, name: string) => page.getByRole('row', { name });
const guest = 'Maximiliana-Theodora Wolfeschlegelsteinhausen-Bergerdorff';

test('an administrator assigns a role to several people for a time, removes their access, and undoes both', async ({
  page,
  otherPage,
  inspect,
}) => {
  const other = await otherPage();
  await signIn(other, 'editor');
  await signIn(page, 'admin');
  await page.goto('/members');
  const selectAll = async () => {
    for (const name of ['Daniel Okoro', guest, 'Amelia Hart'])
      await page.getByRole('checkbox', { name: `Select ${name}` }).check(); // oxlint-disable-line no-await-in-loop -- one after another
  };
  await selectAll();
  const selection = page.getByRole('group', { name: 'Selected members' });
  await expect(selection).toContainText('3 selected');
  await inspect('members-selected', ['phone']);
  const line = (name: string) => page.getByRole('dialog').getByRole('listitem', { name });
  await page.getByRole('button', { name: 'Change roles…' }).click();
  const roles = page.getByRole('dialog', { name: 'Change roles' });
  await roles.getByRole('radio', { name: 'Administrator' }).check();
  await expect(roles.getByText(/^Administrator can change other people’s access/)).toBeVisible();
  await expect(roles.getByRole('radio', { name: '1 week' })).toBeChecked();
  await expect(line('Amelia Hart')).toContainText('Already has Administrator');
  await inspect('members-roles-bulk');
  await roles.getByRole('radio', { name: 'Editor' }).check();
  await roles.getByRole('radio', { name: '1 day' }).check();
  await expect(line('Daniel Okoro')).toContainText('Already has Editor');
  await roles.getByRole('button', { name: /^Assign Editor to \d/ }).click();
  await expect(line(guest)).toContainText('Editor assigned');
  await inspect('members-roles-changed', ['desk']);
  // The sheet hides the page behind it from the accessibility tree.
  await expect(page.locator('tr', { hasText: guest })).toContainText(/Assigned by Amelia Hart, until/);
  await roles.getByRole('button', { name: 'Undo' }).click();
  await expect(line(guest)).toContainText('Undone');
  await roles.getByRole('button', { name: 'Done' }).click();
  await expect(selection).toHaveCount(0);

  await selectAll();
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
  await expect(other.getByText(/can’t be reached|session has ended/)).toHaveCount(0);
  await expect(other.getByRole('alertdialog')).toHaveCount(0);
  await expectAccessible(other, 'suspended');
  await keepScreenshot(other, 'suspended');

  await sheet.getByRole('button', { name: 'Undo' }).click();
  await expect(sheet.getByText('Access restored')).toHaveCount(2);
  await sheet.getByRole('button', { name: 'Done' }).click();
  await expect(selection).toHaveCount(0);
  await expect(rowOf(page, 'Daniel Okoro').getByText('Editor').filter({ visible: true })).toBeVisible();
  await expect(rowOf(page, 'Daniel Okoro').getByText('Suspended')).toHaveCount(0);
  await expect(async () => {
    await other.getByRole('button', { name: 'Check again' }).click();
    await expect(other.getByRole('heading', { name: 'Access reports' })).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 60_000 });
});
