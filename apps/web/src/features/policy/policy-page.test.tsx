import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Outputs } from '../../api/trpc.ts';
import { roles } from '../../policy.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { formatDraft, linesOf, parseDraft } from './grant-draft.ts';

/** The texts in a permission's row: those of viewers, editors and administrators, then those of the instance roles. */
const rowOf = async (name: RegExp) => {
  const row = within(await screen.findByRole('row', { name }));
  const texts = row.getAllByRole('cell').map(({ textContent }) => textContent);
  const ofRoles = (['viewer', 'editor', 'admin'] as const).map((role) => texts[roles.indexOf(role)]);
  return [...ofRoles, ...texts.slice(roles.length)];
};
const given = 'Granted';
const inherited = 'Inherited from a role it includes';
const not = 'Not granted';

test('the matrix shows granted, inherited and instance-role permissions', async () => {
  await renderApp('/policy', 'viewer');
  expect(await rowOf(/^View reports/)).toEqual([given, inherited, given, given, given, given]);
  expect(await rowOf(/^Publish reports/)).toEqual([not, not, given, given, not, not]);
  expect(await rowOf(/^View the audit log/)).toEqual([not, not, given, '', '', '']);
  expect(screen.queryByRole('button', { name: 'Simulate a change' })).toBeNull();
});

test('the printed page names the organization and who printed it', async () => {
  await renderApp('/policy', 'viewer');
  await screen.findByRole('heading', { level: 1, name: 'Policy' });
  await waitFor(() => {
    fireEvent(globalThis.window, new Event('beforeprint'));
    expect(screen.getByText(/^Latchkey · Default organization · Printed by Mina Park on /)).toBeVisible();
  });
});

test('a role opens a popup with its permissions, included roles, and number of users', async () => {
  const { user } = await renderApp('/policy', 'viewer');
  await user.click(await screen.findByRole('button', { name: 'Editor 1 member' }));
  const opened = await screen.findByRole('dialog', { name: 'Editor' });
  expect(opened).toHaveTextContent('1 member has this role here');
  expect(opened).toHaveTextContent('Includes what Viewer can do');
  expect(opened).toHaveTextContent('View reports');
  expect(opened).not.toHaveTextContent('View the audit log');
});

test('describes derived roles and conditional permissions as text', async () => {
  await renderApp('/policy', 'viewer');
  const passed = within(await screen.findByRole('region', { name: 'Inherited roles' }));
  expect(passed.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'Owner of a collectionOwner of each of its reports',
    'Editor of a collectionEditor of each of its reports',
    'Reader of a collectionReader of each of its reports',
  ]);
  const conditions = screen.getByRole('region', { name: 'By condition' });
  expect(conditions).toHaveTextContent('View confidential reports');
  expect(conditions).toHaveTextContent('the clearance in Logto is “confidential”');
  expect(conditions).toHaveTextContent(/a role in the organization is Viewer, Editor, .*or Administrator/);
  expect(conditions).toHaveTextContent('the classification is “confidential”');
});

test('shows whether Permit has the same policy, differs, or cannot be compared', async () => {
  await renderApp('/policy', 'viewer');
  expect(await screen.findByText(/^Only people who manage directory sync can see/)).toBeVisible();
  cleanup();

  await renderApp('/policy', 'admin');
  expect(await screen.findByText('Permit uses exactly this policy.')).toBeVisible();
  cleanup();

  await renderApp('/policy', 'admin', ({ patch }) => {
    const differences: Outputs['policy']['drift']['differences'] = [
      { kind: 'role', key: 'editor', state: 'different', lacks: ['reports:create'], exceeds: [] },
      { kind: 'role', key: 'not-in-the-table', state: 'extra', lacks: [], exceeds: ['audit:view'] },
    ];
    patch('policy', 'drift', { differences });
  });
  expect(await screen.findByText('Permit differs from this policy in 2 places')).toBeVisible();
  expect(screen.getByText(/is different in Permit. Missing: Create reports\./)).toBeVisible();
  expect(screen.getByText(/is only in Permit\./)).toBeVisible();
  cleanup();

  const { server, user } = await renderApp('/policy', 'admin', ({ refuse }) =>
    refuse('policy.drift', 'DIRECTORY_UNAVAILABLE'),
  );
  expect(await screen.findByText('This policy can’t be compared with Permit right now')).toBeVisible();
  expect(await rowOf(/^View reports/)).toContain(given);
  server.refuse('policy.drift', null);
  await user.click(screen.getByRole('button', { name: 'Compare again' }));
  expect(await screen.findByText('Permit uses exactly this policy.')).toBeVisible();
});

test('a draft in the URL names the users who gain and lose permissions, and shows the code for the policy', async () => {
  const { user, address, server } = await renderApp('/policy', 'admin');
  await user.click(await screen.findByRole('button', { name: 'Simulate a change' }));
  const panel = within(await screen.findByRole('complementary', { name: 'Impact' }));
  expect(panel.getByText(/Select a cell/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Editor: View the audit log', pressed: false }));
  expect(await panel.findByText('2 gain access:')).toBeVisible();
  expect(panel.getByText(/Nina and 1 more/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Viewer: View reports', pressed: true }));
  expect(await panel.findByText('2 lose access:')).toBeVisible();
  expect(panel.getByText(/No one in this organization would have this permission/)).toBeVisible();
  const draft = 'editor+audit:view,viewer-reports:view';
  expect(address()).toBe(`/policy?draft=${encodeURIComponent(draft)}`);
  const changes = [
    { role: 'editor', permission: 'audit:view', granted: true },
    { role: 'viewer', permission: 'reports:view', granted: false },
  ];
  expect(server.calls).toContain(`policy.impact ${JSON.stringify({ changes })}`);
  // The editor inherited this permission from the viewer, and so loses it too.
  expect(screen.getByRole('button', { name: 'Editor: View reports', pressed: false })).toBeDisabled();
  await user.click(panel.getByRole('button', { name: 'Copy code' }));
  expect(await screen.findByText('Copied')).toBeVisible();
  expect(await navigator.clipboard.readText()).toBe(linesOf(parseDraft(draft)));
  await user.click(panel.getByRole('button', { name: 'Reset' }));
  await waitFor(() => expect(panel.getByText(/Select a cell/)).toBeVisible());
});

test('the code contains only the changed roles of the policy', () => {
  expect(linesOf(parseDraft('editor+audit:view'))).toBe(`editor: {
  name: 'Editor',
  extends: ['viewer'],
  permissions: ['reports:create', 'members:view', 'audit:view'],
},`);
  const admin = linesOf(parseDraft('admin-sync:replay'));
  expect(admin).toContain("\n    'sync:view',\n    'sync:reconcile',\n");
});

test.each([
  ['nobody+audit:view', ''],
  ['editor+reports:create', ''],
  ['editor-reports:view', ''],
  ['editor+audit:veiw,,%00,+,editor+audit:view,editor+audit:view', 'editor+audit:view'],
])('removes no-ops from a draft in the URL: %s', (address, draft) => {
  expect(formatDraft(parseDraft(address))).toBe(draft);
});

test('users who cannot view members can read the policy, including a draft in the URL', async () => {
  const { server } = await renderApp('/policy?draft=editor%2Baudit%3Aview', 'viewer');
  expect(await rowOf(/^View the audit log/)).toEqual([not, not, given, '', '', '']);
  expect(screen.queryByRole('complementary')).toBeNull();
  expect(server.calls.some((call) => call.startsWith('policy.impact'))).toBe(false);
});
