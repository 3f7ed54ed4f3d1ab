import { PermitApiError } from 'permitio';
import { expect, test } from 'vitest';
import { emulate, sdk } from './testing/with-emulator.ts';

async function status(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof PermitApiError ? error.response?.status : -1;
  }
}

test('from an empty environment to a decision, using only the SDK', async () => {
  const permit = sdk(await emulate());
  const { api } = permit;
  const document = await api.resources.create({
    key: 'document',
    name: 'Document',
    urn: 'prn:gdrive:document',
    actions: { create: {}, read: {} },
    attributes: { private: { type: 'bool', description: 'whether it is private' } },
  });
  expect(Object.keys(document.actions ?? {})).toEqual(['create', 'read']);
  expect(await api.resources.list({ includeTotalCount: true })).toMatchObject({
    data: [{ id: document.id }],
    total_count: 1,
    page_count: 1,
  });

  await api.roles.create({ key: 'admin', name: 'Admin', permissions: ['document:create', 'document:read'] });
  expect((await api.roles.create({ key: 'viewer', name: 'Viewer' })).permissions).toEqual([]);
  const viewer = await api.roles.assignPermissions('viewer', ['document:read']);
  expect(viewer.permissions).toEqual(['document:read']);

  const tenant = await api.tenants.create({ key: 'tesla', name: 'Tesla Inc' });
  expect(tenant.attributes).toBeNull();
  const first = await api.users.sync({ key: 'auth0|elon', email: 'elon@tesla.com', attributes: { age: 50 } });
  expect(first.created).toBe(true);
  const { user, created } = await api.users.sync({ key: 'auth0|elon', first_name: 'Elon' });
  expect([created, user.email, user.first_name, user.attributes]).toEqual([false, null, 'Elon', {}]);

  const assigned = await api.users.assignRole({ user: user.key, role: 'viewer', tenant: 'tesla' });
  expect(assigned).toMatchObject({
    user_id: user.id,
    role_id: viewer.id,
    tenant_id: tenant.id,
    role: 'viewer',
  });
  const james = await api.users.create({
    key: 'james',
    role_assignments: [{ role: 'viewer', tenant: 'tesla' }],
  });
  expect(james.roles).toEqual([{ role: 'viewer', tenant: 'tesla' }]);

  const resource = { type: 'document', tenant: 'tesla', attributes: { secret: true } };
  expect(await permit.check('auth0|elon', 'read', resource)).toBe(true);
  expect(await permit.check(user, 'read', resource)).toBe(true);
  expect(await permit.check('auth0|elon', 'create', resource)).toBe(false);
  expect(await permit.check('auth0|elon', 'read', 'document')).toBe(false);
  expect(
    await permit.bulkCheck([
      { user: 'james', action: 'read', resource },
      { user: 'james', action: 'create', resource },
    ]),
  ).toEqual([true, false]);
  expect(await permit.getUserPermissions('james')).toMatchObject({
    '__tenant:tesla': { permissions: ['document:read'], roles: ['viewer'] },
  });

  await api.users.assignRole({ user: user.key, role: 'admin', tenant: 'tesla' });
  await api.users.unassignRole({ user: user.key, role: 'viewer', tenant: 'tesla' });
  expect((await api.users.getAssignedRoles({ user: user.key })).map(({ role }) => role)).toEqual(['admin']);
  expect(await permit.check('auth0|elon', 'create', resource)).toBe(true);

  await api.users.delete('auth0|elon');
  await api.users.delete('james');
  await api.tenants.delete('tesla');
  await api.roles.delete('admin');
  await api.roles.delete('viewer');
  await api.resources.delete('document');
  expect(await api.resources.list()).toEqual([]);
  expect(await api.roles.list()).toEqual([]);
  expect((await api.tenants.list()).map(({ key }) => key)).toEqual(['default']);
  expect((await api.users.list()).data).toEqual([]);
});

