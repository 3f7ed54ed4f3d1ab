import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';
import { stubNotification } from '../../testing/stub-home.ts';
import { stubRequest } from '../../testing/stub-requests.ts';

const card = (name: string) => screen.findByRole('region', { name });
const bell = (name: string | RegExp) => screen.findByRole('button', { name });
const popover = () => screen.findByRole('dialog', { name: 'Notifications' });
const namesIn = (rows: readonly HTMLElement[]) =>
  rows.map(({ textContent }) => /Nina|Omar/.exec(textContent)?.[0]);

test("an empty page says so, and links to the user's permissions", async () => {
  await renderApp('/home', 'viewer');
  const waits = await card('Needs your review');
  expect(await within(waits).findByText('You’re all caught up')).toBeVisible();
  expect(within(waits).getByRole('link', { name: 'See what you can do' })).toHaveAttribute('href', '/access');
  const changed = await card('Recent access changes');
  expect(await within(changed).findByText(/No changes in the last 30 days/)).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Needs attention' })).toBeNull();
  expect(screen.queryByRole('region', { name: 'Recently denied' })).toBeNull();
});

test('a failing section does not block the others, and can be retried', async () => {
  const { server, user } = await renderApp('/home', 'admin', (stub) => {
    stub.refuse('home.denials', 'DIRECTORY_UNAVAILABLE');
    stub.notifications = [stubNotification({})];
  });
  const changed = await card('Recent access changes');
  expect(await within(changed).findByText('Amelia Hart assigned you the role “Editor”.')).toBeVisible();
  const stopped = await card('Recently denied');
  server.refuse('home.denials', null);
  server.answers.home.denials = [
    {
      permission: 'audit:view',
      instance: null,
      at: '2026-11-24T09:00:00.000Z',
      grantedBy: ['admin'],
      grantedByInstanceRoles: [],
    },
  ];
  await user.click(within(stopped).getByRole('button', { name: 'Try again' }));
  expect(await within(stopped).findByText('View the audit log')).toBeVisible();
  await user.click(within(stopped).getByRole('button', { name: 'Why?' }));
  const why = within(await screen.findByRole('dialog', { name: 'Why: View the audit log' }));
  expect(why.getByRole('link', { name: 'Open full page' })).toHaveAttribute(
    'href',
    '/why?permission=audit%3Aview',
  );
});

test('a user with decisions left in a review is not told that they are all caught up', async () => {
  const due = { id: 'review-1', name: 'Q4', dueAt: '2099-12-31T23:59:59.000Z', mine: 126, undecided: 200 };
  await renderApp('/home', 'admin', ({ answers }) => {
    answers.reviews.due = due;
  });
  const next = within(await card('Next access review'));
  expect(await next.findByText(/126 decisions left for you/)).toBeVisible();
  expect(next.getByRole('link', { name: 'Q4' })).toHaveAttribute('href', '/reviews/review-1');
  expect(screen.queryByText('You’re all caught up')).toBeNull();
  expect(screen.queryByRole('region', { name: 'Needs your review' })).toBeNull();
  cleanup();
  // The decisions of other reviewers do not count.
  await renderApp('/home', 'admin', ({ answers }) => {
    answers.reviews.due = { ...due, mine: 0 };
  });
  expect(await within(await card('Needs your review')).findByText('You’re all caught up')).toBeVisible();
});

test('requests are in the same order as on their own page: newest first', async () => {
  const { user } = await renderApp('/home', 'admin', ({ requests }) => {
    requests.push(
      ...['Nina', 'Omar'].map((name, day) =>
        stubRequest(
          { target: { kind: 'role', role: 'editor' }, reason: 'why', duration: null },
          { requester: { key: name, name }, createdAt: `2026-11-2${5 - day}T09:00:00.000Z` },
        ),
      ),
    );
  });
  const waits = within(await card('Needs your review'));
  expect(namesIn(await waits.findAllByRole('listitem'))).toEqual(['Nina', 'Omar']);
  await user.click(screen.getByRole('link', { name: /^Access requests/ }));
  expect(namesIn(await screen.findAllByRole('listitem', { name: /Nina|Omar/ }))).toEqual(['Nina', 'Omar']);
});

test('the user’s own requests are on the page', async () => {
  await renderApp('/home', 'viewer', ({ requests }) => {
    requests.push(stubRequest({ target: { kind: 'role', role: 'editor' }, reason: 'why', duration: null }));
  });
  expect(await within(await card('Your requests')).findByText('Waiting for review')).toBeVisible();
});

