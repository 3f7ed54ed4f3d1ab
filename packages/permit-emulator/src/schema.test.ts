import { expect, test } from 'vitest';
import { api, emulate, type Answer, sdk } from './testing/with-emulator.ts';

const doc = { key: 'doc', name: 'Doc', actions: { read: {}, write: { name: 'Write it' } } };

async function withDoc(): Promise<(at: string, body?: unknown) => Promise<Answer>> {
  const call = api(await emulate());
  await call('POST /v2/schema/.../resources', doc);
  return call;
}

test('undefined permissions are refused, and a resource key alone means all of its actions', async () => {
  const call = await withDoc();
  const create = (permissions: string[]) =>
    call('POST /v2/schema/.../roles', { key: 'r', name: 'R', permissions });
  expect((await create(['doc:fly'])).body.error_code).toBe('MISSING_PERMISSIONS');
  expect((await create(['a:b:c'])).body.error_code).toBe('INVALID_PERMISSION_FORMAT');
  expect((await create(['doc'])).body.permissions).toEqual(['doc:read', 'doc:write']);
  const revoked = await call('DELETE /v2/schema/.../roles/r/permissions', { permissions: ['doc:read'] });
  expect(revoked.body.permissions).toEqual(['doc:write']);
});

test('deleting an action deletes its permissions', async () => {
  const call = await withDoc();
  await call('POST /v2/schema/.../roles', { key: 'r', name: 'R', permissions: ['doc:read', 'doc:write'] });
  await call('POST /v2/schema/.../resources/doc/roles', {
    key: 'editor',
    name: 'E',
    permissions: ['read', 'doc:write'],
  });
  await call('PATCH /v2/schema/.../resources/doc', { actions: { read: {} } });
  expect((await call('GET /v2/schema/.../roles/r')).body.permissions).toEqual(['doc:read']);
  expect((await call('GET /v2/schema/.../resources/doc/roles/editor')).body.permissions).toEqual([
    'doc:read',
  ]);
  expect((await call('DELETE /v2/schema/.../resources/doc/actions/read')).status).toBe(204);
  expect((await call('GET /v2/schema/.../roles/r')).body.permissions).toEqual([]);
});

test.each([
  [true, 500],
  [false, 200],
])('a PATCH that changes 40 permissions, with the vendor’s quirks %s', async (vendorQuirks, status) => {
  const call = api(await emulate({ vendorQuirks }));
  const permissions = Array.from({ length: 40 }, (_, index) => `a${index}`);
  const roles = { all: { name: 'All', permissions: [] } };
  const actions = Object.fromEntries(permissions.map((key) => [key, {}]));
  await call('POST /v2/schema/.../resources', { ...doc, actions, roles });
  const role = '/v2/schema/.../resources/doc/roles/all';
  expect((await call(`PATCH ${role}`, { permissions: permissions.slice(1) })).status).toBe(200);
  expect((await call(`DELETE ${role}/permissions`, { permissions })).body.permissions).toEqual([]);
  expect((await call(`PATCH ${role}`, { permissions })).status).toBe(status);
  expect((await call(`POST ${role}/permissions`, { permissions })).body.permissions).toHaveLength(40);
});

test('actions, attributes, relations and action groups are changed one by one', async () => {
  const call = await withDoc();
  const at = '/v2/schema/.../resources/doc';
  const created = await call(`POST ${at}/actions`, { key: 'fly', name: 'Fly' });
  expect(created.body).toMatchObject({ key: 'fly', permission_name: 'doc:fly' });
  expect((await call(`POST ${at}/actions`, { key: 'fly', name: 'Fly' })).status).toBe(409);
  expect((await call(`PATCH ${at}/actions/${created.body.id}`, { description: 'up' })).body).toMatchObject({
    name: 'Fly',
    description: 'up',
  });
  expect((await call(`GET ${at}/actions?per_page=2`)).body).toHaveLength(2);

  await call(`POST ${at}/attributes`, { key: 'secret', type: 'bool' });
  expect((await call(`PATCH ${at}/attributes/secret`, { type: 'json' })).body).toMatchObject({
    type: 'json',
  });
  expect((await call(`DELETE ${at}/attributes/secret`)).status).toBe(204);
  expect((await call(`GET ${at}/attributes`)).body).toEqual([]);

  await call('POST /v2/schema/.../resources', { key: 'folder', name: 'Folder', actions: {} });
  expect(
    (await call(`POST ${at}/relations`, { key: 'parent', name: 'P', subject_resource: 'folder' })).body,
  ).toMatchObject({
    object_resource: 'doc',
    subject_resource: 'folder',
  });
  expect((await call(`GET ${at}/relations`)).body).toMatchObject({ total_count: 1, page_count: 1 });

  await call(`POST ${at}/action_groups`, { key: 'all', name: 'All', actions: ['read', 'fly'] });
  await call(`DELETE ${at}/actions/fly`);
  expect((await call(`GET ${at}/action_groups/all`)).body.actions).toEqual(['read']);
  expect((await call(`GET ${at}`)).body.action_groups).toEqual({ all: ['read'] });
});