test('duplicates are refused with 409 and missing objects with 404, as by the vendor', async () => {
  const { api } = sdk(await emulate());
  await api.resources.create({ key: 'doc', name: 'Doc', actions: { read: {} } });
  await api.roles.create({ key: 'viewer', name: 'Viewer', permissions: ['doc:read'] });
  await api.users.create({ key: 'u' });
  await api.users.assignRole({ user: 'u', role: 'viewer', tenant: 'default' });

  expect(await status(api.users.create({ key: 'u' }))).toBe(409);
  expect(await status(api.roles.create({ key: 'viewer', name: 'Viewer' }))).toBe(409);
  expect(await status(api.resources.create({ key: 'doc', name: 'Doc', actions: {} }))).toBe(409);
  expect(await status(api.tenants.create({ key: 'default', name: 'Default' }))).toBe(409);
  expect(await status(api.users.assignRole({ user: 'u', role: 'viewer', tenant: 'default' }))).toBe(409);
  expect(await status(api.users.assignRole({ user: 'x', role: 'viewer', tenant: 'default' }))).toBe(404);
  expect(await status(api.users.assignRole({ user: 'u', role: 'nope', tenant: 'default' }))).toBe(404);
  expect(await status(api.users.assignRole({ user: 'u', role: 'viewer', tenant: 'nope' }))).toBe(404);
  await api.users.unassignRole({ user: 'u', role: 'viewer', tenant: 'default' });
  expect(await status(api.users.unassignRole({ user: 'u', role: 'viewer', tenant: 'default' }))).toBe(404);
  expect(await status(api.users.get('nobody'))).toBe(404);
});

test('bulk assignment counts new assignments and skips existing ones', async () => {
  const { api } = sdk(await emulate());
  await api.roles.create({ key: 'viewer', name: 'Viewer' });
  await api.users.create({ key: 'a' });
  await api.users.create({ key: 'b' });
  const both = ['a', 'b'].map((user) => ({ user, role: 'viewer', tenant: 'default' }));
  await api.users.assignRole({ user: 'a', role: 'viewer', tenant: 'default' });
  expect(await api.roleAssignments.bulkAssign(both)).toEqual({ assignments_created: 1 });
  expect(await api.roleAssignments.bulkUnassign(both)).toEqual({ assignments_removed: 2 });
  expect(await api.roleAssignments.bulkUnassign(both)).toEqual({ assignments_removed: 0 });
});

test('resource roles and instances are created, and deleted together with what depends on them', async () => {
  const permit = sdk(await emulate());
  const { api } = permit;
  await api.tenants.create({ key: 't1', name: 'T1' });
  await api.resources.create({ key: 'repo', name: 'Repo', actions: { read: {}, update: {} } });
  const role = await api.resourceRoles.create('repo', {
    key: 'editor',
    name: 'Editor',
    permissions: ['update'],
  });
  expect(role).toMatchObject({ permissions: ['repo:update'], resource: 'repo' });
  await api.users.create({ key: 'u' });
  await api.resourceInstances.create({ key: 'opal', resource: 'repo', tenant: 't1' });
  const assigned = await api.users.assignRole({ user: 'u', role: 'editor', resource_instance: 'repo:opal' });
  expect(assigned).toMatchObject({ resource_instance: 'repo:opal', tenant: 't1', role_id: role.id });

  const opal = { type: 'repo', key: 'opal', tenant: 't1' };
  expect(await permit.check('u', 'update', opal)).toBe(true);
  expect(await permit.check('u', 'read', opal)).toBe(false);
  await api.resourceInstances.delete('repo:opal');
  expect(await permit.check('u', 'update', opal)).toBe(false);
  expect(await api.roleAssignments.list({ user: 'u' })).toEqual([]);
});

test('a user signs in to Permit Elements; an unknown user or tenant is 404', async () => {
  const permit = sdk(await emulate());
  await permit.api.users.create({ key: 'u' });
  const { content, token } = await permit.elements.loginAs({ userId: 'u', tenantId: 'default' });
  expect([content?.url, token]).toEqual([expect.stringContaining(String(token)), expect.any(String)]);
  expect(await status(permit.elements.loginAs({ userId: 'x', tenantId: 'default' }))).toBe(404);
  expect(await status(permit.elements.loginAs({ userId: 'u', tenantId: 'x' }))).toBe(404);
});
