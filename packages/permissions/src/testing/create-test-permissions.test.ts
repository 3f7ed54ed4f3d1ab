import { expect, test } from 'vitest';
import { serverAttributes } from '../core/server-attributes.ts';
import { createTestPermissions } from './create-test-permissions.ts';
import { example, examplePolicy } from './fixtures/example.ts';
import { testPolicy } from './fixtures/test-policy.ts';
import { matrix } from './matrix.ts';

test('as() returns Permissions for the code under test', async () => {
  const ann = example.as('ann', 'acme');
  expect(await ann.check('reports:edit', '1')).toEqual({ outcome: 'allow', permission: 'reports:edit' });
  expect(
    await ann.check('reports:edit', {
      attributes: serverAttributes(examplePolicy, 'reports', { pages: 10 }),
    }),
  ).toMatchObject({ outcome: 'deny' });
  await expect(ann.require('audit:view')).rejects.toMatchObject({
    code: 'FORBIDDEN',
    decision: { reason: 'no_permission', grantedBy: ['admin'] },
  });
  expect(await ann.filter('reports:edit', ['1', '2', '4'], (id) => id)).toEqual(['1', '2']);
  expect(await ann.granted()).toEqual({ roles: ['viewer'], permissions: ['collections:view'] });
});

test.each([
  ['ghost', 'acme', 'unknown_subject'],
  ['ann', 'other', 'no_role_in_tenant'],
  ['ann', 'nowhere', 'no_role_in_tenant'],
  ['ann', 'acme', 'no_permission'],
] as const)('%s in %s is denied as %s', async (subject, tenant, reason) => {
  expect(await example.decide([{ subject, tenant, permission: 'audit:view' }])).toEqual([
    {
      outcome: 'deny',
      permission: 'audit:view',
      reason,
      grantedBy: ['admin'],
      grantedByInstanceRoles: [],
      grantedByRules: [{ role: 'editor', resource: 'audit', text: 'editor on audit' }],
    },
  ]);
});

test('a deny on an instance names the roles on it', async () => {
  expect(await example.as('ann', 'acme').check('reports:publish', '1')).toMatchObject({
    grantedBy: ['editor', 'admin'],
    grantedByInstanceRoles: [],
  });
  expect(await example.as('eve', 'acme').check('reports:view', '1')).toMatchObject({
    grantedBy: ['admin'],
    grantedByInstanceRoles: ['editor', 'reader'],
  });
});

test('whoCan lists users by tenant role, instance role, derivation and rule', () => {
  expect(example.whoCan('reports:view', { tenant: 'acme', key: '1' })).toEqual([
    'ann',
    'bob',
    'carl',
    'dora',
  ]);
  expect(example.whoCan('reports:view', { tenant: 'acme' })).toEqual(['carl']);
  expect(example.whoCan('reports:view', { tenant: 'acme', attributes: { pages: 1 } })).toEqual([
    'ann',
    'carl',
  ]);
  expect(example.whoCan('audit:view', { tenant: 'nowhere' })).toEqual([]);
});

test('resources, roles and sets can be named like properties of every object', async () => {
  const permissions = createTestPermissions(
    {
      resources: { constructor: { actions: ['valueOf'], attributes: { toString: 'string' } } },
      roles: { constructor: { permissions: [] }, valueOf: { permissions: ['constructor:valueOf'] } },
      userSets: { constructor: { where: { 'user.roles': { array_contains: 'constructor' } } } },
      resourceSets: {
        valueOf: { resource: 'constructor', where: { 'resource.toString': { equals: 'open' } } },
      },
      rules: [{ userSet: 'constructor', resourceSet: 'valueOf', permissions: ['constructor:valueOf'] }],
      defaultRole: 'constructor',
    },
    { users: { ann: { roles: { acme: ['constructor'] } }, bob: { roles: { acme: ['valueOf'] } } } },
  );
  expect(permissions.as('bob', 'acme').can('constructor:valueOf')).toBe(true);
  const ann = permissions.as('ann', 'acme');
  expect(ann.can('constructor:valueOf')).toBe(false);
  expect(ann.can('constructor:valueOf', { attributes: { toString: 'open' } })).toBe(true);
});

test('facts that Permit would reject throw an error that names them', () => {
  expect(() =>
    createTestPermissions(examplePolicy, { users: { ann: { instanceRoles: { 'reports:9': ['reader'] } } } }),
  ).toThrow('ann has roles on reports:9, which is not an instance.');
  expect(() =>
    createTestPermissions(examplePolicy, {
      instances: { 'reports:1': { tenant: 'acme', relations: { parent: 'collections:9' } } },
    }),
  ).toThrow('The parent of reports:1 is collections:9, which is not an instance.');
  expect(() =>
    createTestPermissions(examplePolicy, {
      instances: {
        'collections:1': { tenant: 'other' },
        'reports:1': { tenant: 'acme', relations: { parent: 'collections:1' } },
      },
    }),
  ).toThrow('The parent of reports:1 is collections:1, which belongs to another tenant.');
});

