import { expect, test } from './console-test.ts';
import { signIn } from './sign-in.ts';

const title = 'Vertriebsreview für das vierte Quartal';

test('a person works in two organizations, each with its own roles and reports', async ({
  page,
  inspect,
}) => {
  await signIn(page, 'viewer');
  const navigation = page.getByRole('navigation', { name: 'Main' });
  const switcher = navigation.getByRole('button', { name: /^Organization/ });

  await test.step('the menu has the organizations, with the roles in each', async () => {
    await expect(switcher).toHaveAccessibleName(/Default organization/);
    await switcher.click();
    await expect(page.getByRole('menuitemradio', { name: /Brightwater Health\s*member/ })).toBeVisible();
    await expect(page.getByRole('menuitemradio', { name: /Meridian Logistik.*admin/s })).toBeVisible();
    await inspect('organizations-menu', ['desk']);
  });

  await test.step('in one of them a viewer is an administrator', async () => {
    await page.getByRole('menuitemradio', { name: /Meridian Logistik/ }).click();
    await expect(switcher).toHaveAccessibleName(/Meridian Logistik/);
    // Directory sync gives the role within seconds of the first start.
    await expect(navigation.getByText('Administrator')).toBeVisible({ timeout: 20_000 });
    await inspect('reports-organization', ['desk', 'phone']);
    await page.getByRole('link', { name: 'New report' }).click();
    await page.getByLabel('Title').fill(title);
    await page.getByRole('button', { name: 'Create report' }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  });

  await test.step('the report is not in the other organization; the page gives way to the list', async () => {
    await switcher.click();
    await page.getByRole('menuitemradio', { name: 'Default organization' }).click();
    await expect(page).toHaveURL(/\/reports$/);
    await expect(navigation.getByText('Viewer')).toBeVisible();
    await expect(page.getByRole('link', { name: title })).toHaveCount(0);
  });

  await test.step('a new page load keeps the organization', async () => {
    await switcher.click();
    await page.getByRole('menuitemradio', { name: /Meridian Logistik/ }).click();
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await expect(switcher).toHaveAccessibleName(/Meridian Logistik/);
  });
});
