import { expect, test } from './console-test.ts';
import { sizes } from './console-pages.ts';
import { signIn, signUp } from './sign-in.ts';

test('an administrator sees a denial live, opens its details, and shares the event', async ({
  page,
  otherPage,
  inspect,
}) => {
  const viewer = await otherPage();
  // A user who has no events from other tests.
  await signUp(viewer, 'vera.visitor@latchkey.example');
  await signIn(page, 'admin');
  await page.getByRole('link', { name: 'Audit' }).click();
  const events = page.getByRole('list', { name: 'Events, newest first' });

  await test.step('live', async () => {
    await expect(events.getByRole('button').first()).toBeVisible();
    for (const path of ['/audit', '/sync']) {
      await viewer.goto(path);
      await expect(viewer.getByRole('heading', { name: 'You don’t have access to this' })).toBeVisible();
    }
    await expect(events.getByRole('button', { name: /Denied View directory sync/ }).first()).toBeVisible();
    // Opening the log is an event; the page's refetches are not.
    await expect(events.getByRole('button', { name: /Allowed View the audit log/ })).toHaveCount(1);
  });

  await test.step('a time range by dragging over the chart, which can be left again', async () => {
    await page.getByRole('link', { name: 'Denied', exact: true }).click();
    await expect(page).toHaveURL(/show=denied/);
    await expect(events.getByText('Allowed')).toHaveCount(0);
    const chart = page.getByRole('list', { name: 'Events over time' });
    const { x, y, width, height } = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(x + width - 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2);
    await expect(page.getByText(/denied\. Press Enter to apply, Escape to cancel/)).toBeVisible();
    await page.mouse.up();
    await expect(page).toHaveURL(/show=denied&from=.+&to=.+/);
    // On a phone only the rows of chips scroll sideways.
    await page.setViewportSize(sizes.phone);
    await expect(page.getByRole('link', { name: /Remove this filter/ })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(sizes.phone.width);
    await page.setViewportSize(sizes.desk);
    await page.goBack();
    await expect(page).toHaveURL(/\/audit\?show=denied$/);
  });

  await test.step('one event, and the others like it', async () => {
    await events
      .getByRole('button', { name: /View directory sync/ })
      .first()
      .click();
    await expect(events.getByText('no role grants this permission', { exact: true })).toBeVisible();
    await inspect('audit');
    await events.getByRole('link', { name: 'Only this person' }).click();
    await expect(page.getByRole('link', { name: /^Person .*Remove this filter/ })).toBeVisible();
    // One denial for each visited page.
    await expect(events.getByRole('button', { name: /Denied/ })).toHaveCount(2);
  });

  await test.step('a page of its own, which explains it', async () => {
    await events.getByRole('link', { name: 'Open event' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'View directory sync' })).toBeVisible();
    await expect(page.getByText(/^As of/)).toBeVisible();
    await inspect('audit-event');
    await page.getByRole('button', { name: 'See why (current)' }).click();
    await expect(page.getByRole('heading', { name: /^No, .* can’t$/ })).toBeVisible();
  });
});
