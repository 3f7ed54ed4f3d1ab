import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { stubConnection } from '../../testing/stub-applications.ts';
import { renderApp } from '../../testing/render-app.tsx';
import type { StubServer } from '../../testing/stub-server.ts';

const since = '2026-01-02T09:00:00.000Z';
const user = (key: string, name: string) => ({
  key,
  name,
  email: null,
  isMachine: false,
  lastSignInAt: null,
});
const [byHand, byLogto] = [{ kind: 'hand', by: null, at: null, endsAt: null }, { kind: 'logto' }] as const;

const many = (
  [
    'members:invite',
    'members:assign',
    'members:remove',
    'requests:view',
    'requests:decide',
    'audit:view',
    'sync:view',
  ] as const
).map((permission) => ({ permission, onInstances: 0 }));

function fill({ patch }: StubServer): void {
  patch('reviews', 'unused', {
    items: [
      {
        user: user('u-ann', 'Ann'),
        role: 'editor',
        source: byHand,
        since,
        loses: [{ permission: 'reports:create', onInstances: 2 }],
        keeps: ['reports:view'],
      },
      { user: user('u-bob', 'Bob'), role: 'admin', source: byLogto, since, loses: many, keeps: [] },
    ],
  });
  patch('reviews', 'roleUse', {
    roles: [
      {
        role: 'editor',
        holders: 3,
        permissions: [
          { permission: 'reports:view', users: 2 },
          { permission: 'reports:create', users: 0 },
        ],
      },
    ],
  });
}

test('shows the effect of each removal with a link to make it, and the permissions that no one used', async () => {
  const app = await renderApp('/reviews', 'admin', fill);
  const tabs = within(await screen.findByRole('navigation', { name: 'Access reviews' }));
  await app.user.click(tabs.getByRole('link', { name: 'Unused access' }));
  const users = within(await screen.findByRole('table', { name: 'By user' }));
  const [, ann, bob] = users.getAllByRole('row');
  expect(ann).toHaveTextContent(
    /Ann.*Loses: Create reports.*Keeps through other roles: View reports.*Some stay on 2/,
  );
  expect(within(ann ?? document.body).getAllByRole('link', { name: 'Review and remove' })[0]).toHaveAttribute(
    'href',
    '/members/u-ann',
  );
  expect(bob).toHaveTextContent(/Bob.*Loses: Invite members.*and 2 more.*From Logto: remove it there/);
  expect(within(bob ?? document.body).queryByRole('link')).toBeNull();
  const [, editor] = within(screen.getByRole('table', { name: 'By role' })).getAllByRole('row');
  expect(editor).toHaveTextContent(/Editor3 users.*Create reports/);
  expect(editor).not.toHaveTextContent('View reports');
  await app.user.click(screen.getByRole('radio', { name: '30 days' }));
  await screen.findByRole('table', { name: 'By user' });
  expect(app.server.calls.filter((call) => call.startsWith('reviews.unused')).at(-1)).toContain('"days":30');
});

test('lists unused connections with their person, and disconnects one', async () => {
  const scribe = { ...stubConnection('Scribe'), user: user('u-ann', 'Ann') };
  const app = await renderApp('/reviews/unused', 'admin', ({ patch, connections }) => {
    connections.push(scribe);
    patch('reviews', 'unused', { connections: [scribe] });
  });
  const list = within(await screen.findByRole('list', { name: 'Connected applications' }));
  expect(list.getByRole('listitem')).toHaveTextContent(/Scribe.*Unverified name, scribe\.example.*Ann/);
  await app.user.click(list.getByRole('button', { name: 'Disconnect Scribe' }));
  const dialog = within(await screen.findByRole('alertdialog'));
  expect(dialog.getByText(/^Its requests for Ann are denied/)).toBeVisible();
  app.server.patch('reviews', 'unused', {});
  await app.user.click(dialog.getByRole('button', { name: 'Disconnect' }));
  await waitFor(() => expect(screen.queryByRole('list', { name: 'Connected applications' })).toBeNull());
  expect(app.server.inputsOf('applications.disconnectPerson')).toEqual([
    { subject: 'u-ann', clientId: scribe.clientId },
  ]);
});

test('says that use is unknown when the audit log does not cover the period', async () => {
  await renderApp('/reviews/unused', 'admin', ({ patch }) => {
    patch('reviews', 'unused', { isKnown: false });
    patch('reviews', 'roleUse', { isKnown: false });
  });
  expect(await screen.findByText('The audit log doesn’t go back that far')).toBeVisible();
  expect(screen.queryByRole('table')).toBeNull();
});
