import { expect, test } from './console-test.ts';
import { expectPrintable } from './expect-printable.ts';
import { signIn } from './sign-in.ts';

test('an administrator reads the policy, tries a change, and gets the code for it', async ({
  page,
  context,
  inspect,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, 'admin');
  await page.getByRole('link', { name: 'Policy', exact: true }).click();
  await expect(page.getByText('Permit uses exactly this policy.')).toBeVisible();
  await expectPrintable(page);
  // A group's heading must not be the last line of a sheet.
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('row', { name: 'Directory sync', exact: true })).toHaveCSS(
    'break-after',
    'avoid',
  );
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('button', { name: /^Editor \d/ }).click();
  await expect(page.getByRole('dialog', { name: 'Editor' })).toContainText('Includes what Viewer can do');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Simulate a change' }).click();
  await page.getByRole('button', { name: 'Editor: View the audit log' }).press('Space');
  await page.getByRole('button', { name: 'Administrator: Assign roles' }).click();
  const panel = page.getByRole('complementary', { name: 'Impact' });
  await expect(panel.getByRole('listitem').filter({ hasText: 'audit:view' })).toContainText('Daniel Okoro');
  await expect(panel.getByRole('listitem').filter({ hasText: 'members:assign' })).toContainText(
    'Amelia Hart',
  );
  await panel.getByRole('button', { name: 'Copy code' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("'audit:view'");
  await inspect('policy');

  await page.reload();
  await expect(panel.getByText(/gains access:/)).toContainText('1 gains access:');
  await panel.getByRole('button', { name: 'Reset' }).click();
  await expect(panel.getByText(/Select a cell/)).toBeVisible();
});
