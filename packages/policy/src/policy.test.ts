import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from '@latchkey/permissions';
import { expect, test } from 'vitest';
import { policy } from './policy.ts';

test('who may do what, as a table: a change of the policy is a change of this snapshot', () => {
  const roles = rolesOf(policy);
  const granted = new Map(roles.map((role) => [role, new Set<string>(permissionsOfRole(policy, role))]));
  const rows = permissionsOf(policy).map((permission) => {
    const cells = roles.map((role) => (granted.get(role)?.has(permission) === true ? 'yes' : '·').padEnd(8));
    const { instance } = rolesGranting(policy, permission);
    return `${permission.padEnd(18)}${cells.join('')}${instance.join(' ')}`.trimEnd();
  });
  expect(['permission'.padEnd(18) + roles.map((role) => role.padEnd(8)).join(''), ...rows].join('\n'))
    .toMatchInlineSnapshot(`
    "permission        viewer  editor  admin   
    reports:view      yes     yes     yes     reports#owner reports#editor reports#reader
    reports:create    ·       yes     yes
    reports:edit      ·       ·       yes     reports#owner reports#editor
    reports:publish   ·       ·       yes     reports#owner
    reports:share     ·       ·       yes     reports#owner
    reports:delete    ·       ·       yes     reports#owner
    members:view      ·       yes     yes
    members:invite    ·       ·       yes
    members:assign    ·       ·       yes
    members:remove    ·       ·       yes
    requests:create   yes     yes     yes
    requests:view     ·       ·       yes
    requests:decide   ·       ·       yes
    audit:view        ·       ·       yes
    sync:view         ·       ·       yes
    sync:replay       ·       ·       yes
    sync:reconcile    ·       ·       yes
    policy:view       yes     yes     yes"
  `);
});

test('whoever is new may look and ask, and change nothing', () => {
  expect(permissionsOfRole(policy, policy.defaultRole)).toEqual([
    'reports:view',
    'requests:create',
    'policy:view',
  ]);
});

test("publishing somebody else's report takes an administrator", () => {
  expect(rolesGranting(policy, 'reports:publish')).toEqual({
    tenant: ['admin'],
    instance: ['reports#owner'],
  });
});
