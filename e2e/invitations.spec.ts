import type { Page } from '@playwright/test';
import { z } from 'zod';
import { expectSheetFits, switchTo } from './console-pages.ts';
import { expect, test } from './console-test.ts';
import { enterCredentials, signIn } from './sign-in.ts';
import type { Stack } from './start-system.ts';

const ivy = 'ivy.okafor@partner.example';
const long = 'konstantina-alexandropoulou.papadimitriou@subsidiary.partner.example';

const Messages = z.array(z.object({ recipient: z.string(), content: z.string() }));

/** Reads the link in the newest mail to an address from the Logto emulator's inbox. */
async function linkTo(email: string, { logto }: Stack): Promise<string> {
  const messages = Messages.parse(await (await fetch(`${logto}/_emulator/messages`)).json());
  return messages.find(({ recipient }) => recipient === email)?.content ?? '';
}

async function createAccount(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Username or email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
}

// The second test opens the second invitation of the first one.
test.describe.configure({ mode: 'serial' });

test('an administrator invites by mail; the invited user signs up, joins, and is an administrator too', async ({
  page,
  otherPage,
  stack,
  inspect,
}) => {
  const row = (email: string) => page.getByRole('listitem', { name: email });
  const sheet = page.getByRole('dialog', { name: 'Invite members' });

  await test.step('outside an organization the page explains where invitations belong', async () => {
    await signIn(page, 'admin');
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByRole('link', { name: 'Invitations', exact: true }).click();
    await expect(page.getByText('Invitations belong to an organization')).toBeVisible();
    await inspect('invitations-default', ['phone']);
  });

  await test.step('several addresses in one form; invalid ones are listed before anything is sent', async () => {
    await switchTo(page, /Brightwater Health/);
    await expect(page.getByText('No pending invitations')).toBeVisible();
    await page.getByRole('button', { name: 'Invite members' }).click();
    await sheet.getByLabel('Email addresses').fill(`Ivy Okafor <${ivy}>, nobody@`);
    await sheet.getByRole('button', { name: 'Send invitations' }).click();
    await expect(sheet.getByText('Invalid address: nobody@')).toBeVisible();
    await inspect('invite-sheet-malformed', ['phone']);
    await sheet.getByLabel('Email addresses').fill(`${ivy}\n${long}\n`);
    await sheet.getByRole('radio', { name: /Administrator/ }).check();
    await inspect('invite-sheet');
    await expectSheetFits(page, sheet);
    await sheet.getByRole('button', { name: 'Send invitations' }).click();
    await expect(sheet.getByText('Sent', { exact: true })).toHaveCount(2);
    await inspect('invite-sheet-sent');
  });

  const link = await linkTo(ivy, stack);
  expect(link).toMatch(new RegExp(`^${stack.web}/invitations/\\w+/accept$`));

  const invited = await otherPage();
  await test.step('the invited user signs up with that address, and joins', async () => {
    await invited.goto(link);
    await expect(invited.getByRole('heading', { level: 1, name: 'You’re invited' })).toBeVisible();
    await createAccount(invited, ivy);
    await expect(invited.getByRole('heading', { level: 1, name: 'Join Brightwater Health' })).toBeVisible();
    await expect(invited.getByText('Amelia Hart invited you.')).toBeVisible();
    await invited.getByRole('button', { name: 'Join Brightwater Health' }).click();
    const navigation = invited.getByRole('navigation', { name: 'Main' });
    await expect(navigation.getByRole('button', { name: /^Organization/ })).toHaveAccessibleName(
      /Brightwater Health/,
    );
    await expect(navigation.getByText('Administrator')).toBeVisible();
    await expect(invited.getByRole('link', { name: 'New report' })).toBeVisible();
  });

  await test.step('the administrator sees it without a reload, in the sheet and in the list', async () => {
    await expect(sheet.getByRole('listitem', { name: ivy }).getByText('Accepted')).toBeVisible();
    await sheet.getByRole('button', { name: 'Done' }).click();
    await expect(row(long)).toBeVisible();
    await expect(row(ivy)).toHaveCount(0);
    await inspect('invitations-pending');
    await page.getByRole('link', { name: /^Accepted/ }).click();
    await expect(row(ivy).getByText('Administrator')).toBeVisible();
    await inspect('invitations-accepted', ['desk']);
  });

  await test.step('the link leads into the organization when it is opened again', async () => {
    await invited.goto(link);
    await invited.getByRole('button', { name: 'Open Brightwater Health' }).click();
    await expect(invited.getByRole('heading', { level: 1, name: 'Access reports' })).toBeVisible();
  });

  await test.step('once removed from the organization, the user sees so, although the token is still valid', async () => {
    await page.getByRole('link', { name: 'Members', exact: true }).first().click();
    await page.getByRole('checkbox', { name: `Select ${ivy}` }).check();
    await page.getByRole('button', { name: 'Remove access…' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Remove access for/ })
      .click();
    await expect(
      invited.getByRole('heading', { level: 1, name: 'You’re not a member of this organization' }),
    ).toBeVisible();
  });
});

test('an invitation link is for one user; a revoked one shows that', async ({
  page,
  otherPage,
  stack,
  inspect,
}) => {
  const link = await linkTo(long, stack);

  await test.step('other users see neither the invited address nor the organization', async () => {
    const stranger = await otherPage();
    await stranger.goto(link);
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await enterCredentials(stranger, 'viewer');
    await expect(
      stranger.getByRole('heading', { level: 1, name: 'This invitation is for someone else' }),
    ).toBeVisible();
    await expect(stranger.getByText('k•••@s•••.example')).toBeVisible();
    await expect(stranger.getByText('Brightwater')).toHaveCount(0);
    await stranger.getByRole('button', { name: 'Use another account' }).click();
    await expect(stranger.getByLabel('Username or email')).toBeVisible();
  });

  await test.step('its pages, before it is revoked', async () => {
    await page.goto(link);
    await expect(page.getByRole('heading', { level: 1, name: 'You’re invited' })).toBeVisible();
    await inspect('invitation-signed-out');
    await createAccount(page, long);
    await expect(page.getByRole('button', { name: 'Join Brightwater Health' })).toBeVisible();
    await inspect('invitation-join');
  });

  await test.step('the administrator revokes it', async () => {
    const admin = await otherPage();
    await signIn(admin, 'admin');
    await switchTo(admin, /Brightwater Health/);
    await admin.getByRole('link', { name: 'Members', exact: true }).click();
    await admin.getByRole('link', { name: 'Invitations', exact: true }).click();
    await admin.getByRole('button', { name: `Revoke the invitation for ${long}` }).click();
    await admin.getByRole('button', { name: 'Revoke invitation' }).click();
    await expect(admin.getByRole('listitem', { name: long })).toHaveCount(0);
    await admin.getByRole('link', { name: /^Revoked/ }).click();
    await expect(admin.getByRole('button', { name: `Invite ${long} again` })).toBeVisible();
  });

  await test.step('the page that was open shows that when it is used, and when it is opened again', async () => {
    await page.getByRole('button', { name: 'Join Brightwater Health' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'This invitation was revoked' })).toBeVisible();
    await inspect('invitation-revoked');
    await page.goto(link.replace(/\w{4}\/accept$/, 'none/accept'));
    await expect(
      page.getByRole('heading', { level: 1, name: 'This invitation doesn’t exist' }),
    ).toBeVisible();
    await inspect('invitation-missing', ['phone']);
  });
});
