import { Permit } from 'permitio';
import { sizes, tooWide } from './console-pages.ts';
import { expect, test } from './console-test.ts';
import { signIn, signUp } from './sign-in.ts';

const chainOf = 'From the person to the permission';
const question = 'What to check';
/** A viewer who has no roles from other tests. */
const asker = 'why.asker@latchkey.example';

test('a viewer opens the explanation of a denial, shares the link, and gets access by a request', async ({
  page,
  otherPage,
  inspect,
}) => {
  const admin = await otherPage();

  await test.step('from the disabled button', async () => {
    await signUp(page, asker);
    await page.getByRole('button', { name: 'Why?' }).click();
    const sheet = page.getByRole('dialog', { name: 'Why: Create reports' });
    await expect(sheet.getByRole('heading', { name: 'No, you can’t' })).toBeVisible();
    await inspect('why-sheet');
    await sheet.getByRole('link', { name: 'Open full page' }).click();
    await expect(page).toHaveURL(/\/why\?/);
    await expect(page.getByRole('heading', { name: 'No, you can’t' })).toBeVisible();
    await expect(page.getByRole('list', { name: chainOf })).toHaveText(
      /why\.asker.*Viewer.*doesn’t include.*Create reports/,
    );
    await inspect('why-no');
  });

  await test.step('from the denied page', async () => {
    await page.goto('/sync');
    await page.getByRole('main').getByRole('button', { name: 'Why?' }).click();
    await page.getByRole('link', { name: 'Open full page' }).click();
    await expect(page.getByRole('heading', { name: 'No, you can’t' })).toBeVisible();
    await expect(page.getByLabel('Permission', { exact: true })).toHaveValue('sync:view');
    await page.getByLabel('Permission', { exact: true }).selectOption('Create reports');
  });

  await test.step('an administrator opens the shared link, and it is about the viewer', async () => {
    await expect(page).toHaveURL(/person=/);
    await signIn(admin, 'admin');
    await admin.goto(page.url());
    await expect(admin.getByRole('heading', { name: `No, ${asker} can’t` })).toBeVisible();
    await expect(admin.getByRole('group', { name: question }).getByText(asker)).toBeVisible();
    await expect(admin.getByRole('button', { name: /^Request access/ })).toHaveCount(0);
  });

  await test.step('the remedy is requested in a dialog, and approved', async () => {
    await page.getByRole('button', { name: 'Request access: Editor' }).click();
    const form = page.getByRole('dialog', { name: 'Request access' });
    await form.getByLabel('Reason').fill('To write the review');
    await form.getByRole('button', { name: 'Send request' }).click();
    await page.getByRole('dialog', { name: 'Your request' }).getByRole('button', { name: 'Close' }).click();
    const shared = admin.url();
    await admin.goto('/requests');
    await admin
      .getByRole('listitem', { name: /why\.asker/ })
      .getByRole('button', { name: 'Approve', exact: true })
      .click();
    await expect(page.getByRole('heading', { name: 'Yes, you can' })).toBeVisible();
    await expect(page.getByRole('list', { name: chainOf })).toHaveText(
      /From a request, until.*Editor.*Create reports/,
    );
    await inspect('why-yes');
    await admin.goto(shared);
    await expect(admin.getByRole('heading', { name: `Yes, ${asker} can` })).toBeVisible();
  });
});