test('only administrators see what needs attention', async () => {
  await renderApp('/home', 'admin', (server) => {
    server.paused = true;
    server.answers.setup.status = { state: 'no-administrator' };
  });
  const hand = await card('Needs attention');
  expect(await within(hand).findByRole('link', { name: 'Directory sync is paused' })).toHaveAttribute(
    'href',
    '/sync',
  );
  expect(within(hand).getByRole('link', { name: 'No administrator yet' })).toBeVisible();
  expect(within(hand).getByRole('link', { name: '1 delivery from Logto isn’t applied yet' })).toBeVisible();
  cleanup();
  const { server } = await renderApp('/home', 'editor', (stub) => {
    stub.paused = true;
  });
  await within(await card('Needs your review')).findByText('You’re all caught up');
  expect(screen.queryByText('Directory sync is paused')).toBeNull();
  expect(server.calls.filter((call) => call.startsWith('sync.'))).toEqual([]);
});

test('the bell counts unread notifications; opening one or "mark all" marks them as read', async () => {
  // The former URL of the notifications.
  const { server, user, address } = await renderApp('/notifications', 'viewer', (stub) => {
    stub.notifications = [
      stubNotification({
        id: 'n-3',
        kind: 'ends-soon',
        by: null,
        endsAt: '2026-11-26T09:00:00.000Z',
        at: '2026-11-25T09:00:00.000Z',
      }),
      stubNotification({
        id: 'n-2',
        kind: 'share-given',
        on: { resource: 'reports', id: 'r-1', title: null },
      }),
      stubNotification({ id: 'n-1', kind: 'refused', isRead: true }),
    ];
  });
  expect(await popover()).toBeVisible();
  expect(address()).toBe('/home#notifications');
  await bell('Notifications, 2 unread');
  await user.click(
    await within(await popover()).findByRole('link', { name: /assigned you the role “Editor” on a report/ }),
  );
  await waitFor(() => expect(address()).toBe('/access'));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await user.click(await bell('Notifications, 1 unread'));
  // Notifications that arrive after the popover was rendered stay unread.
  await user.click(await screen.findByRole('button', { name: 'Mark all as read' }));
  expect(await popover()).toHaveFocus();
  await bell('Notifications');
  expect(screen.queryByRole('button', { name: 'Mark all as read' })).toBeNull();
  expect(server.notifications.every(({ isRead }) => isRead)).toBe(true);
  server.notifications = [
    stubNotification({ id: 'n-4', at: '2026-11-25T10:00:00.000Z' }),
    ...server.notifications,
  ];
  server.send('changed');
  await bell('Notifications, 1 unread');
});

test('the home page links to all notifications; the popover shows more on demand, and Escape or the bell closes it', async () => {
  const { user, address } = await renderApp('/home', 'viewer', (stub) => {
    stub.notifications = Array.from({ length: 12 }, (_, index) => stubNotification({ id: `n-${index}` }));
  });
  const opener = await screen.findByRole('link', { name: 'All notifications' });
  expect(within(await card('Recent access changes')).getAllByRole('listitem')).toHaveLength(5);
  await user.click(opener);
  const list = within(await popover()).getByRole('list');
  expect(within(list).getAllByRole('listitem')).toHaveLength(10);
  await user.click(within(await popover()).getByRole('button', { name: 'Show more' }));
  expect(within(list).getAllByRole('listitem')).toHaveLength(12);
  expect(within(await popover()).queryByRole('button', { name: 'Show more' })).toBeNull();
  for (const close of [
    () => user.keyboard('{Escape}'),
    async () => user.click(await bell(/^Notifications/)),
    () => user.click(screen.getByRole('button', { name: 'Close notifications' })),
  ]) {
    /* oxlint-disable no-await-in-loop -- one after the other */
    expect(address()).toBe('/home#notifications');
    await close();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(address()).toBe('/home');
    await user.click(opener);
    await popover();
    /* oxlint-enable no-await-in-loop */
  }
});

test('if mail is enabled, each kind can be turned on and off', async () => {
  const { server, user, network } = await renderApp('/access#notifications', 'viewer', ({ answers }) => {
    let mails = [
      { kind: 'asked' as const, isWanted: true },
      { kind: 'ends-soon' as const, isWanted: false },
    ];
    answers.requests.mails = () => mails;
    answers.requests.chooseMail = ({ kind, isWanted }) => {
      mails = mails.map((one) => (one.kind === kind ? { ...one, isWanted } : one));
    };
  });
  const asked = await screen.findByRole('checkbox', { name: /requests access I can approve/ });
  expect(asked).toBeChecked();
  await user.click(asked);
  await waitFor(() => expect(server.inputsOf('requests.chooseMail')).toHaveLength(1));
  await user.click(screen.getByRole('checkbox', { name: /expires soon/ }));
  await waitFor(() => expect(server.inputsOf('requests.chooseMail')).toHaveLength(2));
  await waitFor(() => expect(asked).not.toBeChecked());
  expect(screen.getByRole('checkbox', { name: /expires soon/ })).toBeChecked();
  network.break('hanging');
  await user.click(asked);
  await user.click(screen.getByRole('checkbox', { name: /expires soon/ }));
  expect(asked).toBeChecked();
  expect(screen.getByRole('checkbox', { name: /expires soon/ })).not.toBeChecked();
});