test('lists are searched with wildcards and filtered by attributes, as the vendor’s Go suite does', async () => {
  const call = await withDoc();
  for (const key of ['doc-2', 'docs'])
    await call('POST /v2/schema/.../resources', {
      key,
      name: key,
      actions: { read: { attributes: { level: 2 } }, fly: {} },
      type_attributes: { area: key },
    });
  await call('POST /v2/schema/.../roles', { key: 'r', name: 'R', attributes: { area: 'hr' } });
  await call('POST /v2/facts/.../tenants', { key: 't', name: 'T', attributes: { area: 'hr', paid: true } });
  const keys = async (path: string): Promise<string[]> =>
    (await call(`GET ${path}`)).body.map(({ key }: { key: string }) => key);
  const resources = '/v2/schema/.../resources';
  expect(await keys(`${resources}?search=doc-*`)).toEqual(['doc-2']);
  expect(await keys(`${resources}?search=d*s`)).toEqual(['docs']);
  expect(await keys(`${resources}?search=doc_*`)).toEqual([]);
  expect(await keys(`${resources}?search=do.`)).toEqual([]);
  expect(await keys(`${resources}?attr_area=docs`)).toEqual(['docs']);
  expect(await keys(`${resources}/docs/actions?attr_level=2`)).toEqual(['read']);
  expect(await keys('/v2/schema/.../roles?attr_area=hr')).toEqual(['r']);
  expect(await keys('/v2/facts/.../tenants?attr_area=hr&attr_paid=true')).toEqual(['t']);
  expect(await keys('/v2/facts/.../tenants?attr_area=it&attr_paid=true')).toEqual([]);
});

test('attributes of users are reachable by their own path and as the built-in resource', async () => {
  const call = await withDoc();
  const at = '/v2/schema/.../users/attributes';
  const age = { key: 'age', type: 'number' };
  expect((await call(`POST ${at}`, age)).status).toBe(200);
  expect((await call('POST /v2/schema/.../resources/__user/attributes', age)).status).toBe(409);
  expect((await call(`GET ${at}`)).body).toMatchObject([{ key: 'age', resource_key: '__user' }]);
  expect((await call(`PATCH ${at}/age`, { type: 'string' })).body.type).toBe('string');
  expect((await call(`GET ${at}/age`)).body.type).toBe('string');
  expect((await call(`DELETE ${at}/age`)).status).toBe(204);
  expect((await call(`GET ${at}/age`)).status).toBe(404);
  expect((await call('GET /v2/schema/.../resources')).body).toHaveLength(1);
  expect((await call('GET /v2/schema/.../resources?include_built_in=true')).body).toHaveLength(2);
  expect((await call('DELETE /v2/schema/.../resources/__user')).status).toBe(400);
});

test('an attribute without a type, as the vendor’s CLI sends it, is a string', async () => {
  const call = api(await emulate());
  const { body } = await call('POST /v2/schema/.../resources', { ...doc, attributes: { private: {} } });
  expect(body.attributes.private.type).toBe('string');
});

test('roles extend each other, but not in a cycle', async () => {
  const call = await withDoc();
  await call('POST /v2/schema/.../roles', { key: 'a', name: 'A', permissions: ['doc:read'] });
  await call('POST /v2/schema/.../roles', { key: 'b', name: 'B', extends: ['a'] });
  await call('POST /v2/schema/.../roles', { key: 'c', name: 'C', extends: ['b'] });
  expect((await call('PATCH /v2/schema/.../roles/a', { extends: ['c'] })).status).toBe(400);
  expect((await call('POST /v2/schema/.../roles', { key: 'd', name: 'D', extends: ['x'] })).status).toBe(404);
  await call('DELETE /v2/schema/.../roles/b');
  expect((await call('GET /v2/schema/.../roles/c')).body.extends).toEqual([]);
});

test('derivations are added and conditioned, refused when the relation does not fit, and removed with the objects they depend on', async () => {
  const call = await withDoc();
  await call('POST /v2/schema/.../resources', {
    key: 'folder',
    name: 'Folder',
    actions: { read: {} },
    roles: { viewer: { name: 'Viewer', permissions: ['read'] } },
  });
  await call('POST /v2/schema/.../resources/doc/relations', {
    key: 'parent',
    name: 'P',
    subject_resource: 'folder',
  });
  await call('POST /v2/schema/.../resources/doc/roles', { key: 'viewer', name: 'V', permissions: ['read'] });
  const at = '/v2/schema/.../resources/doc/roles/viewer/implicit_grants';
  const rule = { role: 'viewer', on_resource: 'folder', linked_by_relation: 'parent' };
  expect((await call(`POST ${at}`, rule)).body).toMatchObject({
    ...rule,
    when: { no_direct_roles_on_object: false },
  });
  expect((await call(`POST ${at}`, rule)).status).toBe(409);
  expect((await call(`POST ${at}`, { ...rule, on_resource: 'doc' })).body.error_code).toBe(
    'MISMATCH_RELATION_TYPE',
  );
  const when = { no_direct_roles_on_object: true };
  expect((await call(`PUT ${at}/conditions`, when)).body).toEqual(when);
  const role = async () => (await call('GET /v2/schema/.../resources/doc/roles/viewer')).body;
  expect((await role()).granted_to).toMatchObject({ when, users_with_role: [rule] });
  await call('DELETE /v2/schema/.../resources/doc/relations/parent');
  expect((await role()).granted_to.users_with_role).toEqual([]);
});

