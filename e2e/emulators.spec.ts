import type { Page } from '@playwright/test';
import { expect, test } from './console-test.ts';
import { sizes, tooWide } from './console-pages.ts';
import { signIn } from './sign-in.ts';

/** The vertical positions of an element's lines of text, in pixels. */
const topsOf = (page: Page, selector: string): Promise<number[]> =>
  page.locator(selector).evaluateAll((all) =>
    all.map((one) => {
      const text = document.createTreeWalker(one, NodeFilter.SHOW_TEXT).nextNode();
      const range = document.createRange();
      if (text !== null) range.selectNodeContents(text);
      return Math.round(range.getBoundingClientRect().top);
    }),
  );

test('in the decision log, "Why" has space beside long ids, and a row is one line', async ({
  page,
  stack,
  inspect,
}) => {
  await signIn(page, 'viewer');
  await page.goto('/reports/00000000-0000-4000-8000-000000000000');
  await expect(page.getByRole('heading', { name: 'This report doesn’t exist' })).toBeVisible();
  await page.goto(`${stack.permitApi}/console/decisions`);
  const row = page.getByRole('row').nth(1);
  await expect(row).toBeVisible();
  await row.evaluate((one) => {
    const [user, code] = one.querySelectorAll('th, code');
    user?.replaceChildren('maximiliana-theodora.wolfeschlegelsteinhausen|0123456789');
    code?.after(
      ' ',
      Object.assign(document.createElement('span'), {
        className: 'on',
        textContent: 'on 0b1e8a4c-9f43-4a1b-8a51-3c1c7b9f5e20',
      }),
    );
  });
  const why = await row.locator('.reason').boundingBox();
  expect(why?.width).toBeGreaterThan(300);
  expect(await tooWide(page)).toBeNull();
  const scroll = page.getByRole('region', { name: 'Decisions' });
  expect(await scroll.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
  const [when, state] = await topsOf(page, 'tbody tr:nth-child(2) :is(td.when, .state)');
  expect(Math.abs((when ?? 0) - (state ?? 0))).toBeLessThanOrEqual(1);
  await inspect('permit-decisions');
});

test('a test account with a long address is readable on a narrow window', async ({ page, inspect }) => {
  await page.goto('/access');
  await page.getByText('Test accounts').click();
  await page.setViewportSize(sizes.narrow);
  const account = page.getByRole('button', { name: /Maximiliana/ });
  expect(await account.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
  const cut = await account
    .locator('span')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length);
  expect(cut).toBe(0);
  expect(await tooWide(page)).toBeNull();
  await inspect('logto-test-accounts');
});
