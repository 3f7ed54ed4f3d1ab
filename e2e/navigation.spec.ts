import { expectOnePhoneScreen, expectSheetFits, sizes } from './console-pages.ts';
import { chooseLanguage, expect, test } from './console-test.ts';
import { enterCredentials, signIn } from './sign-in.ts';

test('a visitor goes from the landing page to Logto, is refused with a wrong password, and reaches the deep link', async ({
  page,
  inspect,
}) => {
  await page.goto('/');
  await expect(page.getByRole('img', { name: /The access requests of an organization/ })).toBeVisible();
  await inspect('landing');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Create account' })).toBeVisible();
  await inspect('logto-register');
  await page.goto('/callback?code=used&state=before');
  await expect(page.getByText('Sign-in didn’t complete')).toBeVisible();
  await inspect('callback-failed');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await inspect('logto-sign-in');
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  await inspect('not-found');

  await page.goto('/reports?status=published');
  await page.getByLabel('Username or email').fill('editor');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await inspect('logto-wrong-password');
  await enterCredentials(page, 'editor');
  await expect(page).toHaveURL('/reports?status=published');
});

test('a viewer sees their permissions and what each role would add, and requests one from a denied page', async ({
  page,
  inspect,
}) => {
  await signIn(page, 'viewer');
  await page.getByRole('link', { name: 'Your access' }).click();
  const may = page.getByRole('region', { name: 'You can' });
  await expect(may.getByText('View reports')).toBeVisible();
  await expect(may.getByText('Create reports')).toHaveCount(0);
  const available = page.getByRole('region', { name: 'Available to request' });
  // Another test on this system may have added an administrator.
  await expect(available.getByText(/Approvers?: Amelia Hart/)).toBeVisible();
  await expect(available.getByRole('heading', { name: 'Editor', exact: true })).toBeVisible();
  // Checked before there are requests, which the page would show below.
  for (const language of ['en', 'ko'] as const) {
    await chooseLanguage(page, language); // oxlint-disable-line no-await-in-loop -- one after the other
    await expectOnePhoneScreen(page); // oxlint-disable-line no-await-in-loop
  }
  await chooseLanguage(page, 'en');
  await inspect('access');

  await page.goto('/reports/new');
  await expect(page.getByRole('heading', { level: 1, name: 'You don’t have access to this' })).toBeVisible();
  await expect(page.getByText('Create reports')).toBeVisible();
  await expect(page.getByRole('main').getByText('Editor')).toBeVisible();
  await inspect('access-denied');
  const ask = page.getByRole('main').getByRole('button', { name: 'Request access' });
  await ask.click();
  const form = page.getByRole('dialog', { name: 'Request access' });
  await expect(form.getByText('Amelia Hart')).toBeVisible();
  await inspect('request');
  await form.getByRole('button', { name: 'Send request' }).click();
  await expect(form.getByLabel('Reason')).toBeFocused();
  await inspect('request-without-reason');
  await expectSheetFits(page, form);
  await page.keyboard.press('Escape');
  await expect(ask).toBeFocused();
});

test('the frame of a page: account menu, palette, drawer, breadcrumb, and a theme that other tabs follow', async ({
  page,
  inspect,
}) => {
  const other = await page.context().newPage();
  await page.goto('/');
  await other.goto('/');
  await page.getByRole('button', { name: '한국어' }).click();
  await expect(other.getByRole('button', { name: '로그인' })).toBeVisible();
  await other.getByRole('button', { name: 'English' }).click();
  await signIn(page, 'admin');
  await page.getByRole('button', { name: /^Your account/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await inspect('menu');
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('menuitemradio', { name: 'System' }).click();
  await other.close();
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('combobox', { name: /^Search pages/ })).toBeFocused();
  await inspect('palette');
  await page.goto('/reports/00000000-0000-4000-8000-000000000000');
  await expect(page.getByRole('heading', { name: 'This report doesn’t exist' })).toBeVisible();
  await inspect('report-not-found');

  await page.setViewportSize(sizes.phone);
  await page.getByRole('button', { name: 'Open menu' }).click();
  await expect(page.getByRole('dialog').getByRole('link', { name: 'Your access' })).toBeVisible();
  await inspect('drawer', ['phone']);
  await page.setViewportSize(sizes.zoomed);
  await page.getByRole('dialog').getByRole('link', { name: 'Directory sync' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Directory sync' })).toBeVisible();

  await page.setViewportSize(sizes.phone);
  await page.goto('/reports/new');
  const trail = page.getByRole('navigation', { name: 'Breadcrumb' });
  const current = trail.locator('[aria-current=page]');
  await expect(current).toHaveText('New report');
  const widthOf = async (item: typeof current) => (await item.boundingBox())?.width ?? 0;
  // The breadcrumb shortens the current page before its parents.
  expect(await widthOf(trail.getByRole('link'))).toBeGreaterThan(await widthOf(current));
});

test.describe('in Korean', () => {
  test.use({ locale: 'ko-KR' });

  test('Logto and the console are in Korean from the first page', async ({ page, inspect }) => {
    await page.goto('/');
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
    await page.goto('/reports/new');
    await expect(page.getByLabel('사용자 이름 또는 이메일')).toBeVisible();
    await inspect('korean-sign-in');
    await page.getByLabel('사용자 이름 또는 이메일').fill('viewer');
    await page.getByLabel('비밀번호', { exact: true }).fill('latchkey-viewer');
    await page.getByRole('button', { name: '로그인', exact: true }).click();
    await expect(page.getByRole('main').getByText('보고서 만들기', { exact: true })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
    await page.goto('/why?permission=reports:publish');
    await expect(page.getByRole('group', { name: '확인할 내용' })).toHaveText(
      /김서연\s*님은\s*보고서 전반에 대해.*권한이 있나요\?$/,
    );
  });
});
