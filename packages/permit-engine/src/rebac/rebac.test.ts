import { describe, expect, test } from 'vitest';
import { worldOf, type SmallEnvironment } from '../../test/document.ts';
import { check, type EngineOptions } from '../index.ts';

const from = (role: string, on_resource: string, linked_by_relation: string) => ({
  role,
  on_resource,
  linked_by_relation,
});

const environment: SmallEnvironment = {
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

function allows(environment: SmallEnvironment, question: string, options?: EngineOptions): boolean {
  const [user = '', action = '', object = '', tenant = 'acme'] = question.split(' ');
  const [type = '', key] = object.split(':');
  return check(
    worldOf(environment),
    { user: { key: user }, action, resource: { type, key, tenant } },
    options,
  ).allow;
}

function debugOf(environment: SmallEnvironment, action: string, type = 'doc') {
  const resource = { type, key: 'd', tenant: 'acme' };
  return check(worldOf({ ...environment, debug: true }), { user: { key: 'ann' }, action, resource });
}

const withUsers = (
  users: NonNullable<SmallEnvironment['users']>,
  more: SmallEnvironment = {},
): SmallEnvironment => ({
  ...environment,
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

test('roles pass along any number of links', () => {
  const users = withUsers({ ann: { 'account:a': ['admin'] }, bob: { 'folder:sub': ['editor'] } });
  expect(allows(users, 'ann rename folder:f')).toBe(true);
  expect(allows(users, 'ann rename folder:sub')).toBe(true);
  expect(allows(users, 'ann write doc:d')).toBe(true);
  expect(allows(users, 'bob write doc:d')).toBe(true);
  expect(allows(users, 'bob rename folder:f')).toBe(false);
});

test('cycles of links end', () => {
  const circle = withUsers(
    { ann: { 'folder:f': ['editor'] }, bob: {} },
    {
      tuples: [
        ...(environment.tuples ?? []),
        ['folder:sub', 'parent', 'folder:f'],
        ['folder:f', 'parent', 'folder:f'],
      ],
    },
  );
  expect(allows(circle, 'ann write doc:d')).toBe(true);
  expect(allows(circle, 'bob write doc:d')).toBe(false);
});

test('a chain of a thousand folders is followed', () => {
  const folders = Array.from({ length: 1000 }, (_, at) => `folder:${at}`);
  const tuples = folders.slice(1).map((child, at) => [`folder:${at}`, 'parent', child] as const);
  const deep = withUsers(
    { ann: { 'folder:0': ['editor'] } },
    { tuples: [...tuples, ['folder:999', 'parent', 'doc:d']] },
  );
  expect(allows(deep, 'ann write doc:d')).toBe(true);
});

test('a large graph of folders, each in many others, is searched completely', () => {
  const folders = Array.from({ length: 30 }, (_, at) => `folder:${at}`);
  const tuples = folders.flatMap((subject) => folders.map((object) => [subject, 'parent', object] as const));
  const net = withUsers(
    { ann: { 'folder:29': ['editor'] }, bob: {} },
    { tuples: [...tuples, ['folder:0', 'parent', 'doc:d']] },
  );
  expect(allows(net, 'ann write doc:d')).toBe(true);
  expect(allows(net, 'bob write doc:d')).toBe(false);
});

describe('no_direct_roles_on_object', () => {
  const when = { no_direct_roles_on_object: true };
  const rules = [from('editor', 'folder', 'parent')];
  const onBlock: SmallEnvironment = { derivations: { 'doc#editor': { users_with_role: rules, when } } };
  const onRule: SmallEnvironment = {
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

  test('a rule without it still derives, beside a rule with it', () => {
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

  test('it applies to each object on the way', () => {
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

  test('a role on an instance applies whichever tenant the check names', () => {
    expect(allows(users, 'ann write doc:d acme')).toBe(true);
    expect(allows(users, 'ann write doc:d zeta')).toBe(true);
    expect(allows(users, 'ann write doc:d nowhere')).toBe(true);
    expect(allows(users, 'ann write doc:stray zeta')).toBe(true);
  });

  test.each([undefined, null])('a role on an instance applies to a check with the tenant %s', (tenant) => {
    const query = { user: { key: 'ann' }, action: 'write', resource: { type: 'doc', key: 'd', tenant } };
    expect(check(worldOf(users), query).allow).toBe(true);
  });

  test('links across tenants pass roles', () => {
    const across = withUsers(
      { ann: { 'folder:sub': ['editor'] } },
      { tuples: [['folder:sub', 'parent', 'doc:z']] },
    );
    expect(allows(across, 'ann write doc:z zeta')).toBe(true);
  });
});

test.each(['', null, undefined])('without a key (%j) no role on an instance counts', (key) => {
  const users = withUsers({
    ann: { 'doc:': ['editor'], 'doc:null': ['editor'], 'doc:undefined': ['editor'] },
  });
  const query = { user: { key: 'ann' }, action: 'write', resource: { type: 'doc', key, tenant: 'acme' } };
  expect(check(worldOf(users), query).allow).toBe(false);
});

describe('debug', () => {
  test('shows the chain from the role back to the assignment', () => {
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
          role: 'doc:d#editor',
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

  test('shows an assigned role with its assignment', () => {
    const { debug } = debugOf(withUsers({ ann: { 'doc:d': ['viewer'] } }), 'read');
    expect(debug?.rebac?.allowing_roles).toEqual([
      {
        role: 'doc:d#viewer',
        resource: 'doc:d',
        sources: [{ type: 'role_assignment', role: 'doc:d#viewer', resource: 'doc:d' }],
        reason: "user has the role 'viewer' on 'doc:d'",
      },
    ]);
  });

  test('shows why the check is denied', () => {
    const viewer = withUsers({ ann: { 'doc:d': ['viewer'] } });
    expect(debugOf(viewer, 'write').debug?.rebac?.code).toBe('no_permission');
    expect(debugOf(viewer, 'fly').debug?.rebac?.code).toBe('no_such_action');
    expect(debugOf(viewer, 'read', 'ghost').debug?.rebac?.code).toBe('no_such_resource');
    expect(debugOf(withUsers({ ann: {} }), 'read').debug?.rebac).toMatchObject({
      code: 'no_permission',
      reason:
        "user 'ann' does not have any role that grants him the 'read' permission on resources of type 'doc'",
    });
    expect(debugOf(withUsers({}), 'read').debug?.rebac?.code).toBe('user_not_synced');
  });

  test('has no rebac section when there are no relationships', () => {
    expect(debugOf(withUsers({ ann: {} }, { tuples: [] }), 'read').debug).not.toHaveProperty('rebac');
  });
});
