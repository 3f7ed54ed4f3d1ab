import { expect, keepScreenshot, test } from './console-test.ts';
import { expectFewSheets, expectPrintable } from './expect-printable.ts';
import { signIn, signOut, signUp } from './sign-in.ts';

const title = 'Quarterly review, Q4';

test('from a sign-up to a published report that others read', async ({ page, inspect }) => {
  await test.step('a new user signs up and is a viewer', async () => {
    await signUp(page, 'nina.newcomer@latchkey.example');
    await expect(page.getByRole('navigation', { name: 'Main' }).getByText('Viewer')).toBeVisible();
    await expect(page.getByText('No reports yet')).toBeVisible();
  });

  await test.step('"New report" is disabled, and shows why', async () => {
    const button = page.getByRole('button', { name: 'New report' });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(button).toHaveAccessibleDescription(
      /Requires “Create reports”\. Available to editors and administrators\./,
    );
    await expect(page.getByRole('link', { name: 'New report' })).toHaveCount(0);
    await inspect('reports-viewer-empty');
  });

  await test.step('signing out ends the session', async () => {
    await signOut(page);
    await page.goto('/reports');
    await expect(page.getByLabel('Username or email')).toBeVisible();
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
    await signOut(page);
    await signIn(page, 'viewer');
    await expect(page.getByText('No reports yet')).toBeVisible();
    await signOut(page);
  });

  await test.step('the editor publishes it', async () => {
    await signIn(page, 'editor');
    await page.getByRole('link', { name: title }).click();
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
    await signOut(page);
  });

  await test.step('the viewer reads it, and can neither publish nor delete it', async () => {
    await signIn(page, 'viewer');
    await inspect('reports-viewer');
    await page.getByRole('link', { name: title }).click();
    await expect(page.getByRole('row', { name: /Amelia Hart.*Administrator/s })).toBeVisible();
    await expect(page.getByRole('button', { name: 'More actions' })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Compare' })).toBeVisible();
    await inspect('report-published');
    // The next step's report contains these denials.
    await page.goto('/audit');
    await expect(page.getByText('View the audit log').first()).toBeVisible();
    await signOut(page);
  });

  await test.step('an administrator reports what was denied, what changed, machines and dormant people', async () => {
    await signIn(page, 'admin');
    for (const [kind, row] of [
      ['Denied access', /김서연.*View the audit log/s],
      // The preview has the five newest changes, and other tests may have caused some of them.
      ['Changes', /Publish a report.*Daniel Okoro/s],
      ['Machine identities', /Latchkey machine/],
    ] as const) {
      await page.goto('/reports/new');
      await page.getByRole('radio', { name: kind }).check();
      await page.getByLabel('Title').fill(`${kind} of this month`);
      await expect(
        page.getByRole('region', { name: 'Preview' }).getByRole('row', { name: row }).first(),
      ).toBeVisible();
      await keepScreenshot(page, `new-report-${kind}`);
      await page.getByRole('button', { name: 'Create report' }).click();
      await expect(page.getByRole('heading', { level: 1, name: `${kind} of this month` })).toBeVisible();
      await expect(page.getByRole('row', { name: row }).first()).toBeVisible();
      await keepScreenshot(page, `report-${kind}`);
    }
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Make confidential' }).click();
    const asked = page.getByRole('alertdialog', {
      name: /Make “Machine identities of this month” confidential/,
    });
    await expect(asked.getByText(/loses? access/)).toBeVisible();
    await keepScreenshot(page, 'report-make-confidential');
    await asked.getByRole('button', { name: 'Make confidential' }).click();
    await expect(page.getByText('Confidential', { exact: true })).toBeVisible();
    await page.goto('/reports?classification=confidential');
    await expect(
      page.getByRole('row', { name: /Machine identities of this month.*Confidential/s }),
    ).toBeVisible();
    await expect(page.getByRole('link', { name: title })).toHaveCount(0);
    await keepScreenshot(page, 'reports-confidential');
  });

  await test.step('two reports of a kind are compared, and a deleted one is taken back from the list', async () => {
    await page.goto('/reports/new');
    await page.getByLabel('Title').fill('Administrators now');
    await page.getByRole('checkbox', { name: 'Administrator' }).check();
    await page.getByRole('button', { name: 'Create report' }).click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Compare' }).click();
    await page.getByRole('combobox', { name: 'Compare “Administrators now” with' }).click();
    await page.getByRole('option', { name: title }).click();
    await expect(page.getByRole('row', { name: /Daniel Okoro.*Editor/s })).toBeVisible();
    await inspect('reports-compared', ['phone']);
    await keepScreenshot(page, 'reports-compared-desk-light');
    await expectPrintable(page);
    await expectFewSheets(page, 'Administrators now');
    await page.goto('/reports');
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await expectPrintable(page);
    await page.getByRole('link', { name: 'Changes of this month' }).click();
    await expect(page.getByRole('row', { name: /Publish a report/ }).first()).toBeVisible();
    await expectPrintable(page);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete report' }).click();
    const undo = page.getByRole('button', { name: 'Undo deleting “Changes of this month”' });
    await expect(undo).toBeVisible();
    await keepScreenshot(page, 'reports-deleted');
    await undo.click();
    await expect(page.getByRole('link', { name: 'Changes of this month' })).toBeVisible();
    await expect(undo).toHaveCount(0);
  });
});
