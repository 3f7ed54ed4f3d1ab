import { Permit } from 'permitio';
import { expect, test } from './console-test.ts';
import { signUp } from './sign-in.ts';

/** The four steps of Logto's guide "Permit.io로 인가 설정하기", checked with Permit's unmodified SDK. */
test('the guide: a new user is synced with the default role, and the SDK agrees with the console', async ({
  page,
  stack,
}) => {
  const email = 'guide.reader@latchkey.example';
  await signUp(page, email);
  await expect(page.getByRole('navigation', { name: 'Main' }).getByText('Viewer')).toBeVisible();

  const permit = new Permit({ token: stack.permitApiKey, apiUrl: stack.permitApi, pdp: stack.permitPdp });
  const { data: users } = await permit.api.users.list({ search: email });
  expect(users.map((user) => user.email)).toEqual([email]);
  const userId = users[0]?.key ?? '';
  const assigned = await permit.api.getAssignedRoles(userId);
  expect(assigned.map(({ role, tenant }) => ({ role, tenant }))).toEqual([
    { role: 'viewer', tenant: 'default' },
  ]);

  expect(await permit.check(userId, 'view', 'reports')).toBe(true);
  expect(await permit.check(userId, 'create', 'reports')).toBe(false);
  await page.getByRole('link', { name: 'Your access' }).click();
  const may = page.getByRole('region', { name: 'You can' });
  await expect(may.getByText('View reports', { exact: true })).toBeVisible();
  await expect(may.getByText('Create reports')).toHaveCount(0);
});
