import { screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { parseEmails } from './invite-form.tsx';

const page = '/members/invitations?invite=true';

async function openSheet(prepare?: Parameters<typeof renderApp>[2]): Promise<RenderedApp> {
  return renderApp(`${page}&org=acme`, 'admin', prepare);
}

const sheet = async () => within(await screen.findByRole('dialog', { name: 'Invite members' }));

test('sends nothing while an address is invalid, and focuses the field', async () => {
  const { user, server } = await openSheet();
  const form = await sheet();
  const send = form.getByRole('button', { name: 'Send invitations' });
  const emails = form.getByRole('textbox', { name: 'Email addresses' });
  await user.click(send);
  expect(form.getByText('Enter at least one address.')).toBeVisible();
  expect(emails).toHaveFocus();
  await user.type(emails, 'ann@example.com nobody@');
  await user.click(send);
  expect(form.getByText('Invalid address: nobody@')).toBeVisible();
  await user.clear(emails);
  await user.type(emails, Array.from({ length: 21 }, (_, index) => `a${index}@example.com`).join(' '));
  await user.click(send);
  expect(form.getByText('21 addresses are too many. Enter up to 20.')).toBeVisible();
  expect(emails).toHaveAttribute('aria-invalid', 'true');
  expect(server.inputsOf('invitations.create')).toEqual([]);
});

test('each address has its own outcome; a role shows its effect', async () => {
  const { user, server } = await openSheet();
  const form = await sheet();
  await user.type(form.getByRole('textbox', { name: 'Email addresses' }), 'ann@example.com bob@example.com');
  expect(form.getByText('2 addresses')).toBeVisible();
  expect(form.getByText('Grants nothing in this console')).toBeVisible();
  expect(form.getByText(/^Can: .*Invite members/)).toBeVisible();
  await user.click(form.getByRole('radio', { name: /^Administrator/ }));
  await user.click(form.getByRole('radio', { name: '30 days' }));
  await user.click(form.getByRole('button', { name: 'Send invitations' }));
  const ann = within(await form.findByRole('listitem', { name: 'ann@example.com' }));
  expect(ann.getByText('Sent')).toBeVisible();
  const bob = within(form.getByRole('listitem', { name: 'bob@example.com' }));
  expect(bob.getByText('Already a member')).toBeVisible();
  expect(server.inputsOf('invitations.create')).toEqual([
    { emails: ['ann@example.com', 'bob@example.com'], roleId: 'o-admin', days: 30 },
  ]);
});

test('creates links if Logto cannot send mail', async () => {
  const { user } = await openSheet((server) => {
    server.canSendMail = false;
  });
  const form = await sheet();
  expect(form.getByText('Logto can’t send email here')).toBeVisible();
  await user.type(form.getByRole('textbox', { name: 'Email addresses' }), 'ann@example.com');
  await user.click(form.getByRole('button', { name: 'Create links' }));
  expect(await form.findByText(/Copy the link\.$/)).toBeVisible();
  const copy = form.getByRole('button', { name: 'Copy link Link for ann@example.com' });
  // A page without HTTPS has no clipboard.
  const clipboard = vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(undefined!);
  await user.click(copy);
  const link = 'https://console.example/i-1';
  expect(await form.findByText(link)).toBeVisible();
  clipboard.mockRestore();
  await user.click(copy);
  expect(await form.findByText('Copied')).toBeVisible();
  expect(await navigator.clipboard.readText()).toBe(link);
});

test('after inviting again without mail, a notice stays that the link must be copied', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { user } = await renderApp('/members/invitations?org=acme&status=expired', 'admin', (server) => {
    server.invited.push('ann@example.com');
    server.canSendMail = false;
  });
  await user.click(await screen.findByRole('button', { name: /^Invite.*ann@/ }));
  const notice = await screen.findByText(/Copy the link\.$/);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(notice).toBeVisible();
});

test('revoking an invitation removes its row, and moves the focus to the first button of the page', async () => {
  const { user } = await renderApp('/members/invitations?org=acme', 'admin', ({ invited }) => {
    invited.push('ann@example.com');
  });
  await user.click(await screen.findByRole('button', { name: /^Revoke.*ann@/ }));
  const dialog = within(await screen.findByRole('alertdialog'));
  await user.click(dialog.getByRole('button', { name: /^Revoke/ }));
  await waitFor(() => expect(screen.queryByText('ann@example.com')).toBeNull());
  await waitFor(() => expect(screen.getByRole('button', { name: 'Invite members' })).toHaveFocus());
});

test('cannot be opened without an organization', async () => {
  await renderApp(page, 'admin');
  expect(await screen.findByText('Invitations belong to an organization')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Invite members' })).toBeNull();
});

test.each<[string, string[], string[]]>([
  ['', [], []],
  ['ann@example.com', ['ann@example.com'], []],
  [
    'ann@example.com, Bob@Example.com;c@example.com\n\nd@example.com\te@example.com f@example.com',
    [
      'ann@example.com',
      'bob@example.com',
      'c@example.com',
      'd@example.com',
      'e@example.com',
      'f@example.com',
    ],
    [],
  ],
  ['Ann Lee <ann@example.com>, "Bob" <bob@example.com>', ['ann@example.com', 'bob@example.com'], []],
  ['ann@example.com, ANN@example.com', ['ann@example.com'], []],
  ['ann@, ok@example.com, nobody', ['ok@example.com'], ['ann@', 'nobody']],
])('%j has the addresses %j and the invalid entries %j', (text, emails, malformed) => {
  expect(parseEmails(text)).toEqual({ emails, malformed });
});
