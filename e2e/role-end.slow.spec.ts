import { expect, test } from './console-test.ts';
import { signIn, signUp } from './sign-in.ts';

test('when a role ends, an open page removes it without a reload', async ({ page, otherPage }) => {
  const member = await otherPage();
  await signUp(member, 'tessa.temporary@latchkey.example');
  await member.goto('/reports/new');
  await member.getByRole('main').getByRole('button', { name: 'Request access' }).click();
  const form = member.getByRole('dialog', { name: 'Request access' });
  await form.getByLabel('Reason').fill('For a minute.');
  await form.getByRole('button', { name: 'Send request' }).click();
  await expect(member.getByRole('dialog', { name: 'Your request' })).toBeVisible();
  await member.goto('/reports');

  await signIn(page, 'admin');
  await page.goto('/requests');
  const request = page.getByRole('listitem').filter({ hasText: 'For a minute.' });
  await request.getByRole('button', { name: 'Approve for less time…' }).click();
  // The page offers at least an hour; the server accepts a minute.
  await page.route(/requests\.approve/, (route) =>
    route.continue({ postData: (route.request().postData() ?? '').replace('3600', '75') }),
  );
  await request.getByRole('button', { name: 'Approve for 1 hour' }).click();
  const newReport = member.getByRole('link', { name: 'New report' });
  await expect(newReport).toBeVisible();
  await expect(newReport).toHaveCount(0, { timeout: 180_000 });
  await expect(member.getByRole('button', { name: 'New report' })).toHaveAttribute('aria-disabled', 'true');
});
