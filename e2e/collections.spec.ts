import { expect, test } from './console-test.ts';
import { signIn } from './sign-in.ts';

test('a collection passes its roles down to its reports', async ({ page, otherPage, inspect }) => {
  await signIn(page, 'admin');
  await page.goto('/reports/new');
  await page.getByLabel('Title').fill('Leavers in spring');
  await page.getByRole('button', { name: 'Create report' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Leavers in spring' })).toBeVisible();
  const report = new URL(page.url()).pathname;

  await test.step('it is created, and gets a report', async () => {
    await page.getByRole('link', { name: 'Access reports', exact: true }).first().click();
    await page.getByRole('button', { name: 'New collection' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Audit 2026');
    await page.getByRole('button', { name: 'Create collection' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Audit 2026' })).toBeVisible();
    await inspect('collection-empty');
    await page.getByRole('combobox', { name: 'Add report' }).click();
    await page.getByRole('combobox', { name: 'Report title' }).fill('spring');
    await page.getByRole('option', { name: 'Leavers in spring' }).click();
    await expect(page.getByText('“Leavers in spring” added')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Leavers in spring' })).toBeVisible();
  });

  await test.step('its editors can read the draft', async () => {
    await page.getByRole('button', { name: 'Share collection' }).click();
    const access = page.getByRole('dialog', { name: 'Who has access' });
    await access.getByRole('combobox', { name: 'Choose a person' }).click();
    await page.getByRole('combobox', { name: 'Name or email' }).fill('seoyeon');
    await page.getByRole('option', { name: /김서연/ }).click();
    await access.getByLabel('Role', { exact: true }).selectOption('editor');
    await access.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(page.getByText('김서연 is now Editor')).toBeVisible();
    await inspect('collection');
    const other = await otherPage();
    await signIn(other, 'viewer');
    await other.goto('/reports');
    await other
      .getByRole('region', { name: 'Collections' })
      .getByRole('link', { name: 'Audit 2026' })
      .click();
    await other.getByRole('link', { name: 'Leavers in spring' }).click();
    await expect(other.getByRole('heading', { level: 1, name: 'Leavers in spring' })).toBeVisible();
  });

  await test.step('the report shows the collection that grants access', async () => {
    await page.goto(report);
    await page.getByRole('button', { name: 'Share report' }).click();
    const row = page.getByRole('dialog', { name: 'Who has access' }).getByRole('listitem');
    await expect(row.filter({ hasText: '김서연' })).toContainText(
      'Editor · From the collection “Audit 2026”',
    );
    await page.goto('/reports');
    await expect(page.getByRole('region', { name: 'Collections' })).toBeVisible();
    await inspect('reports-with-collections');
  });

  await test.step('after it is deleted, the report stays, without the roles from it', async () => {
    await page.getByRole('link', { name: 'Audit 2026' }).click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete collection' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete collection' }).click();
    await expect(page.getByText('“Audit 2026” deleted')).toBeVisible();
    await page.goto(report);
    await page.getByRole('button', { name: 'Share report' }).click();
    const access = page.getByRole('dialog', { name: 'Who has access' });
    await expect(access.getByText('Owner · Creator')).toBeVisible();
    await expect(access.getByText('김서연')).toHaveCount(0);
    await page.keyboard.press('Escape');
  });

  // The other tests start without a report.
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete report' }).click();
  await expect(page.getByText('“Leavers in spring” deleted')).toBeVisible();
});