test('an administrator asks about another user and a report in a collection, and assigns the missing role', async ({
  page,
  stack,
  inspect,
}) => {
  const permit = new Permit({ token: stack.permitApiKey, apiUrl: stack.permitApi });
  await signIn(page, 'admin');
  await page.goto('/reports/new');
  await page.getByLabel('Title').fill('Joiners and leavers of the northern region, second half of the year');
  await page.getByRole('button', { name: 'Create report' }).click();
  await expect(page).toHaveURL(/reports\/[0-9a-f-]{36}$/);
  const report = page.url().split('/').at(-1) ?? '';
  await permit.api.resourceInstances.create({ resource: 'collections', key: 'northern', tenant: 'default' });
  await permit.api.relationshipTuples.create({
    subject: 'collections:northern',
    relation: 'parent',
    object: `reports:${report}`,
    tenant: 'default',
  });
  await permit.api.roleAssignments.assign({
    user: 'maxiwolfes04',
    role: 'owner',
    tenant: 'default',
    resource_instance: 'collections:northern',
  });

  await test.step('the user is found by name, the permission and the report are selected', async () => {
    await page.goto('/access');
    await page.getByRole('link', { name: 'Check access' }).click();
    await expect(page.getByText('Choose what to check')).toBeVisible();
    await inspect('why-empty');
    await page.getByRole('combobox', { name: 'Person: Amelia Hart' }).click();
    await page.getByRole('combobox', { name: 'Name, email, or ID' }).fill('maxim');
    await page.getByRole('option', { name: /Maximiliana/ }).click();
    await page.getByLabel('Permission', { exact: true }).selectOption('Publish reports');
    await page.getByRole('combobox', { name: 'Report: on reports in general' }).click();
    await page.getByRole('combobox', { name: 'Title' }).fill('NORTHERN');
    await page.getByRole('option', { name: /^Joiners and leavers of the northern region/ }).click();
  });

  await test.step("allowed by the report's collection", async () => {
    await expect(page.getByRole('heading', { name: /^Yes, Maximiliana.* can$/ })).toBeVisible();
    await expect(page.getByRole('list', { name: chainOf })).toHaveText(
      /Maximiliana.*Owner.*northern.*contains.*Joiners and leavers.*Publish reports/,
    );
    await inspect('why-by-collection');
    await page.getByLabel('Permission', { exact: true }).selectOption('View reports');
    await expect(page.getByRole('list', { name: chainOf })).toHaveCount(2);
    await inspect('why-two-paths');
    await page.getByLabel('Permission', { exact: true }).selectOption('Create reports');
    await expect(page.getByRole('heading', { name: /can’t$/ })).toBeVisible();
    await inspect('why-no-other');
  });

  await test.step('what a role can do, by keyboard', async () => {
    await page.getByRole('button', { name: /Viewer/ }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Viewer can' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: 'Viewer can' })).toBeHidden();
    await page.setViewportSize(sizes.narrow);
    expect(await tooWide(page)).toBeNull();
    await page.setViewportSize(sizes.desk);
  });

  await test.step("the chain links to the user's page, which lists the report, checks, and assigns the missing role", async () => {
    await page
      .getByRole('list', { name: chainOf })
      .getByRole('link', { name: /Maximiliana/ })
      .click();
    const shares = page.getByRole('region', { name: 'Shared reports' });
    await expect(shares.getByRole('link', { name: /^Joiners and leavers/ })).toBeVisible();
    await expect(
      page.getByRole('region', { name: 'Sessions' }).getByText('No active sessions.'),
    ).toBeVisible();
    const check = page.getByRole('region', { name: 'Check access' });
    await check.getByLabel('Permission', { exact: true }).selectOption('Create reports');
    await expect(check.getByRole('heading', { name: /^No, Maximiliana.* can’t$/ })).toBeVisible();
    await inspect('person');
    await page.setViewportSize(sizes.narrow);
    expect(await tooWide(page)).toBeNull();
    await page.setViewportSize(sizes.desk);
    await page.getByRole('link', { name: 'Assign role: Editor' }).click();
    const offer = page.getByRole('region', { name: /^Assign Editor to Maximiliana/ });
    await expect(offer.getByText(/^Gains 2: Create reports/)).toBeVisible();
    await inspect('person-give', ['desk']);
    await offer.getByRole('button', { name: 'Assign role' }).click();
    const why = page.getByRole('button', { name: 'Why: Create reports' });
    await why.click();
    const sheet = page.getByRole('dialog', { name: 'Why: Create reports' });
    await expect(sheet.getByRole('list', { name: chainOf })).toHaveText(/Assigned by Amelia Hart.*Editor/);
    await inspect('person-why');
    await page.keyboard.press('Escape');
    await expect(why).toBeFocused();
  });

  await test.step('the change is in their activity, and in the audit log', async () => {
    const activity = page.getByRole('region', { name: 'Activity' });
    const change = { name: /^Amelia Hart Done Assign a role/ };
    await activity.getByRole('button', change).first().click();
    await inspect('person-activity');
    await activity.getByRole('link', { name: 'Open in Audit' }).click();
    await expect(page.getByRole('button', { name: /Amelia Hart Done Assign a role/ }).first()).toBeVisible();
  });
});
