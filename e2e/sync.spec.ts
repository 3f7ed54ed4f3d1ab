import { expect, test } from './console-test.ts';
import { signIn, signOut, signUp } from './sign-in.ts';

test('an operator follows a sign-up from Logto to its role, and reconciles', async ({ page, inspect }) => {
  await signUp(page, 'sora.synced@latchkey.example');
  await expect(page.getByRole('link', { name: 'Directory sync' })).toHaveCount(0);
  await signOut(page);
  await signIn(page, 'admin');

  await test.step('the sign-up’s delivery was applied', async () => {
    await page.getByRole('link', { name: 'Directory sync' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Directory sync' })).toBeVisible();
    await page.getByLabel('Event', { exact: true }).selectOption('PostRegister');
    await expect(page).toHaveURL('/sync?event=PostRegister');
    await expect(page.getByRole('row', { name: /Someone signed up.*Applied/s }).first()).toBeVisible();
    await inspect('sync');
  });

  await test.step('the delivery’s history ends with the change that it made', async () => {
    // Logto sends two events for a sign-up, of which the first to arrive creates the user.
    await page.getByRole('link', { name: 'Someone signed up' }).first().click();
    const history = page.getByRole('list', { name: 'Timeline' });
    await expect(history.getByRole('heading', { name: 'Received' })).toBeVisible();
    await expect(history.getByRole('heading', { name: 'Signature verified' })).toBeVisible();
    await expect(history.getByRole('heading', { name: 'Queued' })).toBeVisible();
    await expect(history.getByRole('heading', { name: 'Applied' })).toBeVisible();
    await expect(history.getByText(/User created|Already in sync/)).toBeVisible();
    await inspect('sync-delivery');
    await page.getByRole('link', { name: 'All deliveries' }).click();
    await expect(page.getByRole('link', { name: /Show all subjects/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /Someone signed up/ })).toHaveCount(1);
  });

  await test.step('a dry run comes first, and finds no differences', async () => {
    await page.getByRole('button', { name: 'Reconcile now' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reconcile the directory' });
    await expect(dialog.getByText(/stops automatically before it removes access/)).toBeVisible();
    await inspect('sync-reconcile');
    await dialog.getByRole('button', { name: 'Start dry run' }).click();
    await expect(dialog.getByText(/Everything is in sync|would be made/)).toBeVisible();
    await inspect('sync-plan');
    await dialog.getByRole('button', { name: /Close|Cancel/ }).click();
    await expect(
      page
        .getByRole('listitem')
        .filter({ hasText: /Manual.*Amelia Hart.*dry run/ })
        .first(),
    ).toBeVisible();
  });
});
