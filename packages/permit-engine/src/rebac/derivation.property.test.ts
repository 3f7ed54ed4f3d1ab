import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { worldOf, type SmallEnvironment } from '../../test/document.ts';
import { authorizedUsers, check, userPermissions } from '../index.ts';

/*
 * Graphs dense enough for cycles, many hops and suppression, compared with an oracle that shares no code with the
 * engine: it adds derived roles to a table, for all users and objects together, until nothing changes.
 */
const TYPES = ['a', 'b'];
const ROLES = ['r', 's'];
const RELATIONS = ['p', 'q'];
const OBJECTS = TYPES.flatMap((type) => ['1', '2', '3'].map((key) => `${type}:${key}`));
const SCOPES = TYPES.flatMap((type) => ROLES.map((role) => `${type}#${role}`));
const USERS = ['u', 'v'];

interface Rule {
  readonly scope: string;
  readonly role: string;
  readonly users_with_role: {
    role: string;
    on_resource: string;
    linked_by_relation: string;
    when: { no_direct_roles_on_object: boolean };
  };
}

interface Facts {
  readonly assignments: readonly (readonly [user: string, object: string, role: string])[];
  readonly tuples: readonly (readonly [subject: string, relation: string, object: string])[];
  readonly rules: readonly Rule[];
  /** `type#role` of blocks that a direct role suppresses as a whole. */
  readonly blocks: readonly string[];
}

const one = (values: readonly string[]) => fc.constantFrom(...values);
const when = (suppresses: fc.Arbitrary<boolean>) => fc.record({ no_direct_roles_on_object: suppresses });

function facts(suppresses: fc.Arbitrary<boolean>): fc.Arbitrary<Facts> {
  return fc.record({
    assignments: fc.array(fc.tuple(one(USERS), one(OBJECTS), one(ROLES)), { maxLength: 6 }),
    tuples: fc.uniqueArray(fc.tuple(one(OBJECTS), one(RELATIONS), one(OBJECTS)), {
      maxLength: 14,
      selector: (tuple) => tuple.join(' '),
    }),
    rules: fc.array(
      fc.record({
        scope: one(TYPES),
        role: one(ROLES),
        users_with_role: fc.record({
          role: one(ROLES),
          on_resource: one(TYPES),
          linked_by_relation: one(RELATIONS),
          when: when(suppresses),
        }),
      }),
      { maxLength: 6 },
    ),
    blocks: suppresses.chain((some) => (some ? fc.subarray(SCOPES) : fc.constant<string[]>([]))),
  });
}

const either = fc.boolean();
const never = fc.constant(false);

function environmentOf({ assignments, tuples, rules, blocks }: Facts): SmallEnvironment {
  const users: Record<string, Record<string, string[]>> = { u: {}, v: {} };
  for (const [user, object, role] of assignments) {
    const ofUser = (users[user] ??= {});
    ofUser[object] = [...new Set([...(ofUser[object] ?? []), role])];
  }
  const derivations: Record<
    string,
    Pick<Rule['users_with_role'], 'when'> & { users_with_role: Rule['users_with_role'][] }
  > = {};
  for (const { scope, role, users_with_role } of rules) {
    const name = `${scope}#${role}`;
    const when = { no_direct_roles_on_object: blocks.includes(name) };
    (derivations[name] ??= { when, users_with_role: [] }).users_with_role.push(users_with_role);
  }
  return {
    users,
    derivations,
    tuples,
    instances: Object.fromEntries(OBJECTS.map((object) => [object, 'default'])),
    types: { a: ['r', 's'], b: ['r', 's'] },
    grants: { 'a#r': ['a:r'], 'a#s': ['a:s'], 'b#r': ['b:r'], 'b#s': ['b:s'] },
  };
}

