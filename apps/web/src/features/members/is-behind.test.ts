import { permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { isBehind } from './person-page.tsx';

const viewer = { role: 'viewer', source: { kind: 'default' } } as const;
const editor = { role: 'editor', source: { kind: 'logto' } } as const;
const admin = { role: 'admin', source: { kind: 'logto' } } as const;
const access = (...permissions: AppPermission[]) => ({
  isFromLogto: true,
  logtoUrl: null,
  permissions,
  shares: [],
  moreShares: 0,
});
const ofViewer = access('reports:view', 'requests:create', 'policy:view');

test('behind: a new role that the PDP does not have yet, or a revoked one that it still has', () => {
  expect(isBehind({ roles: [viewer], status: 'active' }, ofViewer)).toBe(false);
  expect(isBehind({ roles: [viewer, editor], status: 'active' }, ofViewer)).toBe(true);
  expect(isBehind({ roles: [], status: 'active' }, ofViewer)).toBe(true);
});

test('not behind: a suspended user, a role of another policy, permissions of the installation', () => {
  expect(isBehind({ roles: [viewer], status: 'suspended' }, access())).toBe(false);
  expect(isBehind({ roles: [viewer, { ...viewer, role: 'emperor' }], status: 'active' }, ofViewer)).toBe(
    false,
  );
  const ofAdmin = permissionsOfRole(policy, 'admin').filter((one) => !one.startsWith('sync:'));
  expect(isBehind({ roles: [admin], status: 'active' }, access(...ofAdmin))).toBe(false);
});
