import type { Locator } from '@playwright/test';
import { expect, keepScreenshot, test } from './console-test.ts';
import { openPage, signInToEveryPage } from './console-pages.ts';

/** The styles that distinguish an element from adjacent ones in forced colours, without backgrounds and shadows. */
const stylesOf = (elements: Locator): Promise<string[]> =>
  elements.evaluateAll((all) =>
    all.map((one) => {
      const { color, backgroundColor, outlineStyle, borderColor, borderWidth } = getComputedStyle(one);
      const canvas = getComputedStyle(document.body).backgroundColor;
      const ground = backgroundColor === 'rgba(0, 0, 0, 0)' ? canvas : backgroundColor;
      return [color, ground, outlineStyle, borderWidth === '0px' ? '' : borderColor].join(' ');
    }),
  );

test('in forced colours the current page, the filter, disabled elements and the focus are distinguishable', async ({
  page,
}) => {
  const paths = await signInToEveryPage(page);
  await page.emulateMedia({ forcedColors: 'active' });
  const differ = async (one: Locator, others: Locator): Promise<void> => {
    await expect(one).toHaveCount(1);
    await expect(others.first()).toBeVisible();
    const [style] = await stylesOf(one);
    expect(await stylesOf(others)).not.toContain(style);
  };
  for (const path of paths) {
    /* oxlint-disable no-await-in-loop -- one page */
    await openPage(page, path);
    await keepScreenshot(page, `forced${path.replaceAll('/', '-').slice(0, 24)}`);
    const links = page.getByRole('navigation', { name: 'Main' }).locator('li a');
    const current = links.and(page.locator('[aria-current="page"]'));
    if ((await current.count()) > 0) await differ(current, links.and(page.locator(':not([aria-current])')));
    const chips = page.locator('main nav a');
    const active = chips.and(page.locator('[aria-current="page"]'));
    if ((await active.count()) > 0)
      await differ(active.first(), chips.and(page.locator(':not([aria-current])')));
    const icons = await page
      .locator('main svg:visible')
      .evaluateAll((all) =>
        all.filter((one) => getComputedStyle(one).color === getComputedStyle(document.body).backgroundColor),
      );
    expect(icons, `${path}: icons in the colour of the page`).toEqual([]);
    /* oxlint-enable no-await-in-loop */
  }
  await page.goto('/reports/new');
  const send = page.getByRole('button', { name: 'Create report' });
  await expect(send).toBeEnabled();
  const [enabled] = await stylesOf(send);
  await send.evaluate((button) => button.toggleAttribute('disabled', true));
  await expect.poll(() => stylesOf(send)).not.toEqual([enabled]);
  await page.getByRole('button', { name: /^Your account/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await differ(
    page.locator('[role^="menuitem"][data-highlighted]'),
    page.locator('[role^="menuitem"]:not([data-highlighted])'),
  );
  await keepScreenshot(page, 'forced-menu');
  await page.goto('/reports');
  await page.getByRole('link', { name: 'New report' }).focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'New report' })).toHaveCSS('outline-style', 'solid');
});
