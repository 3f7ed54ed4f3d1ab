import type { Page } from '@playwright/test';
import { expect, test } from './console-test.ts';
import { openPage, signInToEveryPage, sizes, tooWide } from './console-pages.ts';

/** Web Vitals rates a sum above 0.1 as poor; our limit is lower. */
const mostShift = 0.05;

/** Records layout shifts from the start of each page that no click or key of the user caused. */
async function recordShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: { value: number; moved: string[] }[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!('value' in entry) || typeof entry.value !== 'number') continue;
        if ('hadRecentInput' in entry && entry.hadRecentInput === true) continue;
        const sources = 'sources' in entry && Array.isArray(entry.sources) ? entry.sources : [];
        const moved = sources.map(({ node, previousRect: from, currentRect: to }) => {
          const what =
            node instanceof Element ? node.outerHTML.slice(0, 90) : String(node?.textContent).slice(0, 60);
          return `${what} ${[from, to].map(({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ')).join(' → ')}`;
        });
        shifts.push({ value: entry.value, moved });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

const shiftsOf = (page: Page) =>
  page.evaluate(() => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by recordShifts
    const { shifts = [] } = globalThis as { shifts?: { value: number; moved: string[] }[] };
    return { sum: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
  });

const key = /\b(?:reports|collections|members|requests|audit|sync|policy)[:.][a-z-]+/;

/** The key of a permission that the page shows: only the pages about the policy do, others show its name. */
async function permissionKeyOn(page: Page, path: string): Promise<string | undefined> {
  if (/^\/(?:policy|why)/.test(path)) return undefined;
  // The details of an event.
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
    if (sum > mostShift)
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
