import { expect, test } from './console-test.ts';
import { enterCredentials, signIn } from './sign-in.ts';

test('the landing page offers sign-in and sign-up, and shows the policy', async ({ page, inspect }) => {
  await page.goto('/');
  await expect(page.getByRole('table', { name: /What each role may do/ })).toBeVisible();
  await inspect('landing');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Create account' })).toBeVisible();
  await inspect('logto-register');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await inspect('logto-sign-in');
});

test('a deep link opened without a session leads back to itself after the sign-in', async ({ page }) => {
  await page.goto('/reports?status=published');
  await enterCredentials(page, 'editor');
  await expect(page).toHaveURL('/reports?status=published');
  await page.goto('/access');
  await expect(page.getByRole('heading', { level: 1, name: 'Your access' })).toBeVisible();
});

test('a wrong password is refused with a message', async ({ page, inspect }) => {
  await page.goto('/access');
  await page.getByLabel('Username or email').fill('viewer');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await inspect('logto-wrong-password');
});

test('a page behind a gate names the missing permission and the roles that have it', async ({
  page,
  inspect,
}) => {
  await signIn(page, 'viewer');
  await page.goto('/reports/new');
  await expect(page.getByRole('heading', { level: 1, name: 'You don’t have access to this' })).toBeVisible();
  await expect(page.getByText('reports:create')).toBeVisible();
  await expect(page.getByRole('main').getByText('Editor')).toBeVisible();
  await inspect('access-denied');
});

test('the access page shows which role allows what, and what is missing', async ({ page, inspect }) => {
  await signIn(page, 'viewer');
  await page.getByRole('link', { name: 'Your access' }).click();
  await expect(page.getByRole('row', { name: /reports:view\b.*Allowed · by role Viewer/s })).toBeVisible();
  await expect(page.getByRole('row', { name: /reports:create.*Denied/s })).toBeVisible();
  await inspect('access');
});

test('the account menu and, on a phone, the drawer', async ({ page, inspect }) => {
  await signIn(page, 'admin');
  await page.getByRole('button', { name: /^Your account/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await inspect('menu');
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Open menu' }).click();
  await expect(page.getByRole('dialog').getByRole('link', { name: 'Your access' })).toBeVisible();
  await inspect('drawer', ['phone']);
});

test('a page that does not exist, and a report that does not exist', async ({ page, inspect }) => {
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'There’s no page here' })).toBeVisible();
  await inspect('not-found');
  await signIn(page, 'viewer');
  await page.goto('/reports/00000000-0000-4000-8000-000000000000');
  await expect(page.getByRole('heading', { name: 'This report doesn’t exist' })).toBeVisible();
  await inspect('report-not-found');
});

test('a sign-in that cannot finish offers another try', async ({ page, inspect }) => {
  await page.goto('/callback?code=used&state=before');
  await expect(page.getByText('Signing in didn’t finish')).toBeVisible();
  await inspect('callback-failed');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(page.getByLabel('Username or email')).toBeVisible();
});

test.describe('in Korean', () => {
  test.use({ locale: 'ko-KR' });

  test('Logto and the console are in Korean from the first page on', async ({ page, inspect }) => {
    await page.goto('/');
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
    await inspect('korean-landing');
    await page.goto('/reports/new');
    await expect(page.getByLabel('사용자 이름 또는 이메일')).toBeVisible();
    await inspect('korean-sign-in');
    await page.getByLabel('사용자 이름 또는 이메일').fill('viewer');
    await page.getByLabel('비밀번호', { exact: true }).fill('latchkey-viewer');
    await page.getByRole('button', { name: '로그인', exact: true }).click();
    await expect(page.getByText('reports:create')).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
    await inspect('korean-access-denied');
  });
});