/** Each role grants the action of its own name. */
function held(world: ReturnType<typeof worldOf>): readonly string[] {
  const all: string[] = [];
  for (const user of USERS) {
    for (const object of OBJECTS) {
      for (const role of ROLES) {
        const [type = '', key] = object.split(':');
        const resource = { type, key, tenant: 'default' };
        if (check(world, { user: { key: user }, action: role, resource }).allow)
          all.push(`${user} ${object} ${role}`);
      }
    }
  }
  return all;
}

function oracle({ assignments, tuples, rules, blocks }: Facts): readonly string[] {
  const direct = new Set(assignments.map(([user, object]) => `${user} ${object}`));
  const table = new Set(assignments.map((assignment) => assignment.join(' ')));
  for (let before = -1; before !== table.size;) {
    before = table.size;
    for (const user of USERS) {
      for (const [subject, relation, object] of tuples) {
        for (const { scope, role, users_with_role: rule } of rules) {
          if (!object.startsWith(`${scope}:`) || !subject.startsWith(`${rule.on_resource}:`)) continue;
          if (rule.linked_by_relation !== relation || !table.has(`${user} ${subject} ${rule.role}`)) continue;
          const suppresses = rule.when.no_direct_roles_on_object || blocks.includes(`${scope}#${role}`);
          if (suppresses && direct.has(`${user} ${object}`)) continue;
          table.add(`${user} ${object} ${role}`);
        }
      }
    }
  }
  return [...table].toSorted();
}

test('derivation is the least fixpoint', () => {
  fc.assert(
    fc.property(facts(either), (some) => {
      expect(held(worldOf(environmentOf(some))).toSorted()).toEqual(oracle(some));
    }),
    { numRuns: 500 },
  );
});

test('the order of facts does not matter', () => {
  const shuffled = facts(either).chain((some) =>
    fc.record({
      some: fc.constant(some),
      other: fc.record({
        assignments: shuffle(some.assignments),
        tuples: shuffle(some.tuples),
        rules: shuffle(some.rules),
        blocks: shuffle(some.blocks),
      }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ some, other }) => {
      expect(held(worldOf(environmentOf(other)))).toEqual(held(worldOf(environmentOf(some))));
    }),
  );
});

test('more facts never remove a role, unless direct roles suppress derivation', () => {
  fc.assert(
    fc.property(facts(never), facts(never), (some, more) => {
      const both = {
        assignments: [...some.assignments, ...more.assignments],
        tuples: [
          ...new Map([...some.tuples, ...more.tuples].map((tuple) => [tuple.join(' '), tuple])).values(),
        ],
        rules: [...some.rules, ...more.rules],
        blocks: [],
      };
      expect(held(worldOf(environmentOf(both)))).toEqual(
        expect.arrayContaining([...held(worldOf(environmentOf(some)))]),
      );
    }),
  );
});

test('userPermissions agrees with check', () => {
  fc.assert(
    fc.property(facts(either), (some) => {
      const world = worldOf(environmentOf(some));
      const listed = USERS.flatMap((user) =>
        Object.entries(userPermissions(world, { user: { key: user } })).flatMap(([object, { permissions }]) =>
          permissions.map((permission) => `${user} ${object} ${permission.split(':')[1]}`),
        ),
      );
      expect(listed.toSorted()).toEqual(held(world).toSorted());
    }),
  );
});

test('authorizedUsers agrees with check, and names assignments that exist', () => {
  fc.assert(
    fc.property(facts(either), one(OBJECTS), one(ROLES), (...[some, object, role]) => {
      const world = worldOf(environmentOf(some));
      const [type = '', key] = object.split(':');
      const { users } = authorizedUsers(world, { action: role, resource: { type, key, tenant: 'default' } });
      const allowed = held(world).filter((line) => line.endsWith(` ${object} ${role}`));
      expect(Object.keys(users)).toEqual(allowed.map((line) => line.split(' ')[0]));
      for (const { user, resource, role: root } of Object.values(users).flat()) {
        expect(some.assignments.map(([by, on, held]) => [by, on, `${on}#${held}`])).toContainEqual([
          user,
          resource,
          root,
        ]);
      }
    }),
  );
});

function shuffle<T>(values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length });
}