test.each([
  ['carl', 'audit:view', undefined, 'carl → admin in acme → audit:view'],
  ['bob', 'collections:view', undefined, 'bob → editor in acme → viewer → collections:view'],
  ['dora', 'reports:view', '2', 'dora → reader of reports:2 → reports:view'],
  ['ann', 'reports:edit', '1', 'ann → editor of collections:q3 → parent of reports:1 → reports:edit'],
  [
    'dora',
    'reports:edit',
    '1',
    'dora → owner of accounts:main → account of collections:q3, so editor → parent of reports:1 → reports:edit',
  ],
  ['bob', 'reports:view', '1', 'bob → user set cleared → resource set confidential → reports:view'],
  ['bob', 'audit:view', undefined, 'bob → editor in acme → all audit → audit:view'],
] as const)('%s may %s on %s', (who, permission, on, chain) => {
  expect(example.as(who, 'acme').why(permission, on).text).toBe(chain);
});

test('why lists every path', () => {
  expect(example.as('ann', 'acme').why('reports:edit', '2').text.split('\n')).toEqual([
    'ann → editor of collections:q3 → parent of reports:2 → reports:edit',
    'ann → viewer in acme → resource set short → reports:edit',
  ]);
});

test("a denial lists the user's roles and the roles that grant the permission", () => {
  expect(example.as('ann', 'acme').why('reports:publish', '1').text).toMatchInlineSnapshot(`
    "ann cannot reports:publish on reports:1 in acme.
      Holds: viewer in acme (collections:view), editor of reports:1.
      Conditions met: confidential.
      Any of these would allow it:
        Give ann the role editor in acme.
        Give ann the role admin in acme."
  `);
  expect(example.as('dora', 'acme').why('reports:edit', '2').text).toMatchInlineSnapshot(`
    "dora cannot reports:edit on reports:2 in acme.
      editor is not derived where a role is held directly, as on reports:2.
      Holds: reader of reports:2.
      Conditions met: short.
      Any of these would allow it:
        Give dora the role admin in acme.
        Give dora the role editor on reports:2.
        Give dora the role viewer in acme."
  `);
  expect(example.as('ann', 'other').why('reports:publish', '1').text).toMatchInlineSnapshot(`
    "ann cannot reports:publish on reports:1 in other.
      reports:1 belongs to acme.
      Holds: editor of reports:1.
      Conditions met: confidential.
      Any of these would allow it:
        Give ann the role editor in other.
        Give ann the role admin in other."
  `);
  expect(example.as('ghost', 'acme').why('audit:view').text).toMatchInlineSnapshot(`
    "ghost cannot audit:view in acme.
      ghost is not among the users.
      Holds: nothing.
      Any of these would allow it:
        Give ghost the role admin in acme.
        Give ghost the role editor in acme."
  `);
});

test('an instance role applies regardless of the named tenant, and the explanation reports it', () => {
  expect(example.as('ann', 'other').can('reports:view', '1')).toBe(true);
  expect(example.as('ann', 'other').why('reports:view', '1').text).toBe(
    'ann → editor of collections:q3 → parent of reports:1 → reports:view\n  reports:1 belongs to acme.',
  );
});

test('matrix prints permissions, derivations and rules', () => {
  expect(matrix(examplePolicy)).toMatchInlineSnapshot(`
    "permission        viewer  editor  admin  on the instance
    accounts:view     ·       ·       yes    owner
    collections:view  yes     yes     yes    editor reader
    collections:edit  ·       ·       yes    editor
    reports:view      ·       ·       yes    editor reader
    reports:edit      ·       ·       yes    editor
    reports:publish   ·       yes     yes
    audit:view        ·       ·       yes

    role                derives from        via      where
    collections#editor  accounts#owner      account
    reports#editor      collections#editor  parent   there is no direct role
    reports#reader      collections#reader  parent

    by condition  on            permissions
    cleared       confidential  reports:view
    role viewer   short         reports:view reports:edit
    role editor   all audit     audit:view"
  `);
});

test('leaves out empty tables', () => {
  expect(matrix(testPolicy)).toMatchInlineSnapshot(`
    "permission       viewer  editor  admin  on the instance
    reports:view     yes     yes     yes    owner reader
    reports:create   ·       yes     yes
    reports:publish  ·       ·       yes    owner
    members:view     ·       ·       yes"
  `);
});

test('keys of linked instances can contain colons', () => {
  const permissions = createTestPermissions(examplePolicy, {
    users: { ann: { instanceRoles: { 'collections:q3:2026': ['editor'] } } },
    instances: {
      'collections:q3:2026': { tenant: 'acme' },
      'reports:1:a': { tenant: 'acme', relations: { parent: 'collections:q3:2026' } },
    },
  });
  expect(permissions.as('ann', 'acme').why('reports:edit', '1:a').text).toBe(
    'ann → editor of collections:q3:2026 → parent of reports:1:a → reports:edit',
  );
});