const seed = {
  resources: [
    {
      key: 'doc',
      name: 'Doc',
      actions: { read: {}, sign: {} },
      attributes: { private: { type: 'bool' as const } },
    },
  ],
  roles: [{ key: 'viewer', name: 'Viewer' }],
  users: [
    { key: 'old', attributes: { age: 35 } },
    { key: 'young', attributes: { age: 25 }, role_assignments: [{ role: 'viewer', tenant: 'default' }] },
  ],
};

const conditionedDoc = (isPrivate: boolean) => ({ type: 'doc', attributes: { private: isPrivate } });

test('users over thirty may sign public documents', async () => {
  const emulator = await emulate({ seed });
  const permit = sdk(emulator);
  const { api: management } = permit;
  const resource = await management.resources.get('doc');
  await management.conditionSets.create({
    key: 'over_30',
    name: 'Over 30',
    type: 'userset',
    conditions: { allOf: [{ allOf: [{ 'user.age': { 'greater-than': 30 } }] }] },
  });
  await management.conditionSets.create({
    key: 'public_docs',
    name: 'Public',
    type: 'resourceset',
    resource_id: resource.id,
    conditions: { allOf: [{ 'resource.private': { equals: false } }] },
  });
  const rule = { user_set: 'over_30', permission: 'doc:sign', resource_set: 'public_docs' };
  expect(await management.conditionSetRules.create(rule)).toMatchObject(rule);
  expect((await api(emulator)('POST /v2/facts/.../set_rules', rule)).body).toEqual([]);

  expect(await permit.check('old', 'sign', conditionedDoc(false))).toBe(true);
  expect(await permit.check('old', 'sign', conditionedDoc(true))).toBe(false);
  expect(await permit.check('young', 'sign', conditionedDoc(false))).toBe(false);
  expect(await permit.check({ key: 'young', attributes: { age: 40 } }, 'sign', conditionedDoc(false))).toBe(
    true,
  );

  const removed = { user_set: 'over_30', permission: 'doc:read', resource_set: 'doc', is_resource: true };
  await management.conditionSetRules.create(removed);
  await management.conditionSetRules.delete(removed);
  await permit.check('old', 'sign', conditionedDoc(false));
  const [decision] = (await api(emulator)('GET /_emulator/decisions')).body;
  expect(decision.result.debug.abac.allowing_rules).toEqual([
    { userset: 'over_30', resourceset: 'public_docs' },
  ]);

  await management.conditionSetRules.delete(rule);
  expect(await permit.check('old', 'sign', conditionedDoc(false))).toBe(false);
});

test('roles and plain resources are used in rules through generated sets', async () => {
  const emulator = await emulate({ seed });
  const call = api(emulator);
  const rule = {
    user_set: 'viewer',
    is_role: true,
    permission: 'doc:read',
    resource_set: 'doc',
    is_resource: true,
  };
  expect((await call('POST /v2/facts/.../set_rules', rule)).body).toMatchObject([
    { user_set: '__autogen_viewer', resource_set: '__autogen_doc' },
  ]);
  for (const [permission, rules] of [
    ['doc:read', 1],
    ['read', 1],
    ['rea', 0],
  ] as const)
    expect((await call(`GET /v2/facts/.../set_rules?permission=${permission}`)).body).toHaveLength(rules);
  expect(await sdk(emulator).check('young', 'read', 'doc')).toBe(true);
  expect(await sdk(emulator).check('old', 'read', 'doc')).toBe(false);
  expect((await call('GET /v2/schema/.../condition_sets?type=userset')).body).toMatchObject([
    { autogenerated: true },
  ]);
  expect((await call('DELETE /v2/facts/.../set_rules', rule)).status).toBe(204);
  expect((await call('DELETE /v2/facts/.../set_rules', rule)).status).toBe(404);
});

test('a set may have a parent of the same kind, but not in a cycle', async () => {
  const call = api(await emulate({ seed }));
  const create = (key: string, parent_id?: string, type = 'userset') =>
    call('POST /v2/schema/.../condition_sets', { key, name: key, type, ...(parent_id && { parent_id }) });
  await create('a');
  await create('b', 'a');
  await create('c', 'b');
  expect(
    (await call('POST /v2/schema/.../condition_sets', { key: 'r', name: 'R', type: 'resourceset' })).status,
  ).toBe(422);
  expect((await call('PATCH /v2/schema/.../condition_sets/a', { parent_id: 'c' })).status).toBe(400);
  expect((await call('DELETE /v2/schema/.../condition_sets/b')).status).toBe(204);
  expect((await call('GET /v2/schema/.../condition_sets/c')).body.parent_id).toBeNull();
});
