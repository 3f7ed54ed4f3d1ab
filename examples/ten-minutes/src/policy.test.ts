import {
  createTestPermissions,
  extendExpect,
  noRoleMay,
  tenantsStayApart,
} from '@latchkey/permissions/testing';
import { expect as plainExpect, test } from 'vitest';
import { policy } from './policy.ts';

const permissions = createTestPermissions(policy, {
  users: {
    ann: { roles: { acme: ['member'] }, instanceRoles: { 'folders:plans': ['editor'] } },
    bob: { roles: { acme: ['member'] } },
  },
  instances: {
    'folders:plans': { tenant: 'acme' },
    'documents:draft': { tenant: 'acme', relations: { parent: 'folders:plans' } },
    'documents:news': { tenant: 'acme', attributes: { status: 'published' } },
  },
});
const expect = extendExpect(plainExpect, permissions);

test('editors of a folder edit its documents; others see published documents', () => {
  expect(permissions.as('ann', 'acme')).toBeAllowed('documents:edit', 'draft');
  expect(permissions.as('bob', 'acme')).toBeDenied('documents:view', 'draft');
  expect(permissions.as('bob', 'acme')).toBeAllowed('documents:view', 'news');
  expect(permissions.whoCan('documents:view', { tenant: 'acme', key: 'draft' })).toEqual(['ann']);
});

test('why explains the decision', () => {
  expect(permissions.as('ann', 'acme').why('documents:edit', 'draft').text).toBe(
    'ann → editor of folders:plans → parent of documents:draft → documents:edit',
  );
});

test('on any facts, only owners and administrators delete, and tenants stay apart', async () => {
  const except = ['admin', 'documents#owner'] as const;
  await expect(noRoleMay(policy, 'documents:delete', { except })).resolves.toBeUndefined();
  await expect(tenantsStayApart(policy)).resolves.toBeUndefined();
});
