import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { worldOf, type SmallEnvironment } from '../test/document.ts';
import { allows, check, type AuthorizationResult } from './index.ts';

/*
 * Two tenants with roles in each, roles on instances of each, and links between any of these instances, even those that
 * the management API would refuse.
 */
const TENANTS = ['acme', 'zeta'];
const OBJECTS = { acme: ['doc:a1', 'doc:a2'], zeta: ['doc:z1', 'doc:z2'] };
const ROLES = ['r', 's'];

type Assignment = readonly [object: string, role: string];

const one = (values: readonly string[]) => fc.constantFrom(...values);
const assignmentsIn = (tenant: 'acme' | 'zeta') =>
  fc.array(fc.tuple(one([tenant, ...OBJECTS[tenant]]), one(ROLES)), { maxLength: 5 });
const links = fc.uniqueArray(
  fc.tuple(one(Object.values(OBJECTS).flat()), fc.constant('p'), one(Object.values(OBJECTS).flat())),
  { maxLength: 8, selector: (link) => link.join(' ') },
);

function environmentOf(
  assignments: readonly Assignment[],
  tuples: SmallEnvironment['tuples'] = [],
): SmallEnvironment {
  const ann: Record<string, string[]> = {};
  for (const [object, role] of assignments) ann[object] = [...new Set([...(ann[object] ?? []), role])];
  const derived = {
    users_with_role: ROLES.map((role) => ({ role, on_resource: 'doc', linked_by_relation: 'p' })),
  };
  return {
    users: { ann },
    tenants: TENANTS,
    tuples,
    types: { doc: ['r', 's'] },
    grants: { r: ['doc:r'], s: ['doc:s'], 'doc#r': ['doc:r'], 'doc#s': ['doc:s'] },
    derivations: { 'doc#r': derived },
    instances: Object.fromEntries(
      Object.entries(OBJECTS).flatMap(([tenant, objects]) => objects.map((object) => [object, tenant])),
    ),
    debug: true,
  };
}

function decisionsIn(
  tenant: string,
  environment: SmallEnvironment,
  keys: readonly (string | undefined)[] = [undefined, 'a1', 'a2', 'z1', 'z2'],
): readonly AuthorizationResult[] {
  const world = worldOf(environment);
  return keys.flatMap((key) =>
    ROLES.map((action) =>
      check(world, {
        user: { key: 'ann' },
        action,
        resource: { type: 'doc', key, tenant },
        use_debugger: false,
      }),
    ),
  );
}

const ownLinks = [
  ['doc:a1', 'p', 'doc:a2'],
  ['doc:z2', 'p', 'doc:z1'],
] as const;

test('roles in one tenant, and on its instances, have no effect on what is in another tenant', () => {
  const keys = [undefined, 'a1', 'a2'];
  fc.assert(
    fc.property(assignmentsIn('acme'), assignmentsIn('zeta'), (here, there) => {
      const alone = decisionsIn('acme', environmentOf(here, ownLinks), keys);
      expect(decisionsIn('acme', environmentOf([...here, ...there], ownLinks), keys)).toEqual(alone);
    }),
  );
});

const anywhere = fc
  .array(fc.oneof(assignmentsIn('acme'), assignmentsIn('zeta')))
  .map((lists) => lists.flat());

test('another assignment never turns an allow into a deny', () => {
  const facts = fc.record({ some: anywhere, more: anywhere, tuples: links });
  fc.assert(
    fc.property(facts, ({ some, more, tuples }) => {
      for (const tenant of TENANTS) {
        const before = decisionsIn(tenant, environmentOf(some, tuples));
        const after = decisionsIn(tenant, environmentOf([...some, ...more], tuples));
        const lost = before.filter(({ allow }, at) => allow && after[at]?.allow !== true);
        expect(lost).toEqual([]);
      }
    }),
  );
});

test('debug changes no decision, and names the models that allowed', () => {
  const facts = fc.record({ some: anywhere, tuples: links, tenant: one([...TENANTS, 'nope']) });
  fc.assert(
    fc.property(facts, ({ some, tuples, tenant }) => {
      const world = worldOf(environmentOf(some, tuples));
      const query = { user: { key: 'ann' }, action: 'r', resource: { type: 'doc', key: 'a1', tenant } };
      const { debug, ...decision } = check(world, query);
      expect(check(world, { ...query, use_debugger: false })).toEqual(decision);
      expect(decision.allow).toBe(decision.allowing_sources.length > 0);
      for (const model of ['rbac', 'abac', 'rebac'] as const) {
        expect(debug?.[model]?.allow ?? false).toBe(decision.allowing_sources.includes(model));
      }
    }),
  );
});

test('`allows` decides what `check` decides', () => {
  const facts = fc.record({
    some: anywhere,
    tuples: links,
    direct: fc.boolean(),
    tenant: fc.constantFrom('acme', 'zeta', 'nope', null, undefined),
    key: fc.constantFrom('a1', 'z2', 'gone', null, undefined),
    user: fc.constantFrom('ann', 'nobody'),
  });
  fc.assert(
    fc.property(facts, ({ some, tuples, direct, tenant, key, user }) => {
      const environment = environmentOf(some, tuples);
      const inTenant = { role: 's', on_resource: 'doc', linked_by_relation: 'p' };
      const world = worldOf({
        ...environment,
        derivations: {
          'doc#r': {
            ...environment.derivations?.['doc#r'],
            users_with_role: environment.derivations?.['doc#r']?.users_with_role ?? [],
            when: { no_direct_roles_on_object: direct },
          },
          s: { users_with_role: [inTenant] },
        },
      });
      for (const action of [...ROLES, 'fly']) {
        const query = { user: { key: user }, action, resource: { type: 'doc', key, tenant } };
        expect(allows(world, query)).toBe(check(world, query).allow);
      }
    }),
  );
});
