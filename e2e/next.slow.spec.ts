import { expect, test, type Page } from '@playwright/test';
import { Permit } from 'permitio';
import { startNextApp, type NextApp } from './next-app.ts';

let app: NextApp;
let sdk: Permit;
test.beforeAll(async () => {
  test.setTimeout(300_000); // `next build`, on a machine that may be busy.
  app = await startNextApp();
  sdk = new Permit({ token: app.permit.apiKey, apiUrl: app.permit.url, pdp: app.permit.pdpUrl });
});
test.afterAll(() => app.stop());

/** Signs up from a page that requires sign-in, and returns to it with the default role. @returns the user's id */
async function signUp(page: Page, name: string): Promise<string> {
  expect((await page.goto(`${app.url}/reports`))?.status()).toBe(401);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Create account' }).click();
  await page.getByLabel('Username or email').fill(`${name}@latchkey.example`);
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(`${app.url}/reports`);
  await expect(page.getByRole('heading', { name: 'All reports' })).toBeVisible();
  const { data: users } = await sdk.api.users.list({ search: name });
  return users[0]?.key ?? '';
}

test("the guide's Next.js app: a new user can view reports but not create one; a denial is a 403, not an outage", async ({
  page,
}) => {
  const userId = await signUp(page, 'next.reader');
  expect(await sdk.check(userId, 'view', 'reports')).toBe(true);
  const create = page.getByRole('button', { name: 'New report' });
  await expect(create).toBeDisabled();
  await expect(page.getByText('Only editor or admin can create reports.')).toBeVisible();

  // The disabled button is only a courtesy: the action itself refuses in its first line.
  await create.evaluate((button) => button.removeAttribute('disabled'));
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'POST'),
    create.click(),
  ]);
  expect(response.status()).toBe(403);
  await expect(page.getByRole('alert').filter({ hasText: 'Your roles do not allow this.' })).toBeVisible();

  await sdk.api.roleAssignments.assign({ user: userId, role: 'editor', tenant: 'default' });
  await expect(async () => {
    await page.reload();
    await expect(create).toBeEnabled({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
});

test('a new user has the default role on the first page even if the webhook never arrives', async ({
  page,
}) => {
  await app.manageLogto('PATCH', '/hooks/next', { enabled: false });
  await signUp(page, 'next.unheard');
  await app.manageLogto('PATCH', '/hooks/next', { enabled: true });
});

test('a suspended user is refused on the next page, despite cached decisions', async ({ page }) => {
  const userId = await signUp(page, 'next.suspended');
  expect((await page.reload())?.status()).toBe(200);
  await app.manageLogto('PATCH', `/users/${userId}/is-suspended`, { isSuspended: true });
  const event = { event: 'User.SuspensionStatus.Updated', data: { id: userId, isSuspended: true } };
  expect(await app.deliver(event)).toBe(200);
  expect((await page.reload())?.status()).toBe(403);
  await expect(page.getByRole('alert').filter({ hasText: 'Your roles do not allow this.' })).toBeVisible();
});

test('a visitor signs out; another site cannot sign them out, and an unexpected callback changes nothing', async ({
  page,
}) => {
  await signUp(page, 'next.leaver');
  expect((await page.goto(`${app.url}/api/latchkey/callback?code=stolen&state=guessed`))?.url()).toBe(
    `${app.url}/?error=SIGN_IN_FAILED`,
  );
  const leave = page.getByRole('button', { name: 'Sign out' });
  await expect(leave).toBeVisible();

  const fields = await leave.evaluate((button) =>
    [...(button.closest('form')?.querySelectorAll('input') ?? [])].map(({ name, value }) => [name, value]),
  );
  const forged = await page.request.post(app.url, {
    headers: { origin: 'https://other-site.example' },
    multipart: Object.fromEntries(fields),
    maxRedirects: 0,
  });
  expect(forged.ok()).toBe(false);
  expect(forged.headers()['set-cookie']).toBeUndefined();
  await page.goto(app.url);
  await leave.click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  expect((await page.goto(`${app.url}/reports`))?.status()).toBe(401);
});

test('an outage is not shown as a denial', async ({ page }) => {
  await signUp(page, 'next.waiter');
  await app.stopPermit();
  await expect(async () => {
    await page.reload();
    // Either the proxy reports the outage or, if the proxy has cached the decision, the page does.
    await expect(page.getByText(/cannot be (checked|decided) right now/)).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
});
