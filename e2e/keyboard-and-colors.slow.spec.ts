import type { Page, Locator } from '@playwright/test';
import { expect, test, keepScreenshot } from './console-test.ts';
import { openPage, signInToEveryPage, sizes } from './console-pages.ts';
import { signIn } from './sign-in.ts';

/** Describes the focused element: its HTML, whether its focus is visible, and its position. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    if (one === null || one === document.body) return null;
    // A row's link draws its focus ring around the row.
    const rings = [undefined, '::after'].map((part) => getComputedStyle(one, part));
    const { left, top, width, height } = one.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + Math.min(height / 2, 20)];
    const above = document.elementFromPoint(x, y);
    // A date field has several stops: month, day, year, and the browser's button, which draws its own ring.
    const isDate = one.matches('[type="date"]');
    const isNew = isDate || !one.hasAttribute('data-reached');
    // After the last element, this browser starts over at the first.
    if (!isNew && document.querySelector('[data-reached]') === one) return null;
    one.setAttribute('data-reached', '');
    return {
      what: one.outerHTML.slice(0, 120),
      isNew,
      isMarked:
        isDate ||
        rings.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px'),
      isInView: x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight,
      isCovered: above !== null && !one.contains(above) && !above.contains(one),
    };
  });

test('on every page Tab reaches every control, in order, visibly, without a trap', async ({ page }) => {
  for (const path of await signInToEveryPage(page)) {
    /* oxlint-disable no-await-in-loop -- one key press after the other */
    await openPage(page, path);
    await page.evaluate(() => {
      const elements = document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex]',
      );
      for (const one of elements) {
        const isOutOfOrder = one instanceof HTMLElement && one.tabIndex < 0;
        const isShown = one.checkVisibility() && !one.matches(':disabled');
        if (isShown && !isOutOfOrder) one.setAttribute('data-reach', '');
      }
      // The tab order starts at the top, even if the page has focused its first field.
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
    });
    for (;;) {
      await page.keyboard.press('Tab');
      const at = await focused(page);
      if (at === null) break;
      // Reaching an element twice means a focus trap.
      expect(at, `${path}: ${at.what}`).toMatchObject({
        isNew: true,
        isMarked: true,
        isInView: true,
        isCovered: false,
      });
    }
    // In a group of radio buttons, only one is in the tab order.
    const missed = await page
      .locator('[data-reach]:not([data-reached], [type="radio"])')
      .evaluateAll((all) => all.map((one) => one.outerHTML.slice(0, 120)));
    expect(missed, path).toEqual([]);
    /* oxlint-enable no-await-in-loop */
  }
});

test('forwards and backwards, no focus is below the top bar, the header of a table, or the actions on selected rows', async ({
  page,
}) => {
  await signIn(page, 'admin');
  for (const size of [{ width: 1280, height: 400 }, sizes.narrow, { width: 320, height: 256 }]) {
    /* oxlint-disable no-await-in-loop -- one key press after the other */
    await page.setViewportSize(size);
    await openPage(page, '/members');
    await page.getByRole('checkbox').first().press('Space');
    await expect(page.getByRole('group', { name: 'Selected members' })).toBeVisible();
    for (const key of [...Array(12).fill('Tab'), ...Array(20).fill('Shift+Tab')]) {
      await page.keyboard.press(key);
      const at = await focused(page);
      expect(at?.isCovered, `${size.width}, ${key}: ${at?.what}`).not.toBe(true);
    }
    await openPage(page, '/policy?draft=');
    await page.getByRole('table').getByRole('button').last().focus();
    for (let press = 0; press < 30; press++) {
      expect(await focused(page), `${size.width}, ${press}`).toMatchObject({
        isInView: true,
        isCovered: false,
      });
      await page.keyboard.press('Shift+Tab');
    }
    /* oxlint-enable no-await-in-loop */
  }
});

/** The styles that can distinguish an element from adjacent ones in forced colours: not backgrounds or shadows. */
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
