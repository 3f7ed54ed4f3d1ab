import { join } from 'node:path';
import { expect, test } from './console-test.ts';
import { enterCredentials } from './sign-in.ts';
import { parseStack, startSystem } from './start-system.ts';
import { switchTo } from './console-pages.ts';

test('the first start seeds a living organization: staff, reports, requests, three months of events, a dead letter', async ({
  page,
}) => {
  const system = await startSystem({
    logFile: join(import.meta.dirname, 'test-results', 'start-first-start.log'),
    withPast: true,
  });
  try {
    const { web } = parseStack(system.line);
    await page.goto(web);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await enterCredentials(page, 'admin');
    await page.getByRole('link', { name: 'Access reports' }).click();
    for (const [title, owner] of [
      ['Access review, third quarter', 'Daniel Okoro'],
      ['Access review, fourth quarter', 'Daniel Okoro'],
      ['Administrators, before the audit of the insurers', 'Amelia Hart'],
    ] as const) {
      const row = page.getByRole('row', { name: new RegExp(title) });
      await expect(row).toContainText(owner); // oxlint-disable-line no-await-in-loop -- one after the other
    }
    await page.getByRole('link', { name: 'Access requests 2' }).click();
    await expect(page.getByRole('listitem', { name: /Maximiliana/ })).toBeVisible();
    await expect(page.getByRole('listitem', { name: /Mateo Silva/ })).toBeVisible();
    await page.goto(`${web}/requests?status=all`);
    const requests = page.getByRole('main').getByRole('list', { name: 'Access requests' });
    await expect(requests.getByText('Approved')).toHaveCount(2);
    await expect(requests.getByText('Denied')).toHaveCount(1);

    await page.goto(`${web}/members`);
    await expect(page.getByText(/^All\s*6\d$/)).toBeVisible();
    await page.goto(`${web}/members/danielokoro2`);
    await expect(page.getByRole('region', { name: 'Sessions' }).getByText(/^Signed in/)).toHaveCount(1);
    await page.goto(`${web}/audit?period=month`);
    await expect(page.getByText(/^\d{3,} events, [1-9]\d* denied$/)).toBeVisible();

    await page.goto(`${web}/sync?status=failed`);
    await expect(page.getByRole('button', { name: 'Retry 1 failed delivery' })).toBeVisible();

    const org = await switchTo(page, /Brightwater Health/);
    await page.goto(`${web}/requests?org=${org}`);
    await expect(page.getByRole('listitem', { name: /김서연/ })).toBeVisible();
    await page.goto(`${web}/members/invitations?org=${org}`);
    await expect(page.getByRole('listitem', { name: 'leila.haddad@brightwater.example' })).toBeVisible();
  } finally {
    await system.stop();
  }
});
