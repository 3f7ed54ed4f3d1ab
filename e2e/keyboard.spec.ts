import type { Page } from '@playwright/test';
import { expect, test } from './console-test.ts';
import { openPage, signInToEveryPage } from './console-pages.ts';

/** The focused element: its description, whether its focus is visible, and its position. */
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
    // Back at the first one: after the last element, this browser starts over.
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
