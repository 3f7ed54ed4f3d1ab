import { expect, test } from './console-test.ts';
import { signIn } from './people.ts';

test('while the PDP is down nothing is denied, and the page opens by itself when it is back', async ({
  page,
  stack,
  request,
  inspect,
}) => {
  await signIn(page, 'editor');
  const faults = `${stack.permitPdp}/_emulator/faults`;
  expect((await request.post(faults, { data: { drop: true } })).ok()).toBe(true);
  try {
    await page.goto('/reports/new');
    const outage = page.getByRole('heading', { level: 1, name: 'Permissions can’t be checked right now' });
    await expect(outage).toBeVisible();
    await expect(page.getByText('You don’t have access to this')).toHaveCount(0);
    await inspect('undecided');
  } finally {
    expect((await request.delete(faults)).ok()).toBe(true);
  }
  await expect(page.getByRole('heading', { level: 1, name: 'New report' })).toBeVisible({ timeout: 60_000 });
});

test('while the server is down the page says so, and a retry brings it back', async ({ page, inspect }) => {
  await signIn(page, 'viewer');
  await page.route('**/api/trpc/**', (route) => route.abort());
  await page.goto('/reports');
  await expect(page.getByRole('heading', { name: 'The reports couldn’t be loaded' })).toBeVisible();
  await inspect('unreachable');
  await page.unroute('**/api/trpc/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Access reports' })).toBeVisible();
});
