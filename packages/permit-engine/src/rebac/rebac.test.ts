import { describe, expect, test } from 'vitest';
import { worldOf, type Scene } from '../../test/document.ts';
import { check, type EngineOptions } from '../index.ts';

const from = (role: string, on_resource: string, linked_by_relation: string) => ({
  role,
  on_resource,
  linked_by_relation,
});

/** Accounts hold folders, folders hold folders and documents. */
const scene: Scene = {
  tenants: ['acme', 'zeta'],
  types: { account: ['manage'], folder: ['read', 'rename'], doc: ['read', 'write'] },
  grants: {
    'account#admin': ['account:manage'],
    'folder#editor': ['folder:read', 'folder:rename'],
    'doc#editor': ['doc:read', 'doc:write'],
    'doc#viewer': ['doc:read'],
  },
  instances: {
    'account:a': 'acme',
    'folder:f': 'acme',
    'folder:sub': 'acme',
    'doc:d': 'acme',
    'doc:z': 'zeta',
  },
  tuples: [
    ['account:a', 'account', 'folder:f'],
    ['folder:f', 'parent', 'folder:sub'],
    ['folder:sub', 'parent', 'doc:d'],
  ],
  derivations: {
    'folder#editor': {
      users_with_role: [from('admin', 'account', 'account'), from('editor', 'folder', 'parent')],
    },
    'doc#editor': { users_with_role: [from('editor', 'folder', 'parent')] },
  },
};

function allows(scene: Scene, question: string, options?: EngineOptions): boolean {
  const [user = '', action = '', object = '', tenant = 'acme'] = question.split(' ');
  const [type = '', key] = object.split(':');
  return check(worldOf(scene), { user: { key: user }, action, resource: { type, key, tenant } }, options)
    .allow;
}

function debugOf(scene: Scene, action: string, type = 'doc') {
  const resource = { type, key: 'd', tenant: 'acme' };
  return check(worldOf({ ...scene, debug: true }), { user: { key: 'ann' }, action, resource });
}

const withUsers = (users: NonNullable<Scene['users']>, more: Scene = {}): Scene => ({
  ...scene,
  ...more,
  users,
});

describe('a role on an instance', () => {
  const users = withUsers({ ann: { 'doc:d': ['viewer'] } });
  test.each([
    ['ann read doc:d', true],
    ['ann write doc:d', false],
    ['ann read doc:other', false],
    ['ann read doc', false],
    ['bob read doc:d', false],
    ['ann fly doc:d', false],
  ])('%s: %s', (question, allow) => expect(allows(users, question)).toBe(allow));
});

test('roles pass along links, over any number of them', () => {
  const users = withUsers({ ann: { 'account:a': ['admin'] }, bob: { 'folder:sub': ['editor'] } });
  expect(allows(users, 'ann rename folder:f')).toBe(true);
  expect(allows(users, 'ann rename folder:sub')).toBe(true);
  expect(allows(users, 'ann write doc:d')).toBe(true);
  expect(allows(users, 'bob write doc:d')).toBe(true);
  expect(allows(users, 'bob rename folder:f')).toBe(false);
});

test('links in a circle end', () => {
  const circle = withUsers(
    { ann: { 'folder:f': ['editor'] }, bob: {} },
    {
      tuples: [
        ...(scene.tuples ?? []),
        ['folder:sub', 'parent', 'folder:f'],
        ['folder:f', 'parent', 'folder:f'],
      ],
    },
  );
  expect(allows(circle, 'ann write doc:d')).toBe(true);
  expect(allows(circle, 'bob write doc:d')).toBe(false);
});

test('a chain of a thousand folders is walked', () => {
  const folders = Array.from({ length: 1000 }, (_, at) => `folder:${at}`);
  const tuples = folders.slice(1).map((child, at) => [`folder:${at}`, 'parent', child] as const);
  const deep = withUsers(
    { ann: { 'folder:0': ['editor'] } },
    { tuples: [...tuples, ['folder:999', 'parent', 'doc:d']] },
  );
  expect(allows(deep, 'ann write doc:d')).toBe(true);
});

describe('no_direct_roles_on_object', () => {
  const when = { no_direct_roles_on_object: true };
  const rules = [from('editor', 'folder', 'parent')];
  const onBlock: Scene = { derivations: { 'doc#editor': { users_with_role: rules, when } } };
  const onRule: Scene = {
    derivations: { 'doc#editor': { users_with_role: rules.map((rule) => ({ ...rule, when })) } },
  };
  const users = {
    ann: { 'folder:sub': ['editor'] },
    bob: { 'folder:sub': ['editor'], 'doc:d': ['viewer'] },
    eve: { 'folder:sub': ['editor'], 'doc:other': ['viewer'], acme: ['viewer'] },
  };

  test.each([
    ['on the block', onBlock],
    ['on the rule', onRule],
  ])('%s: any direct role on the object takes the place of the derived one', (_, derivations) => {
    const suppressed = withUsers(users, derivations);
    expect(allows(suppressed, 'ann write doc:d')).toBe(true);
    expect(allows(suppressed, 'bob write doc:d')).toBe(false);
    expect(allows(suppressed, 'bob read doc:d')).toBe(true);
    expect(allows(suppressed, 'eve write doc:d')).toBe(true);
  });

  test('a rule without it still derives beside one with it', () => {
    const mixed = withUsers(users, {
      derivations: {
        'doc#editor': {
          users_with_role: [
            { ...from('editor', 'folder', 'parent'), when },
            from('editor', 'folder', 'shared'),
          ],
        },
      },
      tuples: [
        ['folder:sub', 'parent', 'doc:d'],
        ['folder:sub', 'shared', 'doc:d'],
      ],
    });
    expect(allows(mixed, 'bob write doc:d')).toBe(true);
  });

  test('it is asked of each object on the way', () => {
    const middle = withUsers(
      { ann: { 'folder:f': ['editor'], 'folder:sub': ['guest'] } },
      {
        derivations: {
          'folder#editor': { users_with_role: [from('editor', 'folder', 'parent')], when },
          'doc#editor': { users_with_role: rules },
        },
      },
    );
    expect(allows(middle, 'ann write doc:d')).toBe(false);
  });
});

