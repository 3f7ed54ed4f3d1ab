import { expect, test } from './console-test.ts';
import { signIn, signUp } from './sign-in.ts';

test('when a role ends, an open form keeps its text, and the page removes the role without a reload', async ({
  page,
  otherPage,
  inspect,
}) => {
  await signUp(page, 'tessa.temporary@latchkey.example');
  await page.goto('/reports/new');
  await page.getByRole('main').getByRole('button', { name: 'Request access' }).click();
  const form = page.getByRole('dialog', { name: 'Request access' });
  await form.getByLabel('Reason').fill('For a minute.');
  await form.getByRole('button', { name: 'Send request' }).click();
  await expect(page.getByRole('dialog', { name: 'Your request' })).toBeVisible();
  await page.goto('/reports');

  const admin = await otherPage();
  await signIn(admin, 'admin');
  await admin.goto('/requests');
  const request = admin.getByRole('listitem').filter({ hasText: 'For a minute.' });
  await request.getByRole('button', { name: 'Approve for less time…' }).click();
  // The page offers an hour or more, but the server accepts less.
  await admin.route(/requests\.approve/, (route) =>
    route.continue({ postData: (route.request().postData() ?? '').replace('3600', '90') }),
  );
  await request.getByRole('button', { name: 'Approve for 1 hour' }).click();
  const newReport = page.getByRole('link', { name: 'New report' });
  await newReport.click();
  const title = page.getByLabel('Title');
  await title.fill('Half of a title');
  await expect(page.getByRole('timer')).toContainText(/expires in [01]:\d\d/);
  await expect(page.getByRole('alert').getByText('Your access expired')).toBeVisible({ timeout: 180_000 });
  await expect(page.getByText(/^Your role “Editor” expired on /)).toBeVisible();
  await expect(page.getByRole('timer')).toHaveCount(0);
  await inspect('role-ended');
  await expect(title).toHaveValue('Half of a title');
  await page.getByRole('alert').getByRole('button', { name: 'Request access' }).click();
  await expect(page.getByRole('dialog', { name: 'Request access' })).toBeVisible();
  await page.goto('/reports');
  await expect(page.getByRole('button', { name: 'New report' })).toHaveAttribute('aria-disabled', 'true');
  await expect(newReport).toHaveCount(0);
});
