import { expect, keepScreenshot, test } from './console-test.ts';
import { expectFewSheets, expectPrintable } from './expect-printable.ts';
import { signIn, signOut, signUp } from './sign-in.ts';

const title = 'Quarterly review, Q4';

test('from a sign-up to a published report that others read', async ({ page, otherPage, inspect }) => {
  const [newcomer, viewer, admin] = [await otherPage(), await otherPage(), await otherPage()];
  await test.step('a new user signs up and is a viewer', async () => {
    await signUp(newcomer, 'nina.newcomer@latchkey.example');
    await expect(newcomer.getByRole('navigation', { name: 'Main' }).getByText('Viewer')).toBeVisible();
    await expect(newcomer.getByText('No reports yet')).toBeVisible();
  });

  await test.step('"New report" is disabled, and shows why', async () => {
    const button = newcomer.getByRole('button', { name: 'New report' });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(button).toHaveAccessibleDescription(
      /Requires “Create reports”\. Available to editors and administrators\./,
    );
    await expect(newcomer.getByRole('link', { name: 'New report' })).toHaveCount(0);
    await inspect('reports-viewer-empty', ['desk', 'phone'], newcomer);
  });

  await test.step('signing out ends the session', async () => {
    await signOut(newcomer);
    await newcomer.goto('/reports');
    await expect(newcomer.getByLabel('Username or email')).toBeVisible();
  });

  await test.step('an editor creates a report from live roles', async () => {
    await signIn(page, 'editor');
    await page.getByRole('link', { name: 'New report' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'New report' })).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Denied access' })).toBeDisabled();
    const preview = page.getByRole('region', { name: 'Preview' });
    await page.getByRole('checkbox', { name: 'Administrator' }).check();
    await expect(preview).toContainText('Amelia Hart');
    await expect(preview).not.toContainText('Daniel Okoro');
    await page.getByRole('checkbox', { name: 'Administrator' }).uncheck();
    await expect(preview).toContainText('Daniel Okoro');
    await inspect('new-report');
    await page.getByLabel('Title').fill(title);
    await page.getByRole('button', { name: 'Create report' }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    const roles = page.getByRole('table');
    await expect(roles.getByRole('row', { name: /Amelia Hart.*Administrator/s })).toBeVisible();
    await expect(roles.getByRole('row', { name: /Daniel Okoro.*Editor/s })).toBeVisible();
    await expect(roles.getByRole('row', { name: /김서연.*Viewer/s })).toBeVisible();
    await expect(roles.getByRole('row', { name: /nina\.newcomer@latchkey\.example.*Viewer/s })).toBeVisible();
    await expect(roles.getByRole('row', { name: /Latchkey machine\s*Machine/ })).toBeVisible();
  });

  await test.step('its owner shares it with a person, sees why each has access, and undoes it', async () => {
    await page.getByRole('button', { name: 'Share report' }).click();
    const access = page.getByRole('dialog', { name: 'Who has access' });
    await expect(access.getByRole('listitem').filter({ hasText: 'Daniel Okoro' })).toContainText(
      'Owner · Creator',
    );
    await access.getByRole('combobox', { name: 'Choose a person' }).click();
    await page.getByRole('combobox', { name: 'Name or email' }).fill('wolfe');
    await page.getByRole('option', { name: /Wolfeschlegelsteinhausen/ }).click();
    await access.getByLabel('Role', { exact: true }).selectOption('owner');
    await expect(access).toContainText('Publish reports');
    await access.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(page.getByText(/Wolfeschlegelsteinhausen-Bergerdorff is now Owner/)).toBeVisible();
    const shared = access.getByRole('listitem').filter({ hasText: 'Wolfeschlegelsteinhausen' });
    await expect(shared).toContainText('Owner · Shared by Daniel Okoro');
    await inspect('report-draft');
    await shared.getByRole('button', { name: /^Change .*’s role$/ }).click();
    const menu = page.getByRole('menu');
    await expect(menu.getByRole('menuitemcheckbox', { name: /Owner/ })).toContainText('Loses');
    await keepScreenshot(page, 'report-share-menu');
    await menu.getByRole('menuitemcheckbox', { name: /Owner/ }).click();
    await expect(shared).toHaveCount(0);
    await access.getByRole('button', { name: 'Undo' }).click();
    await expect(shared).toContainText('Owner · Shared by Daniel Okoro');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Share report' })).toBeFocused();
  });

  await test.step('only its owner sees a draft', async () => {
    await signIn(viewer, 'viewer');
    await expect(viewer.getByText('No reports yet')).toBeVisible();
  });

  await test.step('the editor publishes it', async () => {
    const publish = page.getByRole('button', { name: 'Publish report' });
    const dialog = page.getByRole('alertdialog', { name: `Publish “${title}”?` });
    await publish.click();
    await expect(dialog.getByRole('listitem').filter({ hasText: 'Viewer' })).toContainText(/\d+ people/);
    await inspect('report-publish');
    await dialog.getByRole('button', { name: 'Publish report' }).click();
    await expect(page.getByText('Report published')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('The report is a draft again')).toBeVisible();
    // After the undo, the gates are checked again, and a click in the meantime can be lost.
    await expect(async () => {
      await publish.click();
      await expect(dialog).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await dialog.getByRole('button', { name: 'Publish report' }).click();
    await expect(page.getByText('Published', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'More actions' }).click();
    await expect(page.getByRole('menuitem', { name: 'Unpublish report' })).toBeVisible();
    await inspect('report-menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Excel (XLSX)' }).click();
    expect((await download).suggestedFilename()).toMatch(/^Quarterly review, Q4 \d{4}-\d\d-\d\d\.xlsx$/);
  });

  await test.step('the viewer reads it, and can neither publish nor delete it', async () => {
    await viewer.reload();
    await expect(viewer.getByRole('link', { name: title })).toBeVisible();
    await inspect('reports-viewer', ['desk', 'phone'], viewer);
    await viewer.getByRole('link', { name: title }).click();
    await expect(viewer.getByRole('row', { name: /Amelia Hart.*Administrator/s })).toBeVisible();
    await expect(viewer.getByRole('button', { name: 'More actions' })).toHaveCount(0);
    await expect(viewer.getByRole('link', { name: 'Compare' })).toBeVisible();
    await inspect('report-published', ['desk', 'phone'], viewer);
    // The next step's report contains these denials.
    await viewer.goto('/audit');
    await expect(viewer.getByText('View the audit log').first()).toBeVisible();
  });

  await test.step('an administrator reports what was denied, what changed, machines and dormant people', async () => {
    await signIn(admin, 'admin');
    for (const [kind, row] of [
      ['Denied access', /김서연.*View the audit log/s],
      // The preview has the five newest changes, and other tests may have caused some of them.
      ['Changes', /Publish a report.*Daniel Okoro/s],
      ['Machine identities', /Latchkey machine/],
    ] as const) {
      await admin.goto('/reports/new');
      await admin.getByRole('radio', { name: kind }).check();
      await admin.getByLabel('Title').fill(`${kind} of this month`);
      await expect(
        admin.getByRole('region', { name: 'Preview' }).getByRole('row', { name: row }).first(),
      ).toBeVisible();
      await keepScreenshot(admin, `new-report-${kind}`);
      await admin.getByRole('button', { name: 'Create report' }).click();
      await expect(admin.getByRole('heading', { level: 1, name: `${kind} of this month` })).toBeVisible();
      await expect(admin.getByRole('row', { name: row }).first()).toBeVisible();
      await keepScreenshot(admin, `report-${kind}`);
    }
    await admin.getByRole('button', { name: 'More actions' }).click();
    await admin.getByRole('menuitem', { name: 'Make confidential' }).click();
    const asked = admin.getByRole('alertdialog', {
      name: /Make “Machine identities of this month” confidential/,
    });
    await expect(asked.getByText(/loses? access/)).toBeVisible();
    await keepScreenshot(admin, 'report-make-confidential');
    await asked.getByRole('button', { name: 'Make confidential' }).click();
    await expect(admin.getByText('Confidential', { exact: true })).toBeVisible();
    await admin.goto('/reports?classification=confidential');
    await expect(
      admin.getByRole('row', { name: /Machine identities of this month.*Confidential/s }),
    ).toBeVisible();
    await expect(admin.getByRole('link', { name: title })).toHaveCount(0);
    await keepScreenshot(admin, 'reports-confidential');
  });

  await test.step('two reports of a kind are compared, and a deleted one is taken back from the list', async () => {
    await admin.goto('/reports/new');
    await admin.getByLabel('Title').fill('Administrators now');
    await admin.getByRole('checkbox', { name: 'Administrator' }).check();
    await admin.getByRole('button', { name: 'Create report' }).click();
    await admin.getByRole('button', { name: 'More actions' }).click();
    await admin.getByRole('menuitem', { name: 'Compare' }).click();
    await admin.getByRole('combobox', { name: 'Compare “Administrators now” with' }).click();
    await admin.getByRole('option', { name: title }).click();
    await expect(admin.getByRole('row', { name: /Daniel Okoro.*Editor/s })).toBeVisible();
    await inspect('reports-compared', ['phone'], admin);
    await keepScreenshot(admin, 'reports-compared-desk-light');
    await expectPrintable(admin);
    await expectFewSheets(admin, 'Administrators now');
    await admin.goto('/reports');
    await expect(admin.getByRole('link', { name: title })).toBeVisible();
    await expectPrintable(admin);
    await admin.getByRole('link', { name: 'Changes of this month' }).click();
    await expect(admin.getByRole('row', { name: /Publish a report/ }).first()).toBeVisible();
    await expectPrintable(admin);
    await admin.getByRole('button', { name: 'More actions' }).click();
    await admin.getByRole('menuitem', { name: 'Delete report' }).click();
    const undo = admin.getByRole('button', { name: 'Undo deleting “Changes of this month”' });
    await expect(undo).toBeVisible();
    await keepScreenshot(admin, 'reports-deleted');
    await undo.click();
    await expect(admin.getByRole('link', { name: 'Changes of this month' })).toBeVisible();
    await expect(undo).toHaveCount(0);
  });
});
