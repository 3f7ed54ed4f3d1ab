import type { Page } from '@playwright/test';
import { Permit } from 'permitio';
import { expect, test } from './console-test.ts';
import { signIn, signUp } from './sign-in.ts';
import type { Stack } from './start-system.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const ended = (tab: Page) => tab.getByRole('alertdialog', { name: 'Your session has ended' });

test('two tabs renew tokens for two resources, one request at a time, and both stay signed in', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page, 'viewer');
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await navigation.getByRole('button', { name: /^Organization/ }).click();
  await page.getByRole('menuitemradio', { name: /Meridian Logistik/ }).click();
  await expect(navigation.getByText('Administrator')).toBeVisible();
  const other = await context.newPage();
  await other.goto('/reports');
  await other.getByRole('button', { name: /^Organization/ }).click();
  await other.getByRole('menuitemradio', { name: 'Default organization' }).click();
  await expect(other.getByText('Viewer')).toBeVisible();

  let inProgress = 0;
  let most = 0;
  const statuses: number[] = [];
  await context.route(`${stack.logto}/oidc/token`, async (route) => {
    inProgress += 1;
    most = Math.max(most, inProgress);
    const response = await route.fetch();
    statuses.push(response.status());
    inProgress -= 1;
    await route.fulfill({ response });
  });
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage))
      if (key.endsWith(':accessToken')) localStorage.removeItem(key);
  });
  await Promise.all([page.reload(), other.reload()]);
  await expect(navigation.getByText('Administrator')).toBeVisible();
  await expect(other.getByText('Viewer')).toBeVisible();
  expect(statuses.length).toBeGreaterThanOrEqual(2);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(most).toBe(1);
});

/** Makes Logto refuse the refresh token, and expires the access token. Returns a function that restores both. */
async function endSession(page: Page, stack: Stack): Promise<() => Promise<void>> {
  const token = `${stack.logto}/oidc/token`;
  const json = { code: 'oidc.invalid_grant', message: 'Grant request is invalid.', error: 'invalid_grant' };
  await page.route(token, (route) => route.fulfill({ status: 400, json }));
  await page.clock.setFixedTime(Date.now() + 2 * 3_600_000);
  return async () => {
    await page.unroute(token);
    await page.clock.setFixedTime(Date.now());
  };
}

test('a form keeps its text when the session ends: in another tab, which signs in again, and then in its own', async ({
  page,
  context,
  stack,
  inspect,
}) => {
  await signIn(page, 'editor');
  await page.getByRole('link', { name: 'New report' }).click();
  const title = page.getByLabel('Title');
  await title.fill('What I typed before my session ended');
  let loads = 0;
  page.on('load', () => (loads += 1));
  const other = await context.newPage();
  await other.goto('/reports');
  await expect(heading(other, 'Access reports')).toBeVisible();
  const restoreOther = await endSession(other, stack);
  await other.getByRole('link', { name: 'Your access' }).click();
  await expect(ended(other)).toBeVisible();
  await restoreOther();
  await ended(other).getByRole('button', { name: 'Sign in again' }).click();
  await expect(ended(other)).toHaveCount(0);
  await expect(heading(other, 'Your access')).toBeVisible();
  await other.close();
  await expect(ended(page)).toHaveCount(0);
  expect(loads).toBe(0);

  const restore = await endSession(page, stack);
  // Unless a query of the page has already detected the end.
  await expect(async () => {
    const submit = page.getByRole('button', { name: 'Create report' });
    if (!(await ended(page).isVisible())) await submit.click({ timeout: 5_000 });
    await expect(ended(page)).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 120_000 });
  await inspect('session-ended');
  await restore();
  await ended(page).getByRole('button', { name: 'Sign in again' }).click();
  await expect(ended(page)).toHaveCount(0);
  await expect(page).toHaveURL(/\/reports\/new$/);
  await expect(title).toHaveValue('What I typed before my session ended');
  await page.getByRole('button', { name: 'Create report' }).click();
  await expect(heading(page, 'What I typed before my session ended')).toBeVisible();
  await page.goto('/reports/new');
  await expect(title).toHaveValue('');
});

