import type { Page } from '@playwright/test';
import { chooseLanguage, expect, expectAccessible, keepScreenshot, test } from './console-test.ts';
import { cutOff, isDrawn, signInToEveryPage, sizes, tooWide } from './console-pages.ts';
import { fakeAnswers, holdAnswers } from './fake-answers.ts';
import { signIn } from './sign-in.ts';

/**
 * The heading in place of the page, by error state. Error states are the same on every page, and testing each page in
 * each of them would take minutes.
 */
const inPlaceOfPage = {
  failed: /couldn’t be loaded/,
  denied: /don’t have access/,
  outage: /can’t be checked/,
} as const;

/** Finds table rows in which, on a desktop, a long name takes the space of the row's subject. */
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

/** Finds elements that do not fit into a narrow or zoomed window. */
async function misfitsOf(
  page: Page,
  where: string,
  windows: readonly ('narrow' | 'zoomed')[] = ['narrow', 'zoomed'],
): Promise<string[]> {
  const found: string[] = [];
  for (const size of windows) {
    /* oxlint-disable no-await-in-loop -- one page */
    await page.setViewportSize(sizes[size]);
    await isDrawn(page);
    for (const what of [await tooWide(page), await cutOff(page)])
      if (what !== null) found.push(`${where}, ${size}: ${what}`);
    /* oxlint-enable no-await-in-loop */
  }
  return found;
}

async function inspectState(page: Page, state: string, path: string): Promise<void> {
  await page.setViewportSize(sizes.desk);
  await expect(page.getByRole('main').getByRole('heading').first()).toBeAttached();
  await expectAccessible(page, `${state}, ${path}`);
  await keepScreenshot(page, `state-${state.replace(' ', '-')}${path.replaceAll('/', '-').slice(0, 24)}`);
}

/** The pages of a report, a member or a delivery have no list, so they are never empty. */
const ofOneThing = /^\/(reports|members|sync\/deliveries)\/(?!invitations)/;

const skeletons = (page: Page) => page.locator('main [aria-busy="true"], main .skeleton');

// The page may still wait for an answer, whose faking would fail.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

test('every page fits and is accessible while loading, with long names, and empty', async ({ page }) => {
  const paths = await signInToEveryPage(page);
  const queried = paths.filter((path) => !['/reports/new', '/nowhere', '/why', '/setup'].includes(path));
  const problems: string[] = [];
  for (const [index, path] of queried.entries()) {
    /* oxlint-disable no-await-in-loop -- one page */
    await page.emulateMedia({ colorScheme: index % 2 === 0 ? 'light' : 'dark' });
    const release = await holdAnswers(page, 'long names');
    await page.goto(path);
    await expect(skeletons(page).first()).toBeVisible();
    problems.push(...(await misfitsOf(page, `loading, ${path}`, ['narrow'])));
    await inspectState(page, 'loading', path);
    release();
    await expect(skeletons(page)).toHaveCount(0);
    problems.push(...(await misfitsOf(page, `long names, ${path}`)));
    await chooseLanguage(page, 'ko');
    problems.push(...(await misfitsOf(page, `long names in Korean, ${path}`, ['narrow'])));
    await keepScreenshot(page, `state-long-names-ko${path.replaceAll('/', '-').slice(0, 24)}`);
    await chooseLanguage(page, 'en');
    await inspectState(page, 'long names', path);
    problems.push(...(await squeezedOf(page, `long names, ${path}`)));
    if (ofOneThing.test(path)) continue;
    await fakeAnswers(page, 'empty');
    await page.reload();
    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
    await expect(skeletons(page)).toHaveCount(0);
    problems.push(...(await misfitsOf(page, `empty, ${path}`, ['narrow'])));
    await inspectState(page, 'empty', path);
    /* oxlint-enable no-await-in-loop */
  }
  expect(problems).toEqual([]);
});

test('failed, denied and unverifiable pages fit and are accessible', async ({ page }) => {
  await signIn(page, 'admin');
  const problems: string[] = [];
  for (const state of ['failed', 'denied', 'outage'] as const) {
    /* oxlint-disable no-await-in-loop -- one page */
    await fakeAnswers(page, state);
    await page.goto('/reports');
    // A failed query is retried twice before the page shows the error.
    await expect(page.getByRole('heading', { level: 1, name: inPlaceOfPage[state] })).toBeVisible();
    problems.push(...(await misfitsOf(page, state)));
    await inspectState(page, state, '/reports');
    /* oxlint-enable no-await-in-loop */
  }
  expect(problems).toEqual([]);
});

test('popups fit on a narrow window and when zoomed; Escape closes them and returns the focus', async ({
  page,
}) => {
  const paths = await signInToEveryPage(page);
  const report = paths.find((path) => /^\/reports\/[0-9a-f]{8}-/.test(path)) ?? '';
  const problems: string[] = [];
  const openings: readonly (readonly [string, string | RegExp])[] = [
    ['/reports', /^Your account/],
    ['/reports', 'Open menu'],
    ['/reports', 'Search'],
    ['/reports', /^Notifications/],
    [report, 'Share report'],
    [report, 'Export'],
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
