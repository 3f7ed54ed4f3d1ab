import { expect, test } from 'vitest';
import { api, emulate } from './testing/with-emulator.ts';

const seed = {
  resources: [
    {
      key: 'folder',
      name: 'Folder',
      actions: { read: {} },
      roles: { viewer: { name: 'Viewer', permissions: ['read'] } },
    },
    { key: 'doc', name: 'Doc', actions: { read: {} }, relations: { parent: 'folder' } },
  ],
  roles: [
    { key: 'viewer', name: 'Viewer', permissions: ['doc:read'] },
    { key: 'editor', name: 'Editor' },
  ],
  tenants: [
    { key: 't1', name: 'T1' },
    { key: 't2', name: 'T2' },
  ],
};

test('users are paged, searched, filtered, patched and found by id', async () => {
  const call = api(await emulate({ seed }));
  for (const key of ['ann', 'bob', 'cat']) {
    await call('POST /v2/facts/.../users', { key, email: `${key}@x.org`, last_name: 'Miller' });
  }
  await call('POST /v2/facts/.../users/bob/roles', { role: 'viewer', tenant: 't1' });
  const keys = async (query: string): Promise<string[]> =>
    (await call(`GET /v2/facts/.../users?${query}`)).body.data.map(({ key }: { key: string }) => key);
  expect(await keys('page=2&per_page=2')).toEqual(['cat']);
  expect(await keys('search=CAT@X')).toEqual(['cat']);
  expect(await keys('search=miller')).toEqual([]);
  expect(await keys('role=viewer')).toEqual(['bob']);
  expect((await call('GET /v2/facts/.../tenants/t1/users')).body).toMatchObject({
    data: [{ key: 'bob', associated_tenants: [{ tenant: 't1', roles: ['viewer'], status: 'active' }] }],
    total_count: 1,
    page_count: 1,
  });
  const { body: ann } = await call('PATCH /v2/facts/.../users/ann', { first_name: 'Ann', last_name: null });
  expect(ann).toMatchObject({ first_name: 'Ann', last_name: null, email: 'ann@x.org' });
  expect((await call(`GET /v2/facts/.../users/${ann.id}`)).body.key).toBe('ann');
  const dashed = ann.id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  expect((await call(`GET /v2/facts/.../users/${dashed}`)).body.key).toBe('ann');
  await call('DELETE /v2/facts/.../users/bob/roles', { role: 'viewer', tenant: 't1' });
  expect(await keys('role=viewer')).toEqual([]);
});

test('search compares the email address of users, and the key of users without one', async () => {
  const call = api(await emulate({ seed }));
  await call('POST /v2/facts/.../users', { key: 'dora', email: 'd@x.org', first_name: 'Dora' });
  await call('POST /v2/facts/.../users', { key: 'emil' });
  const found = async (text: string) =>
    (await call(`GET /v2/facts/.../users?search=${text}`)).body.total_count;
  expect(await Promise.all(['dora', 'D@X', 'emil'].map(found))).toEqual([0, 1, 1]);
});

test('an instance is named by its id, or by its type and key, and never by its key alone', async () => {
  const call = api(await emulate({ seed }));
  const { body: folder } = await call('POST /v2/facts/.../resource_instances', {
    key: 'x1',
    resource: 'folder',
    tenant: 't1',
  });
  await call('POST /v2/facts/.../resource_instances', { key: 'x1', resource: 'doc', tenant: 't1' });
  await call('POST /v2/facts/.../users', { key: 'ann' });
  const ident = 'x1';
  const missing = { status: 404, body: { error_code: 'NOT_FOUND' } };
  const tuple = { subject: ident, relation: 'parent', object: 'doc:x1' };
  expect(await call('POST /v2/facts/.../relationship_tuples', tuple)).toMatchObject(missing);
  const assignment = { user: 'ann', role: 'viewer', resource_instance: ident };
  expect(await call('POST /v2/facts/.../role_assignments', assignment)).toMatchObject(missing);
  for (const method of ['GET', 'DELETE']) {
    expect(await call(`${method} /v2/facts/.../resource_instances/${ident}`)).toMatchObject(missing);
  }
  const bulk = await call('DELETE /v2/facts/.../bulk/resource_instances', { idents: [ident] });
  expect(bulk).toMatchObject(missing);
  const byId = { subject: folder.id, relation: 'parent', object: 'doc:x1' };
  expect(await call('POST /v2/facts/.../relationship_tuples', byId)).toMatchObject({
    status: 200,
    body: { subject: 'folder:x1', object: 'doc:x1' },
  });
  const search = async (text: string) =>
    (await call(`GET /v2/facts/.../resource_instances?search=${text}`)).body.length;
  expect(await Promise.all(['X1', 'x', folder.id, 'folder'].map(search))).toEqual([2, 2, 1, 0]);
  const exactly = async (text: string) =>
    (await call(`GET /v2/facts/.../resource_instances/detailed?search=${text}`)).body.total_count;
  expect(await Promise.all(['x1', 'x'].map(exactly))).toEqual([2, 0]);
});

