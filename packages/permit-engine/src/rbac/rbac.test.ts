import { expect, test } from 'vitest';
import { worldOf, type SmallEnvironment } from '../../test/document.ts';
import { check, worldFromDocument } from '../index.ts';

const environment: SmallEnvironment = {
  users: { ann: { acme: ['viewer'] } },
  tenants: ['acme'],
  types: { doc: ['read'] },
  grants: { viewer: ['doc:read'] },
  debug: true,
};
const world = worldOf(environment);

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
