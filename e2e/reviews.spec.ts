import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { sizes } from './console-pages.ts';
import { expect, test } from './console-test.ts';
import { expectPrintable } from './expect-printable.ts';
import { signIn, signUp } from './sign-in.ts';

const member = 'remi.reviewed@latchkey.example';
const rowOf = (page: Page, name: string) => page.getByRole('listitem', { name });

/** Runs `latchkey review verify` on a file. */
const verify = (file: string) =>
  spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../apps/cli/src/main.ts'), 'review', 'verify', file],
    { encoding: 'utf8' },
  );

/** Searches a review. Resolves when the URL has the text. */
async function search(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Search this review' }).fill(text);
  await expect(page).toHaveURL(new RegExp(`search=${text}`));
}

test('two reviewers decide at once, the removed user is refused at the next call, and the evidence is verified', async ({
  page,
  otherPage,
  inspect,
}) => {
  const user = await otherPage();
  await test.step('a member is assigned a role', async () => {
    await signUp(user, member);
    await signIn(page, 'admin');
    await page.goto('/reviews');
    await expect(page.getByText('No access reviews yet')).toBeVisible();
    await inspect('reviews-empty');
    await page.goto('/members');
    await page.getByRole('button', { name: `Change roles of ${member}` }).click();
    await page.getByRole('menuitemcheckbox', { name: /^Editor/ }).click();
    await expect(user.getByRole('link', { name: 'New report' })).toBeVisible();
  });

  await test.step('the draft shows the population, and how much each reviewer decides', async () => {
    await page.goto('/reviews');
    await page.getByRole('button', { name: 'Start a review' }).click();
    const sheet = page.getByRole('dialog', { name: 'Start an access review' });
    await sheet.getByLabel('Name', { exact: true }).fill('Access in the fourth quarter');
    await sheet.getByRole('radio', { name: 'Named people' }).check();
    for (const one of ['Amelia Hart', 'Daniel Okoro']) {
      /* oxlint-disable no-await-in-loop -- one after another */
      await sheet.getByRole('combobox', { name: 'Add a person' }).click();
      await page.getByRole('combobox', { name: 'Search members' }).fill(one);
      await page.getByRole('option', { name: one }).click();
      await expect(sheet.getByRole('button', { name: `Remove ${one}` })).toBeVisible();
      /* oxlint-enable no-await-in-loop */
    }
    await inspect('review-start');
    await sheet.getByRole('button', { name: 'Prepare review' }).click();
    await expect(page.getByText(/members were read in Logto/)).toBeVisible();
    await expect(page.getByRole('region', { name: 'Reviewers' })).toContainText('Daniel Okoro');
    await inspect('review-draft');
    await page.getByRole('button', { name: 'Start review' }).click();
    await expect(page.getByRole('button', { name: 'Finish review' })).toBeVisible();
  });

  const reviewer = await otherPage();
  await test.step('two reviewers decide, and each sees the other’s decision without a reload', async () => {
    await signIn(reviewer, 'editor');
    await reviewer.getByRole('link', { name: /^Access reviews/ }).click();
    await reviewer.getByRole('link', { name: 'Access in the fourth quarter' }).click();
    await expect(reviewer.getByRole('button', { name: 'Finish review' })).toHaveCount(0);
    await search(reviewer, 'Amelia');
    const kept = rowOf(reviewer, 'Amelia Hart: Administrator');
    await kept.getByRole('button', { name: 'Keep' }).click();
    await kept.getByRole('textbox', { name: 'Why keep it?' }).fill('Runs the console.');
    await reviewer.keyboard.press('Enter');
    await search(page, 'Amelia');
    await expect(rowOf(page, 'Amelia Hart: Administrator').getByText('by Daniel Okoro')).toBeVisible();
    await search(page, 'remi');
    const removed = rowOf(page, `${member}: Editor`);
    await removed.getByRole('button', { name: `Details of ${member}: Editor` }).click();
    await removed.getByRole('button', { name: 'Remove' }).click();
    await removed.getByRole('textbox', { name: 'Why remove it?' }).fill('Left the finance team.');
    await inspect('review-remove');
    await removed.getByRole('button', { name: 'Remove' }).last().click();
    await expect(removed.getByText('Left the finance team.')).toBeVisible();
    await page.getByRole('button', { name: 'Clear search' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: 'Viewer' }).first()).toBeVisible();
    await inspect('review-open');
    await page.getByRole('link', { name: 'By role' }).click();
    await inspect('review-by-role', ['desk']);
  });

  await test.step('the list shows progress', async () => {
    await page.goto('/reviews');
    await expect(page.getByRole('row', { name: /Access in the fourth quarter/ })).toContainText(
      /2 of \d+ decided/,
    );
    await inspect('reviews');
    await page.getByRole('link', { name: 'Access in the fourth quarter' }).click();
  });

  await test.step('finishing lists the removal once more, makes it, and seals the evidence', async () => {
    await page.getByRole('button', { name: 'Finish review' }).click();
    const sheet = page.getByRole('dialog', { name: 'Finish this review' });
    await expect(sheet.getByText(/^Loses: .*Create reports/)).toBeVisible();
    await inspect('review-finish');
    await sheet.getByRole('button', { name: 'Finish and remove 1 role' }).click();
    await expect(page.getByRole('heading', { name: 'Seal' })).toBeVisible();
    const row = page.getByRole('row', { name: new RegExp(member) }).filter({ hasText: 'Remove' });
    await expect(row.getByText('Verified').filter({ visible: true })).toBeVisible();
    await page.getByRole('textbox', { name: 'New note' }).fill('Ticket ACC-42 has the approval.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(page.getByText('Ticket ACC-42 has the approval.').first()).toBeVisible();
    await inspect('review-evidence');
    await expectPrintable(page);
    // On paper, a name is on one line, before the email address.
    await page.setViewportSize({ width: 673, height: 1123 });
    await page.emulateMedia({ media: 'print' });
    const name = page.getByRole('cell').getByText('Amelia Hart', { exact: true }).first();
    expect((await name.boundingBox())?.height).toBeLessThan(30);
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize(sizes.desk);
  });

  await test.step('the removed user is refused at the next call', async () => {
    await user.goto('/reports/new');
    await expect(user.getByRole('main').getByRole('button', { name: 'Request access' })).toBeVisible();
  });

  await test.step('the evidence is exported, verified without the server, and a changed row is named', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'JSON, signed' }).click(),
    ]);
    const saved = await file.path();
    expect(verify(saved)).toMatchObject({ status: 0, stdout: expect.stringContaining('Valid.') });
    const text = readFileSync(saved, 'utf8');
    writeFileSync(saved, text.replace('"reason":"Left the finance team."', '"reason":"None."'));
    expect(verify(saved)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/Row \d+ was changed: \S+ as editor\./),
    });
  });
});
