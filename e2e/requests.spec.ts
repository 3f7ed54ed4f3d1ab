import { expect, expectAccessible, keepScreenshot, test } from './console-test.ts';
import { isDrawn, maxShift, recordShifts, shiftsOf, sizes } from './console-pages.ts';
import { signIn } from './sign-in.ts';

test('a viewer requests a role, an administrator sees it live and approves it for a day, and the button is enabled', async ({
  page,
  otherPage,
  inspect,
}) => {
  const viewer = await otherPage();
  await test.step('the administrator waits on an empty list', async () => {
    await signIn(page, 'admin');
    await page.getByRole('link', { name: 'Access requests' }).click();
    await expect(page.getByText('No requests to review')).toBeVisible();
    await inspect('requests-empty');
  });

  await test.step('the viewer requests the role editor from a page without access', async () => {
    await signIn(viewer, 'viewer');
    await viewer.goto('/reports/new');
    await viewer.getByRole('main').getByRole('button', { name: 'Request access' }).click();
    const form = viewer.getByRole('dialog', { name: 'Request access' });
    await form.getByLabel('Reason').fill('I prepare the yearly review of the finance team.');
    await form.getByRole('button', { name: 'Send request' }).click();
    const sent = viewer.getByRole('dialog', { name: 'Your request' });
    await expect(sent.getByText('Waiting for review')).toBeVisible();
    await expectAccessible(viewer, 'a sent request');
    await keepScreenshot(viewer, 'request-sent');
    await viewer.goto('/reports');
    await expect(viewer.getByRole('button', { name: 'New report' })).toHaveAttribute('aria-disabled', 'true');
  });

  const request = page.getByRole('listitem', { name: /김서연/ });
  const second = await page.context().newPage();
  await test.step('it appears without a reload, with what it would add', async () => {
    await expect(request.getByText('Create reports')).toBeVisible();
    await expect(request.getByText('I prepare the yearly review of the finance team.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Access requests 1' })).toBeVisible();
    await inspect('requests');
    await request.getByRole('button', { name: 'Deny…' }).click();
    await inspect('requests-refuse');
    await request.getByRole('button', { name: 'Approve for less time…' }).click();
    await inspect('requests-shorten');
  });

  await test.step('the page of the permission shows why they lack it', async () => {
    await request.getByRole('link', { name: /Details/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: '김서연 requested access' })).toBeVisible();
    await expect(page.getByRole('list', { name: 'From the person to the permission' })).toHaveText(
      /김서연.*Viewer.*doesn’t include.*Create reports/,
    );
    await inspect('request-details');
    await page.goBack();
  });

  await test.step('the first page shows the open request', async () => {
    await page.goto('/home');
    await expect(page.getByText('김서연 requested the role “Editor”')).toBeVisible();
    await inspect('home');
    await page.goBack();
  });

  await test.step('on a phone, the requests load later and move nothing; a row is beside its time', async () => {
    await recordShifts(second);
    await second.setViewportSize(sizes.phone);
    const { promise: isLate, resolve: load } = Promise.withResolvers<void>();
    await second.route(/requests\.list/, (route) => isLate.then(() => route.continue()));
    await second.goto('/home');
    await expect(second.getByRole('heading', { name: 'Needs your review' })).toBeVisible();
    await isDrawn(second);
    // Still hidden, because it would move when the late list of requests arrives.
    await expect(second.getByRole('heading', { name: 'Recent access changes' })).toBeHidden();
    load();
    await expect(second.getByText('김서연 requested the role “Editor”')).toBeVisible();
    await expect(second.getByRole('heading', { name: 'Recent access changes' })).toBeVisible();
    await isDrawn(second);
    const { sum, shifts } = await shiftsOf(second);
    expect(sum, JSON.stringify(shifts)).toBeLessThanOrEqual(maxShift);
    await second.goto('/requests');
    const row = second.getByRole('listitem', { name: /김서연/ });
    const details = await row.getByRole('link', { name: /^Details/ }).boundingBox();
    const role = await row.getByText('in this organization').boundingBox();
    expect(details?.y).toBeLessThan((role?.y ?? 0) + (role?.height ?? 0));
  });

  await test.step('a refusal is undone, and the request is open again for both', async () => {
    await request.getByRole('button', { name: 'Deny…' }).click();
    await request.getByRole('button', { name: 'Deny request' }).click();
    await request.getByRole('button', { name: 'Undo' }).click();
    await expect(request.getByRole('button', { name: 'Approve', exact: true })).toBeVisible();
    await viewer.goto('/access');
    await expect(viewer.getByText('Waiting for review')).toBeVisible();
    await expectAccessible(viewer, 'access with a request');
    await keepScreenshot(viewer, 'access-with-request');
    await viewer.goto('/reports');
  });

  await test.step("approved for a day: the viewer's button is enabled without a reload", async () => {
    await second.close();
    await request.getByRole('button', { name: 'Approve for less time…' }).click();
    await request.getByRole('button', { name: 'Approve for 1 day' }).click();
    await expect(request.getByText('by Amelia Hart')).toBeVisible();
    await expect(request.getByText('1 day')).toBeVisible();
    await inspect('requests-decided');
    await expect(viewer.getByRole('link', { name: 'New report' })).toBeVisible();
  });

  await test.step('the bell of the viewer counts it, and their notifications and first page show it', async () => {
    const bell = viewer.getByRole('button', { name: /^Notifications/ });
    await expect(bell).toHaveAccessibleName(/, \d+ unread$/);
    await bell.click();
    const popover = viewer.getByRole('dialog', { name: 'Notifications' });
    await expect(popover.getByText('Amelia Hart approved your request for the role “Editor”.')).toBeVisible();
    await viewer.getByRole('button', { name: 'Mark all as read' }).click();
    await expect(bell).toHaveAccessibleName('Notifications');
    await expectAccessible(viewer, 'notifications');
    await keepScreenshot(viewer, 'notifications');
    await viewer.keyboard.press('Escape');
    await expect(popover).toHaveCount(0);
    await expect(bell).toBeFocused();
    await viewer.getByRole('link', { name: 'Home', exact: true }).click();
    await expect(viewer.getByRole('region', { name: 'Recent access changes' })).toContainText('approved');
    const stopped = viewer.getByRole('region', { name: 'Recently denied' });
    await expect(stopped.getByText('Create reports')).toHaveCount(0);
    await expectAccessible(viewer, 'home of the viewer');
    await keepScreenshot(viewer, 'home-viewer');
    await viewer.goto('/reports');
  });

  await test.step('the timeline of the grant', async () => {
    await page.getByRole('link', { name: 'Approved' }).click();
    await page
      .getByRole('link', { name: /^Details/ })
      .first()
      .click();
    await expect(page.getByText('Approved by Amelia Hart')).toBeVisible();
    await expect(page.getByText('Role assigned')).toBeVisible();
    await expect(page.getByText('Denied by Amelia Hart')).toBeVisible();
    await expect(page.getByText('Undone by Amelia Hart')).toBeVisible();
  });
});
