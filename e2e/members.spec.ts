import type { Page } from '@playwright/test';
import { sizes } from './console-pages.ts';
import { expect, test } from './console-test.ts';
import { signIn, signOut } from './sign-in.ts';

const rowOf = (page: Page, name: string | RegExp) => page.getByRole('row', { name });
const menuOf = async (page: Page, name: string) => {
  await page.getByRole('button', { name: `Change roles of ${name}` }).click();
  return page.getByRole('menu');
};
const guest = 'Maximiliana-Theodora Wolfeschlegelsteinhausen-Bergerdorff';

test('an administrator grants and revokes a role, and another user sees it live', async ({
  page,
  otherPage,
  inspect,
}) => {
  const other = await otherPage();
  await test.step('people and machines, with their roles', async () => {
    await signIn(page, 'admin');
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await expect(
      rowOf(page, 'Amelia Hart').getByText('Administrator').filter({ visible: true }),
    ).toBeVisible();
    await expect(
      rowOf(page, 'Latchkey machine').getByText('Machine', { exact: true }).filter({ visible: true }),
    ).toBeVisible();
    await inspect('members');
    await page.setViewportSize(sizes.phone);
    await page.goto('/members?only=machines');
    // One row of chips, which shows the active one.
    await expect(page.getByRole('link', { name: /^Machine identities/ })).toBeInViewport({ ratio: 1 });
    const chips = await page.getByRole('navigation', { name: 'Filter members' }).boundingBox();
    expect(chips?.height).toBeLessThan(60);
    await page.goto('/members');
    // On a tablet the other columns leave room for the name.
    for (const width of [768, 1024]) {
      /* oxlint-disable no-await-in-loop -- one page */
      await page.setViewportSize({ width, height: 768 });
      const name = rowOf(page, 'Daniel Okoro').getByText('Daniel Okoro', { exact: true });
      await expect(name).toBeVisible();
      expect(await name.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
      /* oxlint-enable no-await-in-loop */
    }
    await page.setViewportSize(sizes.desk);
  });

  await test.step('the other user reads the same list, and cannot change anything', async () => {
    await signIn(other, 'editor');
    await other.goto('/members');
    await expect(rowOf(other, guest)).toBeVisible();
    await expect(other.getByRole('button', { name: /Change roles/ })).toHaveCount(0);
  });

  await test.step('the permissions of a role are shown before it is assigned', async () => {
    const menu = await menuOf(page, guest);
    const editor = menu.getByRole('menuitemcheckbox', { name: /Editor/ });
    await expect(editor).toContainText('Gains 2: Create reports and View members');
    await inspect('members-roles');
    await editor.click();
    await expect(page.getByText(`${guest} is now Editor`)).toBeVisible();
    // The notice covers no content at the end of the page.
    await page.setViewportSize({ width: 390, height: 500 });
    const space = await page.evaluate(() => {
      scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
      const end = document.querySelector('main')?.getBoundingClientRect().bottom ?? Infinity;
      const notice = [...document.querySelectorAll('output > div')].find(({ textContent }) =>
        /is now/.test(textContent),
      );
      return (notice?.getBoundingClientRect().top ?? 0) - end;
    });
    expect(space).toBeGreaterThanOrEqual(0);
    await page.setViewportSize(sizes.desk);
    await expect(rowOf(other, guest).getByText('Editor').filter({ visible: true })).toBeVisible();
  });

  await test.step('undone from the notice', async () => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText(`${guest} is no longer Editor`)).toBeVisible();
    await expect(rowOf(other, guest).getByText('Editor')).toHaveCount(0);
  });

  await test.step('the last administrator stays', async () => {
    const menu = await menuOf(page, 'Amelia Hart');
    const admin = menu.getByRole('menuitemcheckbox', { name: /Administrator/ });
    await expect(admin).toContainText('This is the last administrator');
    await expect(admin).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Escape');
  });
});

