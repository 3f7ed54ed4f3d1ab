import type { Page } from '@playwright/test';
import { expect, test } from './console-test.ts';
import { signIn } from './sign-in.ts';

const sizes = {
  desk: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  /** 1280 px at a zoom of 200 %. */
  zoomed: { width: 640, height: 400 },
  /** WCAG 2.2, 1.4.10: reflow. */
  narrow: { width: 320, height: 640 },
} as const;

/** Web Vitals calls a sum above 0.1 bad; ours are held lower. */
const mostShift = 0.05;

/** From the start of each page: what moved without a click or a key of the person, and by how much. */
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

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"], .skeleton')).toHaveCount(0);
  // Two frames: what the last answer moved is drawn and recorded.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

const shiftsOf = (page: Page) =>
  page.evaluate(() => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by recordShifts
    const { shifts = [] } = globalThis as { shifts?: { value: number; moved: string[] }[] };
    return { sum: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
  });

/** The first element that is cut off or makes the page scroll sideways. */
const tooWide = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return null;
    const widest = [...document.querySelectorAll('body *')].find(
      (one) => one.getBoundingClientRect().right > clientWidth + 1,
    );
    return widest?.outerHTML.slice(0, 150) ?? 'something';
  });

async function problemsOf(page: Page, path: string): Promise<string[]> {
  const problems: string[] = [];
  for (const device of ['desk', 'phone'] as const) {
    /* oxlint-disable no-await-in-loop -- one page */
    await page.setViewportSize(sizes[device]);
    await open(page, path);
    const { sum, shifts } = await shiftsOf(page);
    if (sum > mostShift)
      problems.push(`${path}, ${device}: shifts by ${sum.toFixed(3)} ${JSON.stringify(shifts)}`);
    /* oxlint-enable no-await-in-loop */
  }
  for (const size of ['phone', 'zoomed', 'narrow'] as const) {
    await page.setViewportSize(sizes[size]); // oxlint-disable-line no-await-in-loop
    const wide = await tooWide(page); // oxlint-disable-line no-await-in-loop
    if (wide !== null) problems.push(`${path}, ${size}: wider than the window: ${wide}`);
  }
  await page.setViewportSize(sizes.desk);
  return problems;
}

test('no page moves while it loads, nor scrolls sideways on a narrow window or zoomed', async ({ page }) => {
  test.setTimeout(300_000);
  await recordShifts(page);
  const problems = await problemsOf(page, '/');
  await signIn(page, 'admin');
  // The sidebar shows what needs a permission when the gates have answered.
  for (const name of [/^Members/, /^Access requests/, /^Directory sync/])
    await expect(page.getByRole('link', { name })).toBeVisible(); // oxlint-disable-line no-await-in-loop
  const entries = await page.getByRole('navigation').first().getByRole('link').all();
  const linked = await Promise.all(entries.map((link) => link.getAttribute('href')));
  await page.goto('/reports/new');
  await page.getByLabel('Title').fill('Everyone and their roles, with a title as long as people write them');
  await page.getByRole('button', { name: 'Create report' }).click();
  await page.waitForURL(/reports\/[0-9a-f]{8}-/);
  const report = new URL(page.url()).pathname;
  await open(page, '/sync');
  const delivery = await page.locator('main a[href^="/sync/deliveries/"]').first().getAttribute('href');
  const paths = new Set([...linked, '/reports/new', report, delivery, '/members/invitations', '/nowhere']);
  expect(paths.size).toBeGreaterThan(8);
  for (const path of paths) {
    if (path !== null) problems.push(...(await problemsOf(page, path))); // oxlint-disable-line no-await-in-loop
  }
  expect(problems).toEqual([]);
});
