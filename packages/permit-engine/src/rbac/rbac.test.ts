import { describe, expect, test } from 'vitest';
import { worldOf, type SmallEnvironment } from '../../test/document.ts';
import { check, worldFromDocument } from '../index.ts';

const environment: SmallEnvironment = {
  users: { ann: { acme: ['viewer', 'admin'] }, bob: {}, eve: { acme: [], zeta: ['viewer'] } },
  tenants: ['acme', 'zeta'],
  types: { doc: ['read', 'write'] },
  grants: { viewer: ['doc:read'], admin: ['doc:read', 'doc:write'] },
  debug: true,
};
const world = worldOf(environment);

function rbac(user: string, action: string, resource: { type: string; tenant?: string | null }) {
  return check(world, { user: { key: user }, action, resource }).debug?.rbac;
}

describe('roles grant in the tenant they are assigned in, and in no other', () => {
  test.for<[string, string, string, boolean]>([
    ['ann', 'write', 'acme', true],
    ['ann', 'read', 'zeta', false],
    ['eve', 'read', 'zeta', true],
    ['eve', 'write', 'zeta', false],
    ['eve', 'read', 'acme', false],
    ['nobody', 'read', 'acme', false],
  ])('%s %s in %s: %s', ([user, action, tenant, allow]) => {
    const result = check(world, { user: { key: user }, action, resource: { type: 'doc', tenant } });
    expect(result).toMatchObject({ allow, allowing_sources: allow ? ['rbac'] : [] });
  });
});

test('all granting roles are listed, sorted, and the reason names the first', () => {
  expect(rbac('ann', 'read', { type: 'doc', tenant: 'acme' })).toEqual({
    allow: true,
    code: 'allow',
    allowing_roles: ['admin', 'viewer'],
    reason:
      "user 'ann' has the role 'admin' in tenant 'acme', role 'admin' has the 'read' permission on resources of type 'doc'",
  });
});

test('the tenant `null` does not exist, and the reason names the existing ones', () => {
  expect(rbac('nobody', 'read', { type: 'doc', tenant: null })).toMatchObject({
    allow: false,
    code: 'no_such_tenant',
    reason: "tenant 'null' does not exist. existing tenants: ['acme', 'zeta']",
  });
});

test('a reason lists only tenants in which the user has roles', () => {
  expect(rbac('eve', 'read', { type: 'doc', tenant: 'acme' })?.reason).toBe(
    "user 'eve' has no assigned roles in tenant 'acme'. user has roles in these tenants: ['zeta']",
  );
});

test('lists are cut after ten entries', () => {
  const tenants = Array.from({ length: 12 }, (_, at) => `t${String(at).padStart(2, '0')}`);
  const reasonWith = (count: number) =>
    check(worldOf({ ...environment, tenants: tenants.slice(0, count).toReversed() }), {
      user: { key: 'ann' },
      action: 'read',
      resource: { type: 'doc', tenant: 'nope' },
    }).debug?.rbac?.reason;
  const ten = "'t00', 't01', 't02', 't03', 't04', 't05', 't06', 't07', 't08', 't09'";
  expect(reasonWith(10)).toContain(`existing tenants: [${ten}]`);
  expect(reasonWith(11)).toContain(`existing tenants: [${ten}, '...']`);
  expect(reasonWith(12)).toContain(`existing tenants: [${ten}, '...']`);
  expect(reasonWith(0)).toContain('existing tenants: []');
});

test("debug follows the query's flag, or else the environment's", () => {
  const query = { user: { key: 'ann' }, action: 'read', resource: { type: 'doc', tenant: 'acme' } };
  const quiet = worldOf({ ...environment, debug: false });
  expect(check(world, { ...query, use_debugger: false })).toStrictEqual({
    allow: true,
    allowing_sources: ['rbac'],
  });
  expect(check(quiet, query)).not.toHaveProperty('debug');
  expect(check(quiet, { ...query, use_debugger: true })).toHaveProperty('debug');
  expect(check(world, { ...query, use_debugger: null })).toHaveProperty('debug');
  const unsaid = worldFromDocument({
    users: {},
    tenants: {},
    resource_types: { doc: { actions: [], roles: { owner: { granted_to: null } } } },
  });
  expect(check(unsaid, query)).toHaveProperty('debug');
});

test('debug shows the user with all the fields of the query', () => {
  const user = { key: 'ann', email: null, first_name: 'Ann', attributes: { age: 3 } };
  const { debug } = check(world, { user, action: 'read', resource: { type: 'doc', tenant: 'acme' } });
  expect(debug?.request).toEqual({
    action: 'read',
    tenant: 'acme',
    resource: { type: 'doc', attributes: { type: 'doc' } },
    user: {
      key: 'ann',
      email: null,
      first_name: 'Ann',
      synced: true,
      attributes: { key: 'ann', age: 3, roles: ['admin', 'viewer'], tenants: ['acme'] },
    },
  });
});
