import { Permit } from 'permitio';
import { expect, test } from './console-test.ts';
import { startNextApp, type NextApp } from './next-app.ts';

let app: NextApp;
test.beforeAll(async () => {
  test.setTimeout(300_000); // `next build`, on a machine that may be busy.
  app = await startNextApp();
});
test.afterAll(() => app.stop());

test("the guide's Next.js app: a sign-up may view the reports, a denial names the roles, an outage is no denial", async ({
  page,
}) => {
  await page.goto(`${app.url}/reports`);
  await expect(page).toHaveURL(`${app.url}/`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Create account' }).click();
  await page.getByLabel('Username or email').fill('next.reader@latchkey.example');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(`${app.url}/reports`);

  // Logto calls the webhook while the browser is on its way back.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('heading', { name: 'All reports' })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'New report' })).toBeDisabled();
  await expect(page.getByText('Only editor or admin may create reports.')).toBeVisible();

  const sdk = new Permit({ token: app.permit.apiKey, apiUrl: app.permit.url, pdp: app.permit.pdpUrl });
  const { data: users } = await sdk.api.users.list({ search: 'next.reader' });
  const userId = users[0]?.key ?? '';
  expect(await sdk.check(userId, 'view', 'reports')).toBe(true);

  await sdk.api.roleAssignments.unassign({ user: userId, role: 'viewer', tenant: 'default' });
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('alert').filter({ hasText: 'may see the reports' })).toBeVisible({
      timeout: 1_000,
    });
  }).toPass({ timeout: 30_000 });

  await app.stopPermit();
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('This cannot be decided right now.')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
});