describe('tenants', () => {
  const users = withUsers({ ann: { 'doc:d': ['editor'], 'doc:stray': ['editor'] } });

  test('a role answers in the tenant of its instance', () => {
    expect(allows(users, 'ann write doc:d acme')).toBe(true);
    expect(allows(users, 'ann write doc:d zeta')).toBe(false);
    expect(allows(users, 'ann write doc:d zeta', { rebacAcrossTenants: true })).toBe(true);
    expect(allows(users, 'ann write doc:stray zeta')).toBe(true);
  });

  test('a check without a tenant is denied', () => {
    const query = { user: { key: 'ann' }, action: 'write', resource: { type: 'doc', key: 'd' } };
    expect(check(worldOf(users), query).allow).toBe(false);
  });

  test('links across tenants pass nothing', () => {
    const across = withUsers(
      { ann: { 'folder:sub': ['editor'] } },
      { tuples: [['folder:sub', 'parent', 'doc:z']] },
    );
    expect(allows(across, 'ann write doc:z zeta')).toBe(false);
    expect(allows(across, 'ann write doc:z zeta', { rebacAcrossTenants: true })).toBe(true);
  });

  test('a tenant takes part in derivation only where that is asked for', () => {
    const tenancy = withUsers(
      { ann: { acme: ['admin'] }, bob: { 'folder:f': ['editor'] } },
      {
        grants: { ...scene.grants, admin: [], member: ['doc:read'] },
        derivations: {
          'doc#editor': { users_with_role: [from('admin', '__tenant', 'home')] },
          member: { users_with_role: [from('editor', 'folder', 'club')] },
        },
        tuples: [
          ['__tenant:acme', 'home', 'doc:d'],
          ['folder:f', 'club', '__tenant:acme'],
        ],
      },
    );
    const options = { tenantsInDerivations: true };
    expect(allows(tenancy, 'ann write doc:d')).toBe(false);
    expect(allows(tenancy, 'ann write doc:d acme', options)).toBe(true);
    expect(allows(tenancy, 'bob read doc:d')).toBe(false);
    expect(allows(tenancy, 'bob read doc:d acme', options)).toBe(true);
    expect(allows(tenancy, 'bob read doc acme', options)).toBe(true);
  });
});

describe('debug', () => {
  test('tells the way from the role back to the assignment', () => {
    const result = debugOf(withUsers({ ann: { 'account:a': ['admin'] } }), 'write');
    const way =
      "user has the role 'editor' on 'doc:d', derived from the role 'editor' on 'folder:sub', " +
      "derived from the role 'editor' on 'folder:f', derived from the role 'admin' on 'account:a'";
    expect(result.allowing_sources).toEqual(['rebac']);
    expect(result.debug?.rebac).toEqual({
      allow: true,
      code: 'allow',
      allowing_roles: [
        {
          role: 'editor',
          resource: 'doc:d',
          sources: [
            { type: 'role_derivation', role: 'folder:sub#editor', resource: 'folder:sub' },
            { type: 'role_derivation', role: 'folder:f#editor', resource: 'folder:f' },
            { type: 'role_assignment', role: 'account:a#admin', resource: 'account:a' },
          ],
          reason: way,
        },
      ],
      reason: `user 'ann' has the 'write' permission on resource 'doc:d' in tenant 'acme', ${way}`,
    });
    expect(result.debug?.rbac?.code).toBe('no_user_roles');
  });

  test('tells why not', () => {
    const viewer = withUsers({ ann: { 'doc:d': ['viewer'] } });
    expect(debugOf(viewer, 'write').debug?.rebac?.code).toBe('no_permission');
    expect(debugOf(viewer, 'fly').debug?.rebac?.code).toBe('no_such_action');
    expect(debugOf(viewer, 'read', 'ghost').debug?.rebac?.code).toBe('no_such_resource');
    expect(debugOf(withUsers({ ann: {} }), 'read').debug?.rebac).toMatchObject({
      code: 'no_graph_roles',
      reason: "no roles assigned to user 'ann' in the graph",
    });
    expect(debugOf(withUsers({}), 'read').debug?.rebac?.code).toBe('user_not_synced');
  });

  test('is silent where there are no relationships', () => {
    expect(debugOf(withUsers({ ann: {} }, { tuples: [] }), 'read').debug).not.toHaveProperty('rebac');
  });
});
