import type { Page } from '@playwright/test';
import { expect, test } from './console-test.ts';
import { openPage, signInToEveryPage } from './console-pages.ts';

/** The element that has the focus: what it is, whether it shows it, and where it is. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    if (one === null || one === document.body) return null;
    // The link of a row draws its ring around the row.
    const rings = [undefined, '::after'].map((part) => getComputedStyle(one, part));
    const { left, top, width, height } = one.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + Math.min(height / 2, 20)];
    const above = document.elementFromPoint(x, y);
    const isNew = !one.hasAttribute('data-reached');
    // The first one again: nothing is after the last one, and this browser begins anew.
    if (!isNew && document.querySelector('[data-reached]') === one) return null;
    one.setAttribute('data-reached', '');
    return {
      what: one.outerHTML.slice(0, 120),
      isNew,
      isMarked: rings.some(
        ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px',
      ),
      isInView: x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight,
      isCovered: above !== null && !one.contains(above) && !above.contains(one),
    };
  });

test('on every page the Tab key reaches everything, in order, visibly, and is never caught', async ({
  page,
}) => {
  for (const path of await signInToEveryPage(page)) {
    /* oxlint-disable no-await-in-loop -- key after key */
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
      // The order of the keys begins at the top, also where a page has focused its first field.
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
    });
    for (;;) {
      await page.keyboard.press('Tab');
      const at = await focused(page);
      if (at === null) break;
      // Keys that come to an element again are caught.
      expect(at, `${path}: ${at.what}`).toMatchObject({
        isNew: true,
        isMarked: true,
        isInView: true,
        isCovered: false,
      });
    }
    // Of a group of radio buttons, the keys reach one.
    const missed = await page
      .locator('[data-reach]:not([data-reached], [type="radio"])')
      .evaluateAll((all) => all.map((one) => one.outerHTML.slice(0, 120)));
    expect(missed, path).toEqual([]);
    /* oxlint-enable no-await-in-loop */
  }
});