test('PUT with role_assignments replaces the tenant roles; without it roles stay; an unknown role or tenant refuses the call', async () => {
  const call = api(await emulate({ seed }));
  const put = async (role_assignments?: unknown) =>
    call('PUT /v2/facts/.../users/ann', {
      key: 'ann',
      ...(role_assignments !== undefined && { role_assignments }),
    });
  expect((await put([{ role: 'viewer', tenant: 't1' }])).status).toBe(201);
  await call('POST /v2/facts/.../resource_instances', { key: 'f', resource: 'folder', tenant: 't1' });
  await call('POST /v2/facts/.../role_assignments', {
    user: 'ann',
    role: 'viewer',
    resource_instance: 'folder:f',
  });
  expect((await put()).body.roles).toEqual([{ role: 'viewer', tenant: 't1' }]);
  expect((await put([{ role: 'nope', tenant: 't1' }])).status).toBe(404);
  expect((await put([{ role: 'editor', tenant: 't2' }])).body.roles).toEqual([
    { role: 'editor', tenant: 't2' },
  ]);
  const { body } = await call('GET /v2/facts/.../role_assignments?user=ann');
  expect(body.map(({ role, resource_instance }: never) => [role, resource_instance])).toEqual([
    ['editor', null],
    ['viewer', 'folder:f'],
  ]);
});

test('assignments are filtered, detailed and paged in both ways; unknown users follow the policy', async () => {
  const call = api(await emulate({ seed }));
  const wanted = [
    { user: 'ann', role: 'viewer', tenant: 't1' },
    { user: 'ann', role: 'editor', tenant: 't2' },
    { user: 'bob', role: 'viewer', tenant: 't1' },
  ];
  const bulk = 'POST /v2/facts/.../role_assignments/bulk';
  expect((await call(bulk, wanted)).status).toBe(404);
  expect((await call(`${bulk}?missing_user_policy=ignore`, wanted)).body).toEqual({ assignments_created: 0 });
  expect((await call(`${bulk}?missing_user_policy=create`, wanted)).body).toEqual({ assignments_created: 3 });
  const list = async (query: string) => (await call(`GET /v2/facts/.../role_assignments?${query}`)).body;
  expect(await list('user=ann&user=bob&role=viewer')).toHaveLength(2);
  expect(await list('tenant=t2&include_total_count=true')).toMatchObject({
    total_count: 1,
    data: [{ role: 'editor' }],
  });
  const detailed = [
    {
      user: { key: 'bob' },
      role: { key: 'viewer', permissions: ['doc:read'] },
      tenant: { key: 't1', name: 'T1' },
    },
  ];
  expect(await list('user=bob&detailed=true')).toMatchObject(detailed);
  expect((await call('GET /v2/facts/.../role_assignments/detailed?user=bob')).body).toMatchObject({
    data: detailed,
    total_count: 1,
  });
  const removed = await call('DELETE /v2/facts/.../role_assignments?return_deleted=true', wanted[0]);
  expect(removed).toMatchObject({ status: 200, body: { user: 'ann', role: 'viewer', tenant: 't1' } });
});

