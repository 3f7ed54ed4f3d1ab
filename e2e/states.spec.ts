import type { Page } from '@playwright/test';
import { expect, expectAccessible, keepScreenshot, test } from './console-test.ts';
import { isDrawn, signInToEveryPage, sizes, tooWide } from './console-pages.ts';
import { fakeAnswers, type FakedState } from './fake-answers.ts';

/** Each page in each of them would take minutes: what is in place of a page is the same everywhere. */
const inPlaceOfPage = {
  failed: /couldn’t be loaded/,
  denied: /don’t have access/,
  outage: /can’t be checked/,
};
type InPlaceOfPage = keyof typeof inPlaceOfPage;
const isInPlaceOfPage = (state: FakedState): state is InPlaceOfPage => Object.hasOwn(inPlaceOfPage, state);
const ofThePage = ['loading', 'empty', 'long names'] as const satisfies readonly FakedState[];

/** Text that a box cuts off without an ellipsis that says so. */
const cutOff = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const cut = [...document.querySelectorAll('body *')].find((one) => {
      const { overflowX, textOverflow, clip } = getComputedStyle(one);
      const isForEars = clip !== 'auto' || one.clientWidth <= 1;
      const hides = overflowX === 'hidden' || overflowX === 'clip';
      return hides && !isForEars && textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1;
    });
    return cut?.outerHTML.slice(0, 150) ?? null;
  });

/** Rows of a table on a desk in which a long name takes the room of what the row is about. */
const squeezedOf = (page: Page, where: string): Promise<string[]> =>
  page.locator('main tbody tr > :first-child').evaluateAll(
    (cells, at) =>
      cells.flatMap((cell) => {
        const width = cell.getBoundingClientRect().width;
        const table = cell.closest('table')?.getBoundingClientRect().width ?? 0;
        return width < table / 4
          ? [`${at}: ${Math.round(width)} of ${Math.round(table)} px for ${cell.textContent}`]
          : [];
      }),
    where,
  );

/** What does not fit on a narrow window, or when zoomed. */
async function misfitsOf(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const size of ['narrow', 'zoomed'] as const) {
    /* oxlint-disable no-await-in-loop -- one page */
    await page.setViewportSize(sizes[size]);
    await isDrawn(page);
    for (const what of [await tooWide(page), await cutOff(page)])
      if (what !== null) found.push(`${where}, ${size}: ${what}`);
    /* oxlint-enable no-await-in-loop */
  }
  return found;
}

async function openInState(page: Page, path: string, state: FakedState): Promise<void> {
  await page.goto(path);
  if (state === 'loading') await expect(page.locator('main .skeleton').first()).toBeVisible();
  // What failed is asked for twice again before the page says so.
  else if (isInPlaceOfPage(state))
    await expect(page.getByRole('heading', { level: 1, name: inPlaceOfPage[state] })).toBeVisible();
  else await expect(page.locator('main [aria-busy="true"], main .skeleton')).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('heading').first()).toBeAttached();
  await isDrawn(page);
}

test('every page is whole and accessible while it loads, empty, with long names, failed, denied and in an outage', async ({
  page,
}) => {
  test.setTimeout(600_000);
  const paths = await signInToEveryPage(page);
  const queried = paths.filter((path) => !['/reports/new', '/nowhere', '/why', '/setup'].includes(path));
  const report = queried.filter((path) => path.startsWith('/reports'));
  const problems: string[] = [];
  const walk = async (state: FakedState, walked: readonly string[]): Promise<void> => {
    await fakeAnswers(page, state);
    for (const [index, path] of walked.entries()) {
      /* oxlint-disable no-await-in-loop -- one page */
      const where = `${state}, ${path}`;
      await page.emulateMedia({ colorScheme: index % 2 === 0 ? 'light' : 'dark' });
      await openInState(page, path, state);
      problems.push(...(await misfitsOf(page, where)));
      await page.setViewportSize(sizes.desk);
      if (state === 'long names') problems.push(...(await squeezedOf(page, where)));
      await expectAccessible(page, where);
      await keepScreenshot(page, `state-${state.replace(' ', '-')}${path.replaceAll('/', '-').slice(0, 24)}`);
      /* oxlint-enable no-await-in-loop */
    }
  };
  for (const state of ofThePage) await walk(state, queried); // oxlint-disable-line no-await-in-loop
  for (const state of ['failed', 'denied', 'outage'] as const) await walk(state, report); // oxlint-disable-line no-await-in-loop
  expect(problems).toEqual([]);
});

test('what floats fits on a narrow window and when zoomed; Escape closes it, and the focus returns', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const paths = await signInToEveryPage(page);
  const report = paths.find((path) => /^\/reports\/[0-9a-f]{8}-/.test(path)) ?? '';
  const problems: string[] = [];
  const openings: readonly (readonly [string, string | RegExp])[] = [
    ['/reports', /^Your account/],
    ['/reports', 'Open menu'],
    [report, 'Delete report'],
    ['/sync', 'Reconcile now'],
    ['/members', /^Change roles of/],
    ['/why', /^Person:/],
  ];
  for (const [path, name] of openings) {
    /* oxlint-disable no-await-in-loop -- one page */
    await page.setViewportSize(sizes.narrow);
    await page.goto(path);
    const opener = page.getByRole(path === '/why' ? 'combobox' : 'button', { name }).first();
    await opener.focus();
    await page.keyboard.press('Enter');
    const floating = page.locator('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]');
    await expect(floating.first()).toBeVisible();
    problems.push(...(await misfitsOf(page, `${path}, ${String(name)}`)));
    await page.setViewportSize(sizes.narrow);
    await keepScreenshot(
      page,
      `narrow-open${path.replaceAll('/', '-').slice(0, 12)}-${String(name).replaceAll(/\W/g, '')}`,
    );
    await page.keyboard.press('Escape');
    await expect(floating).toHaveCount(0);
    await expect(opener).toBeFocused();
    /* oxlint-enable no-await-in-loop */
  }
  expect(problems).toEqual([]);
});
