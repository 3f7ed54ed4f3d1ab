import type { Page } from '@playwright/test';
import { expect, test } from './console-test.ts';
import {
  maxShift,
  openPage,
  recordShifts,
  shiftsOf,
  signInToEveryPage,
  sizes,
  tooWide,
} from './console-pages.ts';

const key = /\b(?:reports|collections|members|requests|audit|sync|policy)[:.][a-z-]+/;

/** Finds the key of a permission on a page. Only pages about the policy show keys; others show names. */
async function permissionKeyOn(page: Page, path: string): Promise<string | undefined> {
  if (/^\/(?:policy|why)/.test(path)) return undefined;
  // Opens the details of an event.
  if (path === '/audit') await page.locator('main li button').first().click();
  const texts = await page.locator('body, body [title], body [aria-label]').evaluateAll((all) =>
    all.map((one) => {
      const shown = one instanceof HTMLElement && one === document.body ? one.innerText : '';
      return [shown, one.getAttribute('title'), one.getAttribute('aria-label')].join('\n');
    }),
  );
  return key.exec(texts.join('\n'))?.[0];
}

async function problemsOf(page: Page, path: string): Promise<string[]> {
  const problems: string[] = [];
  for (const device of ['desk', 'phone'] as const) {
    /* oxlint-disable no-await-in-loop -- one page */
    await page.setViewportSize(sizes[device]);
    await openPage(page, path);
    const { sum, shifts } = await shiftsOf(page);
    if (sum > maxShift)
      problems.push(`${path}, ${device}: shifts by ${sum.toFixed(3)} ${JSON.stringify(shifts)}`);
    /* oxlint-enable no-await-in-loop */
  }
  const shown = await permissionKeyOn(page, path);
  if (shown !== undefined) problems.push(`${path}: shows the key of a permission: ${shown}`);
  for (const size of ['phone', 'zoomed', 'narrow'] as const) {
    await page.setViewportSize(sizes[size]); // oxlint-disable-line no-await-in-loop
    const wide = await tooWide(page); // oxlint-disable-line no-await-in-loop
    if (wide !== null) problems.push(`${path}, ${size}: wider than the window: ${wide}`);
  }
  await page.setViewportSize(sizes.desk);
  return problems;
}

test('no page shifts while loading, scrolls horizontally on a narrow window or zoomed, or shows the key of a permission', async ({
  page,
}) => {
  await recordShifts(page);
  const problems = await problemsOf(page, '/');
  for (const path of await signInToEveryPage(page)) problems.push(...(await problemsOf(page, path))); // oxlint-disable-line no-await-in-loop
  expect(problems).toEqual([]);
});