test('tuples create missing instances, within one tenant, and only as the relation allows', async () => {
  const call = api(await emulate({ seed }));
  const post = (body: unknown) => call('POST /v2/facts/.../relationship_tuples', body);
  const tuple = { subject: 'folder:f', relation: 'parent', object: 'doc:d' };
  expect((await post(tuple)).status).toBe(404);
  expect(await post({ ...tuple, tenant: 't1' })).toMatchObject({
    status: 200,
    body: { tenant: 't1', ...tuple },
  });
  expect((await post({ ...tuple, tenant: 't1' })).status).toBe(409);
  expect((await call('GET /v2/facts/.../resource_instances/folder:f')).body).toMatchObject({
    tenant: 't1',
    key: 'f',
  });
  await call('POST /v2/facts/.../resource_instances', { key: 'other', resource: 'doc', tenant: 't2' });
  expect(await post({ ...tuple, object: 'doc:other' })).toMatchObject({
    status: 400,
    body: { error_code: 'MISMATCH_RESOURCE_INSTANCES_TENANTS' },
  });
  expect(await post({ subject: 'doc:d', relation: 'parent', object: 'doc:e', tenant: 't1' })).toMatchObject({
    status: 400,
    body: { error_code: 'MISMATCH_RELATION_TYPE' },
  });
  const moved = { operations: [{ key: 'd', resource: 'doc', tenant: 't2' }] };
  expect(await call('PUT /v2/facts/.../bulk/resource_instances', moved)).toMatchObject({
    status: 400,
    body: { error_code: 'MISMATCH_RESOURCE_INSTANCES_TENANTS' },
  });
  expect(
    (await call('GET /v2/facts/.../relationship_tuples?subject_type=folder&tenant=t1')).body,
  ).toHaveLength(1);
  expect((await call('GET /v2/facts/.../relationship_tuples/detailed')).body).toMatchObject({
    data: [{ subject_details: { key: 'f' }, object_details: { key: 'd' }, tenant_details: { key: 't1' } }],
  });
  expect((await call('GET /v2/facts/.../resource_instances/doc:d?detailed=true')).body.relationships).toEqual(
    [tuple],
  );
  expect((await call('DELETE /v2/facts/.../relationship_tuples', tuple)).status).toBe(204);
  expect((await call('DELETE /v2/facts/.../relationship_tuples', tuple)).status).toBe(404);
});

test('a tenant without attributes has none: {}, and null in the answer to its creation', async () => {
  const call = api(await emulate());
  const created = await call('POST /v2/facts/.../tenants', { key: 'acme', name: 'Acme' });
  expect(created.body.attributes).toBeNull();
  for (const key of ['acme', 'default']) {
    expect((await call(`GET /v2/facts/.../tenants/${key}`)).body.attributes).toEqual({});
    expect((await call(`PATCH /v2/facts/.../tenants/${key}`, { name: 'A' })).body.attributes).toEqual({});
  }
  const { body: listed } = await call('GET /v2/facts/.../tenants');
  expect(listed.map(({ attributes }: { attributes: unknown }) => attributes)).toEqual([{}, {}]);
});

test('deleting a tenant deletes its assignments, instances and tuples', async () => {
  const call = api(await emulate({ seed }));
  await call('POST /v2/facts/.../users', {
    key: 'ann',
    role_assignments: [{ role: 'viewer', tenant: 't1' }],
  });
  await call('POST /v2/facts/.../relationship_tuples', {
    subject: 'folder:f',
    relation: 'parent',
    object: 'doc:d',
    tenant: 't1',
  });
  await call('POST /v2/facts/.../role_assignments', {
    user: 'ann',
    role: 'viewer',
    resource_instance: 'folder:f',
  });
  expect((await call('DELETE /v2/facts/.../tenants/t1')).status).toBe(204);
  for (const what of ['role_assignments', 'resource_instances', 'relationship_tuples']) {
    expect((await call(`GET /v2/facts/.../${what}`)).body).toEqual([]);
  }
});

const keys = (names: string[]) => ({ operations: names.map((key) => ({ key })) });

test('a refused bulk call writes nothing', async () => {
  const call = api(await emulate({ seed }));
  await call('POST /v2/facts/.../users', { key: 'b' });
  expect((await call('POST /v2/facts/.../bulk/users', keys(['a', 'b']))).status).toBe(409);
  expect((await call('GET /v2/facts/.../users/a')).status).toBe(404);
  expect((await call('PUT /v2/facts/.../bulk/users', keys(['a', 'b']))).status).toBe(200);
  const instances = {
    operations: [
      { key: 'i', resource: 'doc', tenant: 't1' },
      { key: 'j', resource: 'no', tenant: 't1' },
    ],
  };
  expect((await call('PUT /v2/facts/.../bulk/resource_instances', instances)).status).toBe(404);
  expect((await call('GET /v2/facts/.../resource_instances')).body).toEqual([]);
});

interface Left {
  readonly listed: number;
  readonly roles: unknown[];
  readonly back: unknown[];
}

