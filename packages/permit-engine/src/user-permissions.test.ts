import { describe, expect, test } from 'vitest';
import { resourceset, userset, worldOf, type SmallEnvironment } from '../test/document.ts';
import { userPermissions, type UserPermissionsQuery } from './index.ts';

const environment: SmallEnvironment = {
  tenants: ['acme', 'zeta'],
  tenantAttributes: { acme: { plan: 'pro' } },
  types: { doc: ['read', 'write'], folder: ['read'], task: ['close'] },
  users: {
    ann: {
      acme: ['viewer', 'tenant-association', 'closer'],
      zeta: ['tenant-association'],
      gone: ['viewer'],
      'folder:f': ['editor'],
      'doc:x': ['stranger'],
      'doc:nowhere': ['stranger'],
    },
  },
  userAttributes: { ann: { dept: 'eng' } },
  grants: {
    viewer: ['doc:read'],
    closer: ['task:close'],
    'folder#editor': ['folder:read'],
    'doc#editor': ['doc:write'],
  },
  instances: {
    'folder:f': 'acme',
    'doc:d': { tenant: 'acme', attributes: { status: 'open' } },
    'doc:x': 'acme',
    'doc:e': { tenant: 'zeta', attributes: { status: 'open' } },
  },
  tuples: [['folder:f', 'parent', 'doc:d']],
  derivations: {
    'doc#editor': {
      users_with_role: [{ role: 'editor', on_resource: 'folder', linked_by_relation: 'parent' }],
    },
  },
  sets: [
    userset('eng', { 'user.dept': { equals: 'eng' } }),
    resourceset('open', 'doc', { 'resource.status': { equals: 'open' } }),
    { key: '__autogen_task', type: 'resourceset' },
  ],
  rules: [
    ['eng', 'doc:read', 'open'],
    ['eng', 'task:close', '__autogen_task'],
  ],
};

const ask = (query: Partial<UserPermissionsQuery> = {}) =>
  userPermissions(worldOf(environment), { user: { key: 'ann' }, ...query });
const keys = (query: Partial<UserPermissionsQuery>) => Object.keys(ask(query));

test('an instance in a tenant that does not exist is left out', () => {
  const world = worldOf({ ...environment, instances: { 'folder:f': 'gone' } });
  expect(Object.keys(userPermissions(world, { user: { key: 'ann' } }))).toEqual([
    '__tenant:acme',
    '__tenant:zeta',
  ]);
});

describe('filters', () => {
  test.for<[Partial<UserPermissionsQuery>, string[]]>([
    [{ tenants: null, resources: null, resource_types: null }, Object.keys(ask())],
    [{ resource_types: ['__tenant'] }, ['__tenant:acme', '__tenant:zeta']],
    [{ resource_types: ['doc'] }, ['doc:d', 'doc:x']],
    [{ resource_types: [] }, []],
    [{ tenants: ['zeta'], resource_types: ['__tenant'] }, ['__tenant:zeta']],
    [{ tenants: ['__tenant:zeta'], resource_types: ['__tenant'] }, ['__tenant:zeta']],
    [{ tenants: ['zeta'] }, ['__tenant:zeta']],
    [{ tenants: ['acme'] }, ['__tenant:acme', 'doc:d', 'doc:x', 'folder:f']],
    [{ tenants: ['__tenant:acme'] }, ['__tenant:acme']],
    [{ tenants: [] }, []],
    [{ tenants: ['doc:d'] }, ['doc:d']],
    [{ tenants: [], resource_types: ['__tenant'] }, []],
    [{ resources: ['doc:d'] }, ['doc:d']],
    [{ resources: ['d', 'f'] }, ['doc:d', 'folder:f']],
    [{ resources: ['d', 'f'], resource_types: ['folder'] }, ['folder:f']],
    [{ resources: ['__tenant:acme'] }, ['__tenant:acme', 'doc:d', 'doc:x', 'folder:f']],
    [{ resources: ['doc:d'], tenants: ['acme'] }, ['__tenant:acme', 'doc:d']],
  ])('%o', ([query, expected]) => expect(keys(query)).toEqual(expected));
});

describe('conditions', () => {
  const enabled = { context: { enable_abac_user_permissions: true } };

  test('contribute when the query asks for them and names types', () => {
    const query = { ...enabled, resource_types: ['doc', 'task', '__tenant'] };
    const asked = ask(query);
    expect(asked['doc:d']).toMatchObject({ permissions: ['doc:read', 'doc:write'], roles: ['editor'] });
    expect(asked['doc:e']).toEqual({
      tenant: { key: 'zeta', attributes: {} },
      permissions: ['doc:read'],
      roles: [],
    });
    expect(asked['__tenant:zeta']?.permissions).toEqual(['task:close']);
    expect(asked['__tenant:gone']).toBeUndefined();
    expect(asked['doc:d']?.tenant).toEqual({ key: 'acme', attributes: { plan: 'pro' } });
  });

  test('grant nothing by a rule with a set that does not exist', () => {
    const world = worldOf({
      ...environment,
      rules: [['eng', 'doc:read', 'closed'], ...(environment.rules ?? [])],
    });
    const query = { user: { key: 'ann' }, ...enabled, resource_types: ['doc', 'task'] };
    expect(userPermissions(world, query)).toEqual(ask(query));
    const otherType = worldOf({ ...environment, rules: [['eng', 'task:close', 'open']] });
    expect(userPermissions(otherType, { ...query, resource_types: ['doc'] })).toEqual(
      ask({ resource_types: ['doc'] }),
    );
  });

  test('on an instance whose tenant is not known count for the tenant `default`', () => {
    const instances = { 'doc:n': { attributes: { status: 'open' } } };
    const world = worldOf({ ...environment, tenants: ['default'], instances });
    const query = { user: { key: 'ann' }, ...enabled, resource_types: ['doc'] };
    expect(userPermissions(world, query)).toEqual({
      'doc:n': { tenant: { key: 'default', attributes: {} }, permissions: ['doc:read'], roles: [] },
    });
  });

  test('list a permission twice that is held by a role, too', () => {
    const asked = ask({ ...enabled, resource_types: ['task', '__tenant'] });
    expect(asked['__tenant:acme']?.permissions).toEqual(['doc:read', 'task:close', 'task:close']);
  });

  test('list nothing where no rule applies', () => {
    expect(keys({ ...enabled, resource_types: ['folder'] })).toEqual(['folder:f']);
    const stranger = userPermissions(worldOf(environment), {
      ...enabled,
      user: { key: 'stranger' },
      resource_types: ['doc', 'task'],
    });
    expect(stranger).toEqual({});
  });

  test('do not contribute otherwise', () => {
    const query = { resource_types: ['doc', 'task', '__tenant'] };
    expect(ask({ ...query, context: { enable_abac_user_permissions: false } })).toEqual(ask(query));
    expect(ask(query)['doc:e']).toBeUndefined();
    expect(ask(enabled)).toEqual(ask());
  });

  test('are filtered only by type', () => {
    const query = { ...enabled, resource_types: ['doc'] };
    expect(keys({ ...query, resources: ['doc:e'] })).toEqual(['doc:d', 'doc:e']);
    expect(keys({ ...query, tenants: [] })).toEqual(['doc:d', 'doc:e']);
    const everywhere = { ...enabled, resource_types: ['task'], tenants: ['acme'] };
    expect(keys(everywhere)).toEqual(['__tenant:acme', '__tenant:zeta']);
  });
});