test('the landing page reports a loading failure, and reloads when the network is back', async ({
  page,
  context,
}) => {
  const landing = '**/assets/landing-*.js';
  await page.route(landing, (route) => route.abort());
  await page.goto('/');
  await expect(page.getByRole('status')).toContainText(
    'This is taking longer than usual. Check your connection',
  );
  await page.unroute(landing);
  await expect(page.getByRole('img', { name: /The access requests of an organization/ })).toBeVisible();
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(loaded.filter((name) => /\/(?:start|router|console)-|\/api\//.test(name))).toEqual([]);

  await context.setOffline(true);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const notOpened = page.getByRole('dialog', { name: 'This couldn’t be opened' });
  await expect(notOpened.getByText('You’re offline, and this hasn’t been loaded yet.')).toBeVisible();
  await context.setOffline(false);
  await notOpened.getByRole('button', { name: 'Try again' }).click();
  await expect(notOpened).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Username or email')).toBeVisible();
});

test('a form keeps its text offline, and when a new version reloads the page; pages that cannot be loaded show an error', async ({
  page,
  context,
  inspect,
}) => {
  await signIn(page, 'editor');
  await page.goto('/reports/new');
  await page.getByLabel('Title').fill('Typed before the tunnel');
  // Inspected before going offline, because the Korean messages are not available offline.
  await inspect('new-report', ['desk']);
  await context.setOffline(true);
  await expect(page.getByText('You’re offline. This page updates')).toBeVisible();
  await inspect('offline');
  await expect(page.getByLabel('Title')).toHaveValue('Typed before the tunnel');
  await page.getByRole('button', { name: /^Your account/ }).click();
  const notOpened = page.getByRole('dialog', { name: 'This couldn’t be opened' });
  await expect(notOpened.getByText('You’re offline, and this hasn’t been loaded yet.')).toBeVisible();
  await notOpened.getByRole('button', { name: 'Try again' }).click();
  await expect(notOpened).toBeVisible();
  await inspect('offline-menu');
  await notOpened.getByRole('button', { name: 'Close' }).click();
  await expect(notOpened).toHaveCount(0);
  await expect(page.getByLabel('Title')).toHaveValue('Typed before the tunnel');
  await page.getByRole('link', { name: 'Your access' }).click();
  await expect(heading(page, 'This page couldn’t be shown')).toBeVisible();
  await expect(page.getByText('this page hasn’t been loaded yet')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(heading(page, 'This page couldn’t be shown')).toBeVisible();
  await context.setOffline(false);
  await expect(heading(page, 'Your access')).toBeVisible();
  await expect(page.getByText('You’re offline.')).toHaveCount(0);
  await page.goto('/reports/new');
  await expect(page.getByLabel('Title')).toHaveValue('Typed before the tunnel');

  let loads = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads += 1;
  });
  // Simulates a deployment: the HTML names another entry, and the old version's files are gone.
  const entry = /<script type="module"[^>]* src="[^"]+"/;
  await page.route('/', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(entry, '<script type="module" src="/assets/index-new.js"');
    await route.fulfill({ response, body });
  });
  const oldFile = '**/assets/access-page-*.js';
  await page.route(oldFile, (route) => route.fulfill({ status: 404, body: '' }));
  await page.getByRole('link', { name: 'Your access' }).click();
  await expect(page.getByText('Latchkey was updated')).toBeVisible();
  await inspect('new-version', ['desk']);
  // If the new version's files are missing too, there is an error and no second reload.
  await expect(heading(page, 'This page couldn’t be shown')).toBeVisible();
  expect(loads).toBe(1);
  await page.unroute(oldFile);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(heading(page, 'Your access')).toBeVisible();
  await page.goto('/reports/new');
  await expect(page.getByLabel('Title')).toHaveValue('Typed before the tunnel');
});

test('a role granted in Permit appears without a reload, and disappears again', async ({ page, stack }) => {
  const permit = new Permit({ token: stack.permitApiKey, apiUrl: stack.permitApi, pdp: stack.permitPdp });
  // A new user, because the seeded viewer may hold a role from another test.
  const email = 'petra.permit@latchkey.example';
  await signUp(page, email);
  const newReport = page.getByRole('button', { name: 'New report' });
  await expect(newReport).toHaveAttribute('aria-disabled', 'true');
  const { data: users } = await permit.api.users.list({ search: email });
  const [viewer] = users;
  if (viewer === undefined) throw new TypeError('Who has signed up is not in Permit.');
  expect(await permit.check(viewer.key, 'view', 'reports')).toBe(true);
  expect(await permit.check(viewer.key, 'create', 'reports')).toBe(false);
  const assignment = { user: viewer.key, role: 'editor', tenant: 'default' };
  await permit.api.roleAssignments.assign(assignment);
  await expect(page.getByRole('link', { name: 'New report' })).toBeVisible();
  await permit.api.roleAssignments.unassign(assignment);
  await expect(page.getByRole('link', { name: 'New report' })).toHaveCount(0);
  await expect(newReport).toHaveAttribute('aria-disabled', 'true');
});