async function leftovers(vendorQuirks: boolean): Promise<Left> {
  const call = api(await emulate({ seed, vendorQuirks }));
  const role_assignments = [
    { role: 'viewer', tenant: 't1' },
    { role: 'viewer', tenant: 't2' },
  ];
  await call('POST /v2/facts/.../users', { key: 'ann', role_assignments });
  expect((await call('DELETE /v2/facts/.../tenants/t1/users/ann')).status).toBe(204);
  const listed = (await call('GET /v2/facts/.../tenants/t1/users')).body.total_count;
  const { roles } = (await call('GET /v2/facts/.../users/ann')).body;
  await call('DELETE /v2/facts/.../bulk/users', { idents: ['ann'] });
  await call('POST /v2/facts/.../users', { key: 'ann' });
  return { listed, roles, back: (await call('GET /v2/facts/.../users/ann')).body.roles };
}

test('the vendor’s bugs are reproduced by default', async () => {
  const inT2 = [{ role: 'viewer', tenant: 't2' }];
  expect(await leftovers(true)).toEqual({ listed: 1, roles: inT2, back: inT2 });
  expect(await leftovers(false)).toEqual({ listed: 0, roles: inT2, back: [] });
});

test('a user who is created in a tenant belongs to it, without a role, until the last role is removed', async () => {
  const call = api(await emulate({ seed }));
  const { body } = await call('POST /v2/facts/.../tenants/t1/users', { key: 'ann' });
  expect(body).toMatchObject({ roles: [], associated_tenants: [{ tenant: 't1', roles: [] }] });
  expect((await call('GET /v2/facts/.../tenants/t1/users')).body.total_count).toBe(1);
  expect((await call('GET /v2/facts/.../role_assignments')).body).toEqual([]);
  await call('DELETE /v2/schema/.../resources/doc');
  expect((await call('GET /v2/facts/.../tenants/t1/users')).body.total_count).toBe(1);
  expect((await call('DELETE /v2/facts/.../tenants/t1/users/ann')).status).toBe(404);
  await call('POST /v2/facts/.../role_assignments', { user: 'ann', role: 'viewer', tenant: 't2' });
  expect((await call('DELETE /v2/facts/.../tenants/t2/users/ann')).status).toBe(204);
  expect((await call('GET /v2/facts/.../users/ann')).status).toBe(404);
});

test.each([
  ['a tenant', 'viewer', undefined, { tenant: 't1', resource_instance: null }],
  ['an instance', 'folder#viewer', 'folder:x', { tenant: 't1', resource_instance: 'folder:x' }],
])('an invitation to a role in %s makes the user when it is approved', async (_, name, on, held) => {
  const call = api(await emulate({ seed }));
  const path = '/v2/facts/.../user_invites';
  const instance = { key: 'x', resource: 'folder', tenant: 't1' };
  const { body: made } = await call('POST /v2/facts/.../resource_instances', instance);
  const [role = '', own] = name.split('#').toReversed();
  const roles = own === undefined ? 'roles' : `resources/${own}/roles`;
  const input = {
    key: 'ann',
    status: 'pending',
    email: 'ann@x.org',
    first_name: 'Ann',
    last_name: 'Lee',
    role_id: (await call(`GET /v2/schema/.../${roles}/${role}`)).body.id,
    tenant_id: (await call('GET /v2/facts/.../tenants/t1')).body.id,
    ...(on !== undefined && { resource_instance_id: made.id }),
  };
  const { body: invite } = await call(`POST ${path}`, input);
  expect(invite).toMatchObject({ resource_instance_id: null, ...input });
  await call(`POST ${path}`, { ...input, key: 'bob', email: 'bob@x.org', first_name: 'Bob' });
  const listed = await call(`GET ${path}?role=${input.role_id}&tenant=t1&search=ann`);
  expect(listed.body).toEqual({ data: [invite], total_count: 1, page_count: 1 });
  const approval = { key: 'ann', email: 'ann@x.org', attributes: { team: 'hr' } };
  expect(await call(`POST ${path}/${invite.id}/approve`, approval)).toMatchObject({
    status: 200,
    body: { key: 'ann', first_name: 'Ann', attributes: { team: 'hr' } },
  });
  expect((await call('GET /v2/facts/.../role_assignments?user=ann')).body).toMatchObject([
    { role: 'viewer', ...held },
  ]);
  expect((await call(`GET ${path}/${invite.id}`)).body.status).toBe('approved');
  expect((await call(`DELETE ${path}/${invite.id}`)).status).toBe(204);
  expect((await call(`GET ${path}/${invite.id}`)).body.error_code).toBe('NOT_FOUND');
});
