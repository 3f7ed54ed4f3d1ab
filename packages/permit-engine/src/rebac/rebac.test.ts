import { describe, expect, test } from 'vitest';
import { worldOf, type SmallEnvironment } from '../../test/document.ts';
import { check } from '../index.ts';

const from = (role: string, on_resource: string, linked_by_relation: string) => ({
  role,
  on_resource,
  linked_by_relation,
});

const environment: SmallEnvironment = {
  tenants: ['acme'],
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

function allows(environment: SmallEnvironment, user: string): boolean {
  const resource = { type: 'doc', key: 'd', tenant: 'acme' };
  return check(worldOf(environment), { user: { key: user }, action: 'write', resource }).allow;
}

function debugOf(environment: SmallEnvironment, action: string) {
  const resource = { type: 'doc', key: 'd', tenant: 'acme' };
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

test('a chain of a thousand folders is followed', () => {
  const folders = Array.from({ length: 1000 }, (_, at) => `folder:${at}`);
  const tuples = folders.slice(1).map((child, at) => [`folder:${at}`, 'parent', child] as const);
  const deep = withUsers(
    { ann: { 'folder:0': ['editor'] } },
    { tuples: [...tuples, ['folder:999', 'parent', 'doc:d']] },
  );
  expect(allows(deep, 'ann')).toBe(true);
});

test('a large graph of folders, each in many others, is searched completely', () => {
  const folders = Array.from({ length: 30 }, (_, at) => `folder:${at}`);
  const tuples = folders.flatMap((subject) => folders.map((object) => [subject, 'parent', object] as const));
  const net = withUsers(
    { ann: { 'folder:29': ['editor'] }, bob: {} },
    { tuples: [...tuples, ['folder:0', 'parent', 'doc:d']] },
  );
  expect(allows(net, 'ann')).toBe(true);
  expect(allows(net, 'bob')).toBe(false);
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
});