test('an administrator views the console as a user and as a role, changes nothing, and returns', async ({
  page,
  inspect,
}) => {
  const bar = page.getByRole('region', { name: 'Viewing as someone else' });
  const sidebar = page.getByRole('navigation', { name: 'Main' });
  await signIn(page, 'admin');
  await page.goto('/members');
  await page.getByRole('button', { name: 'Change roles of Daniel Okoro' }).click();
  await page.getByRole('menuitem', { name: 'View as this person' }).click();
  await expect(bar).toContainText('Viewing as Daniel Okoro (read-only).');
  await expect(page).toHaveURL(/\/home$/);
  await expect(sidebar.getByRole('link', { name: 'Members', exact: true })).toBeVisible();
  await expect(sidebar.getByRole('link', { name: 'Audit', exact: true })).toHaveCount(0);
  await sidebar.getByRole('link', { name: 'Access reports' }).click();
  const create = page.getByRole('button', { name: 'New report' });
  await expect(create).toHaveAccessibleDescription('Not available when viewing as someone else.');
  await inspect('view-as');

  // A form opened by URL: its button is disabled, and submitting it by keyboard is refused. Uses the keyboard, because
  // content above the button is still loading, and a forced click does not wait for the layout to settle. The form
  // takes the focus once, before the bar that shows the refusal appears.
  await page.goto('/reports/new');
  await expect(page.getByRole('textbox', { name: 'Title' })).toBeFocused();
  await expect(bar).toContainText('Viewing as Daniel Okoro (read-only).');
  const off = page
    .locator('output')
    .getByText('Not available when viewing as someone else.', { exact: true });
  await page.getByRole('button', { name: 'Create report' }).press('Enter');
  await expect(off).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Never made');
  await page.keyboard.press('Enter');
  await expect(off).toBeVisible();
  await page.reload();
  await expect(bar).toContainText(/Ends in 14:\d\d/);
  const over = 'You stopped viewing as someone else.';

  // Another tab is not part of the view. Starting a view there ends the view in this tab.
  const tab = await page.context().newPage();
  const barOfTab = tab.getByRole('region', { name: 'Viewing as someone else' });
  await tab.goto('/policy');
  await tab.getByRole('button', { name: /^Viewer \d/ }).click();
  await expect(barOfTab).toHaveCount(0);
  await tab.getByRole('button', { name: 'View as this role' }).click();
  await expect(barOfTab).toContainText('Viewing as the role “Viewer” (read-only).');
  await expect(tab.getByRole('link', { name: 'Members', exact: true })).toHaveCount(0);
  await page.bringToFront();
  await expect(page).toHaveURL(/\/members$/);
  await expect(page.getByText(over)).toBeVisible();
  await expect(bar).toHaveCount(0);

  await tab.bringToFront();
  await tab.getByText('Viewing as the role').click();
  await tab.keyboard.press('Tab');
  await expect(barOfTab.getByRole('button', { name: 'Stop viewing' })).toBeFocused();
  await tab.keyboard.press('Enter');
  await expect(tab).toHaveURL(/\/policy$/);
  await expect(tab.getByText(over)).toBeVisible();
  await tab.close();

  // Signing out ends the view, on the server too, and the next user sees their own console.
  await page.bringToFront();
  await page.getByRole('link', { name: 'Daniel Okoro' }).click();
  await page.getByRole('button', { name: 'View as this person' }).click();
  await expect(bar).toBeVisible();
  await signOut(page);
  await signIn(page, 'admin');
  await expect(sidebar.getByRole('link', { name: 'Audit', exact: true })).toBeVisible();
  await expect(bar).toHaveCount(0);
  await page.goto('/audit?action=view-as.end');
  const ends = page.getByRole('list', { name: 'Events, newest first' }).getByRole('listitem');
  await ends.filter({ hasText: 'Daniel Okoro' }).first().getByRole('button').first().click();
  await expect(ends.getByText('"end": "hand"')).toBeVisible();

  // Switching the organization ends the view.
  await page.goto('/members');
  await page.getByRole('link', { name: 'Daniel Okoro' }).click();
  await page.getByRole('button', { name: 'View as this person' }).click();
  await expect(bar).toBeVisible();
  await sidebar.getByRole('button', { name: /^Organization/ }).click();
  await page.getByRole('menuitemradio', { name: /Brightwater Health/ }).click();
  await expect(bar).toHaveCount(0);
  await expect(sidebar.getByText('Administrator')).toBeVisible();
});
