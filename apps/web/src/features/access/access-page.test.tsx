import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const group = async (name: string) => within(await screen.findByRole('region', { name }));
const codesIn = (region: ReturnType<typeof within>): (string | null)[] =>
  region.queryAllByText(/^\w+:[\w-]+$/).map((code: HTMLElement) => code.textContent);

test('a viewer sees their permissions first, then each role that they could request and its approvers', async () => {
  const { user } = await renderApp('/access', 'viewer');
  const may = await group('You can');
  expect(codesIn(may)).toEqual(['reports:view', 'requests:create', 'policy:view']);
  expect(may.getByText('Viewer')).toBeVisible();
  const ask = await group('Available to request');
  expect(ask.getByText('Not included in your roles. Approver: Amelia Hart')).toBeVisible();
  expect(ask.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent)).toEqual([
    'Editor',
    'Administrator',
    'Editor of one report',
    'Owner of one report',
    'Reader of one collection',
    'Editor of one collection',
    'Owner of one collection',
  ]);
  // Fits on one phone screen: the instance roles are collapsed.
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
  expect(codesIn(may)).toEqual([
    'reports:view',
    'reports:create',
    'reports:publish',
    'reports:delete',
    'members:view',
    'requests:create',
    'policy:view',
  ]);
  await user.click(may.getByRole('link', { name: 'On the 3 reports you own' }));
  await screen.findByRole('heading', { level: 1, name: 'Access reports' });
  expect(address()).toBe('/reports?role=owner');
  expect(await screen.findByRole('link', { name: 'You own' })).toHaveAttribute('aria-current', 'page');
  expect(server.calls.some((call) => call.startsWith('reports.list') && call.includes('"owner"'))).toBe(true);
});

test('an administrator has every permission', async () => {
  await renderApp('/access', 'admin');
  await group('You can');
  expect(screen.getByText('Your roles include everything in this console.')).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Available to request' })).toBeNull();
});

test('in another organization: shows the roles from Logto, and what no role there includes', async () => {
  await renderApp('/access', 'viewer', ({ access }) => Object.assign(access, { tenant: 'acme' }));
  const elsewhere = await group('Not for this organization');
  expect(codesIn(elsewhere)).toEqual(['sync:view', 'sync:replay', 'sync:reconcile']);
  const ask = await group('Available to request');
  expect(ask.getAllByText(/Managed in Logto/)).toHaveLength(1);
  expect(codesIn(ask)).not.toContain('sync:view');
});

test.each([
  [null, /Approver: an administrator\. Names can’t be loaded right now/],
  [[], /No one else in this organization/],
  [['Ann', 'Ben'], /Approvers: Ann and Ben$/],
  [['Ann', 'Ben', 'Cas', 'Dan'], /Approvers: Ann, Ben, Cas, and others$/],
] as const)('who decides: %j', async (approvers, text) => {
  await renderApp('/access', 'viewer', ({ access }) => Object.assign(access, { approvers }));
  expect((await group('Available to request')).getByText(text)).toBeVisible();
});

test('without a role the page shows that, and still lists the roles to request', async () => {
  await renderApp('/access', 'viewer', (server) => {
    server.roleless = true;
  });
  expect((await group('You can')).getByText(/You don’t have a role in this organization/)).toBeVisible();
  expect(codesIn(await group('Available to request'))).toContain('reports:view');
});

test('an outage is not shown as a denial, and the page loads automatically', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { server } = await renderApp('/access', 'viewer', (stub) => {
    stub.outage = true;
  });
  await screen.findByRole('heading', { level: 1, name: 'Permissions can’t be checked right now' });
  server.outage = false;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(codesIn(await group('You can'))).toContain('reports:view');
});
