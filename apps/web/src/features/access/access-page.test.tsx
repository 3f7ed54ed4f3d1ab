import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { messages } from '../../i18n/messages.en.ts';
import { renderApp } from '../../testing/render-app.tsx';

const group = async (name: string) => within(await screen.findByRole('region', { name }));
const names: ReadonlySet<string> = new Set(Object.values(messages.permission));
const permissionsIn = (region: ReturnType<typeof within>): (string | null)[] =>
  region
    .queryAllByText((text: string) => names.has(text), { selector: 'li *' })
    .map((name: HTMLElement) => name.textContent);

test('a viewer sees their permissions first, then each role that they could request and its approvers', async () => {
  const { user } = await renderApp('/access', 'viewer');
  const may = await group('You can');
  expect(permissionsIn(may)).toEqual(['View reports', 'Request access', 'View the policy']);
  expect(may.getByText('Viewer')).toBeVisible();
  const ask = await group('Available to request');
  expect(ask.getByText('Not included in your roles. Approver: Amelia Hart')).toBeVisible();
  const asked = ask.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
  expect(asked).not.toContain('Viewer');
  const expected = [
    'Editor',
    'Administrator',
    'Editor of one report',
    'Owner of one report',
    'Reader of one collection',
    'Editor of one collection',
    'Owner of one collection',
  ];
  expect(asked.filter((name) => expected.includes(name))).toEqual(expected);
  // Instance roles are collapsed, so that the page fits on one phone screen.
  const onCollections = ask.getByText('Request it on the collection’s page');
  expect(onCollections).not.toBeVisible();
  await user.click(ask.getByText('5 roles on a single report or collection'));
  expect(onCollections).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Not for this organization' })).toBeNull();
  expect(screen.queryByText(/denied/i)).toBeNull();
});

test('an editor opens their own reports from the list of permissions', async () => {
  const { user, address, server } = await renderApp('/access', 'editor');
  const may = await group('You can');
  expect(permissionsIn(may)).toEqual([
    'View reports',
    'Create reports',
    'Publish reports',
    'Delete reports',
    'View members',
    'Request access',
    'View the policy',
  ]);
  await user.click(may.getByRole('link', { name: 'On the 3 reports you own' }));
  await screen.findByRole('heading', { level: 1, name: 'Access reports' });
  expect(address()).toBe('/reports?role=owner');
  expect(await screen.findByRole('link', { name: /^You own/ })).toHaveAttribute('aria-current', 'page');
  expect(server.calls.some((call) => call.startsWith('reports.list') && call.includes('"owner"'))).toBe(true);
});

test('an administrator has every permission', async () => {
  await renderApp('/access', 'admin');
  await group('You can');
  expect(screen.getByText('Your roles include everything in this console.')).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Available to request' })).toBeNull();
});

test('in another organization: shows the roles from Logto, and what no role there includes', async () => {
  await renderApp('/access?org=acme', 'viewer');
  const elsewhere = await group('Not for this organization');
  expect(permissionsIn(elsewhere)).toEqual([
    'View directory sync',
    'Retry deliveries',
    'Reconcile the directory',
  ]);
  const ask = await group('Available to request');
  expect(ask.getAllByText(/Managed in Logto/)).toHaveLength(1);
  expect(permissionsIn(ask)).not.toContain('View directory sync');
});

test.each([
  [null, /Approver: an administrator\. Names can’t be loaded right now/],
  [[], /No one else in this organization/],
  [['Ann', 'Ben'], /Approvers: Ann and Ben$/],
  [['Ann', 'Ben', 'Cas', 'Dan'], /Approvers: Ann, Ben, Cas, and others$/],
] as const)('names the approvers: %j', async (approvers, text) => {
  const people = approvers?.map((name) => ({ key: name, name }));
  await renderApp('/access', 'viewer', ({ patch }) =>
    patch('session', 'access', { approvers: people === undefined ? null : { people, more: false } }),
  );
  expect((await group('Available to request')).getByText(text)).toBeVisible();
});

test('a user without a role sees that, and the roles to request', async () => {
  await renderApp('/access', 'viewer', (server) => {
    server.role = null;
  });
  expect((await group('You can')).getByText(/You don’t have a role in this organization/)).toBeVisible();
  expect(permissionsIn(await group('Available to request'))).toContain('View reports');
  await waitFor(() => expect(screen.queryByRole('button', { name: /Request access/ })).toBeNull());
});
