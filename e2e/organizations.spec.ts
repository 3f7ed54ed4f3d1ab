import { expect, test } from './console-test.ts';
import { signIn, signUp } from './sign-in.ts';

const title = 'Vertriebsreview für das vierte Quartal';

test('a user works in two organizations, each with its own roles and reports', async ({
  page,
  inspect,
  otherPage,
}) => {
  await signIn(page, 'viewer');
  const navigation = page.getByRole('navigation', { name: 'Main' });
  const switcher = navigation.getByRole('button', { name: /^Organization/ });

  await test.step("the menu lists the organizations with the user's roles", async () => {
    await expect(switcher).toHaveAccessibleName(/Default organization/);
    await switcher.click();
    await expect(page.getByRole('menuitemradio', { name: /Brightwater Health\s*member/ })).toBeVisible();
    await expect(page.getByRole('menuitemradio', { name: /Meridian Logistik.*admin/s })).toBeVisible();
    await inspect('organizations-menu', ['desk']);
  });

  await test.step('in one of them a viewer is an administrator', async () => {
    await page.getByRole('menuitemradio', { name: /Meridian Logistik/ }).click();
    await expect(switcher).toHaveAccessibleName(/Meridian Logistik/);
    // Directory sync assigns the role within seconds of the first start.
    await expect(navigation.getByText('Administrator')).toBeVisible();
    await inspect('reports-organization', ['desk', 'phone']);
    await page.getByRole('link', { name: 'New report' }).click();
    await page.getByLabel('Title').fill(title);
    await page.getByRole('button', { name: 'Create report' }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  });

  await test.step('the other organization does not have the report, so the list replaces the page', async () => {
    await switcher.click();
    await page.getByRole('menuitemradio', { name: 'Default organization' }).click();
    await expect(page).toHaveURL(/\/reports$/);
    await expect(navigation.getByText('Viewer')).toBeVisible();
    await expect(page.getByRole('link', { name: title })).toHaveCount(0);
  });

  const link = await test.step('a new page load stays in the organization', async () => {
    await switcher.click();
    await page.getByRole('menuitemradio', { name: /Meridian Logistik/ }).click();
    await page.getByRole('link', { name: title }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(switcher).toHaveAccessibleName(/Meridian Logistik/);
    return page.url();
  });

  const notAMember = { level: 1, name: 'You’re not a member of this organization' } as const;
  await test.step('users who are not members see that', async () => {
    const stranger = await otherPage();
    await signUp(stranger, 'stranger@latchkey.example');
    await stranger.goto(link);
    await expect(stranger.getByRole('heading', notAMember)).toBeVisible();
    await page.goto('/reports?org=nobodyisthere');
    await expect(page.getByRole('heading', notAMember)).toBeVisible();
    await inspect('not-a-member');
    await page.getByRole('link', { name: 'Go to the default organization' }).click();
    await expect(page).toHaveURL(/\/reports$/);
    await expect(navigation.getByText('Viewer')).toBeVisible();
  });
});
