import { expect, type Locator, type Page } from '@playwright/test';
import { signIn } from './sign-in.ts';

export const sizes = {
  desk: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  /** 1280 px at 200 % zoom. */
  zoomed: { width: 640, height: 400 },
  /** WCAG 2.2, 1.4.10: reflow. */
  narrow: { width: 320, height: 640 },
} as const;

/**
 * Signs in an administrator, and creates a report and a collection. Resolves to the paths of all pages of the console.
 */
export async function signInToEveryPage(page: Page): Promise<readonly string[]> {
  await signIn(page, 'admin');
  // The sidebar shows these entries once the gates have answered.
  for (const name of [/^Members/, /^Access requests/, /^Audit/, /^Directory sync/])
    await expect(page.getByRole('link', { name })).toBeVisible(); // oxlint-disable-line no-await-in-loop
  const entries = await page.getByRole('navigation').first().getByRole('link').all();
  const linked = await Promise.all(entries.map((link) => link.getAttribute('href')));
  await page.goto('/reports/new');
  await page.getByLabel('Title').fill('Everyone and their roles, with a title as long as people write them');
  await page.getByRole('button', { name: 'Create report' }).click();
  await page.waitForURL(/reports\/[0-9a-f]{8}-/);
  const report = new URL(page.url()).pathname;
  await page.goto('/reports');
  await page.getByRole('button', { name: 'New collection' }).click();
  await page
    .getByRole('textbox', { name: 'Title' })
    .fill('Reviews of a year, with a title as long as people write them');
  await page.getByRole('button', { name: 'Create collection' }).click();
  await page.waitForURL(/collections\/[0-9a-f]{8}-/);
  const collection = new URL(page.url()).pathname;
  await openPage(page, '/sync');
  const delivery = await page.locator('main a[href^="/sync/deliveries/"]').first().getAttribute('href');
  await openPage(page, '/members');
  const member = await page
    .locator('main a[href^="/members/"]:not([href$="invitations"]):not([href$="applications"])')
    .first()
    .getAttribute('href');
  const others = [
    '/reports/new',
    report,
    collection,
    delivery,
    member,
    '/members/applications',
    '/members/invitations',
    '/access/applications',
    '/why',
    '/nowhere',
  ];
  const paths = new Set([...linked, ...others].filter((path) => path !== null));
  expect(paths.size).toBeGreaterThan(9);
  return [...paths];
}

/** Opens a page. Resolves when it has its content. */
export async function openPage(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"], .skeleton')).toHaveCount(0);
  await isDrawn(page);
}

/** Waits two frames, so that the layout changes of the last response are rendered. */
export async function isDrawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** Web Vitals rates a sum above 0.1 as poor; our limit is lower. */
export const maxShift = 0.05;

/** Records the layout shifts of each page that no user input caused. */
export async function recordShifts(page: Page): Promise<void> {
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

export const shiftsOf = (page: Page) =>
  page.evaluate(() => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by recordShifts
    const { shifts = [] } = globalThis as { shifts?: { value: number; moved: string[] }[] };
    return { sum: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
  });

export const tooWide = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return null;
    const widest = [...document.querySelectorAll('body *')].find(
      (one) => one.getBoundingClientRect().right > clientWidth + 1,
    );
    return widest?.outerHTML.slice(0, 150) ?? 'something';
  });

export const cutOff = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const cut = [...document.querySelectorAll('body *')].find((one) => {
      const { overflowX, textOverflow, clip } = getComputedStyle(one);
      const isForEars = clip !== 'auto' || one.clientWidth <= 1;
      const hides = overflowX === 'hidden' || overflowX === 'clip';
      return hides && !isForEars && textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1;
    });
    if (cut === undefined) return null;
    const widths = `${cut.scrollWidth} of ${cut.clientWidth} px`;
    return `${widths}: ${cut.outerHTML.slice(0, 150)} … ${cut.textContent.slice(0, 100)}`;
  });

/** Expects that a sheet does not scroll horizontally in a narrow window, and animates nothing with reduced motion. */
export async function expectSheetFits(page: Page, sheet: Locator): Promise<void> {
  await page.setViewportSize(sizes.narrow);
  await isDrawn(page);
  const found = await sheet.evaluate((element) => {
    const moving = [element, ...element.querySelectorAll('*')].filter((one) => {
      const { transitionDuration, animationDuration } = getComputedStyle(one);
      const times = `${transitionDuration}, ${animationDuration}`.split(',');
      return times.some((time) => Number.parseFloat(time) > 0.01);
    });
    return {
      scrolls: element.scrollWidth - element.clientWidth,
      moving: moving.map(({ outerHTML }) => outerHTML),
    };
  });
  expect(found).toEqual({ scrolls: 0, moving: [] });
  await page.setViewportSize(sizes.desk);
}

export async function expectOnePhoneScreen(page: Page): Promise<void> {
  const { height } = sizes.phone;
  await page.setViewportSize(sizes.phone);
  await isDrawn(page);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(height);
}

/**
 * Switches to an organization in which the user is an administrator. Resolves to its id from the URL: only the default
 * organization's URLs have none.
 */
export async function switchTo(page: Page, organization: RegExp): Promise<string> {
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await navigation.getByRole('button', { name: /^Organization/ }).click();
  await page.getByRole('menuitemradio', { name: organization }).click();
  await expect(navigation.getByText('Administrator')).toBeVisible();
  await page.waitForURL(/[?&]org=/);
  return new URL(page.url()).searchParams.get('org') ?? '';
}
