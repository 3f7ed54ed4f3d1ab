import { expect, type Page } from '@playwright/test';
import { cutOff } from './console-pages.ts';

/** A4 in CSS pixels, for media queries. `printed` is the width within its margins, for the layout. */
const paper = { width: 794, height: 1123 };
const printed = 673;

/**
 * Expects that the page prints well for an administrator of the default organization: it is light, names who printed it
 * and has no controls; rows are not split, the table head repeats on every sheet, and nothing exceeds the sheet.
 */
export async function expectPrintable(page: Page): Promise<void> {
  const screen = page.viewportSize() ?? paper;
  await page.setViewportSize(paper);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  // The print listener may still be loading.
  await expect(async () => {
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const line = page.getByText(/^Latchkey · Default organization · Printed by Amelia Hart on .+ at \d/);
    expect(await line.isVisible()).toBe(true);
  }).toPass({ timeout: 60_000 });
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'light');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeHidden();
  // Chromium omits buttons from a repeated table head, so the print styles render buttons as text, without a box.
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

/** Finds the elements beyond the edge of the sheet, where they are not printed. */
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

const people = Array.from({ length: 509 }, (_, index) => ({
  key: `u-${index}`,
  name: `Person ${index}`,
  email: `person.${index}@latchkey.example`,
  roles: ['viewer'],
}));

/** Expects that a report of 509 people is printed on at most 12 sheets, each with the title and a number. */
export async function expectFewSheets(page: Page, title: string): Promise<void> {
  await page.route('**/api/trpc/*reports.get*', async (route) => {
    const response = await route.fetch();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows are the only field that changes
    const answers = (await response.json()) as { result?: { data?: { content?: object } } }[];
    for (const { result } of answers)
      if (result?.data?.content !== undefined)
        Object.assign(result.data.content, { rows: people, total: people.length });
    await route.fulfill({ response, json: answers });
  });
  await page.goto('/reports');
  await page.getByRole('link', { name: title }).click();
  await expect(page.getByRole('rowheader', { name: /^Person 7/ }).first()).toBeVisible();
  // Resets the media type that `expectPrintable` has set.
  await page.emulateMedia({ media: null });
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(5);
  expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(12);
  const margins = (): Promise<string> =>
    page.evaluate(() => {
      dispatchEvent(new Event('beforeprint'));
      const rules = document.adoptedStyleSheets.flatMap(({ cssRules }) => [...cssRules]);
      dispatchEvent(new Event('afterprint'));
      return rules.map(({ cssText }) => cssText).join('');
    });
  // The code for printing is loaded after the page.
  await expect.poll(margins).toContain(`${title} · Latchkey`);
  expect(await margins()).toContain('counter(page)');
  await page.unroute('**/api/trpc/*reports.get*');
}
