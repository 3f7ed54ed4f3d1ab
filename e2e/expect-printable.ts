import { expect, type Page } from '@playwright/test';
import { cutOff } from './console-pages.ts';

/** A4 in CSS pixels, by which media queries go, and what its margins leave of its width, which the page is laid out in. */
const paper = { width: 794, height: 1123 };
const printed = 673;

/**
 * As an administrator of the default organization prints it: light, with who printed it, nothing to press; no row is cut, the head of
 * a table is on every sheet, and everything is within the sheet.
 */
export async function expectPrintable(page: Page): Promise<void> {
  const screen = page.viewportSize() ?? paper;
  await page.setViewportSize(paper);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  // What listens to it may still be loading.
  await expect(async () => {
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const line = page.getByText(/^Latchkey · Default organization · Printed by Amelia Hart on .+ at \d/);
    expect(await line.isVisible()).toBe(true);
  }).toPass({ timeout: 60_000 });
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'light');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeHidden();
  // Chromium leaves the box of a button out of the head that it repeats: without a box, it is text.
  const boxes = await page
    .getByRole('button')
    .evaluateAll((buttons) =>
      buttons
        .filter((button) => getComputedStyle(button).display !== 'contents')
        .map(({ outerHTML }) => outerHTML),
    );
  expect(boxes).toEqual([]);
  for (const head of await page.locator('thead').all()) {
    /* oxlint-disable no-await-in-loop -- one page */
    await expect(head).toHaveCSS('display', 'table-header-group');
    await expect(head).toHaveCSS('break-inside', 'avoid');
    /* oxlint-enable no-await-in-loop */
  }
  await expect(page.locator('tbody tr').first()).toHaveCSS('break-inside', 'avoid');
  await page.evaluate((width) => (document.documentElement.style.width = `${width}px`), printed);
  expect(await cutOff(page)).toBeNull();
  expect(await beside(page)).toEqual([]);
  await page.evaluate(() => document.documentElement.removeAttribute('style'));
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(page.getByText(/Printed by/)).toHaveCount(0);
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  await page.setViewportSize(screen);
}

/** What is beyond the edge of the sheet, where it is not printed. */
const beside = (page: Page): Promise<string[]> =>
  page
    .locator('main *')
    .evaluateAll(
      (all, width) =>
        all
          .filter((one) => one.getBoundingClientRect().right > width)
          .map(({ outerHTML }) => outerHTML.slice(0, 150)),
      printed,
    );
