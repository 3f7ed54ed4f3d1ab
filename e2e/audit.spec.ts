import { expect, test } from './console-test.ts';
import { signIn } from './sign-in.ts';

test('an administrator sees who was denied as it happens, finds out all about it, and shares the event', async ({
  page,
  otherPage,
  inspect,
}) => {
  const viewer = await otherPage();
  await signIn(viewer, 'viewer');
  await signIn(page, 'admin');
  await page.getByRole('link', { name: 'Audit' }).click();
  const events = page.getByRole('list', { name: 'Events, newest first' });

  await test.step('live', async () => {
    await expect(events.getByRole('button').first()).toBeVisible();
    await viewer.goto('/sync');
    await expect(events.getByRole('button', { name: /Denied View directory sync/ }).first()).toBeVisible();
    // Reading the log is an event as well, but not with each time that the page reads again.
    await expect(events.getByRole('button', { name: /View the audit log/ })).toHaveCount(1);
    await inspect('audit');
  });

  await test.step('one event, and the others like it', async () => {
    await page.getByRole('link', { name: 'Denied', exact: true }).click();
    await expect(page).toHaveURL(/show=denied/);
    await expect(events.getByText('Allowed')).toHaveCount(0);
    await events
      .getByRole('button', { name: /View directory sync/ })
      .first()
      .click();
    await expect(events.getByText('no role that gives it', { exact: true })).toBeVisible();
    await inspect('audit-event-unfolded');
    await events.getByRole('link', { name: 'Only by this person' }).click();
    await expect(page.getByRole('link', { name: /^By .*Remove this filter/ })).toBeVisible();
  });

  await test.step('a page of its own, which leads to why', async () => {
    await events.getByRole('link', { name: 'Page of this event' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'View directory sync' })).toBeVisible();
    await inspect('audit-event');
    await page.getByRole('link', { name: 'Why, as it is now' }).click();
    await expect(page.getByRole('heading', { name: /^No, .* can’t$/ })).toBeVisible();
  });

  await test.step('nothing matches', async () => {
    await page.goto('/audit?show=unavailable');
    await expect(page.getByText('No event matches')).toBeVisible();
    await inspect('audit-empty');
  });
});
