import * as fc from 'fast-check';
import type { Condition } from '../condition.ts';
import type {
  DerivationDefinition,
  Policy,
  ResourceRoleDefinition,
  RuleDefinition,
} from '../define-policy.ts';

/*
 * Few names, all used by every policy: what a decision can rest on meets often. Both resources have the roles `reader` and
 * `writer`, and relations within themselves and to each other.
 */
const actions = ['view', 'edit'] as const;
const permissions = ['folder:view', 'folder:edit', 'doc:view', 'doc:edit'];
const relations = {
  doc: { parent: 'folder', source: 'doc' },
  folder: { parent: 'folder', cover: 'doc' },
} as const;

/** Random valid policies for laws about decisions: roles, inheritance, derivations, and conditions of equality. */
export function arbitraryPolicy(): fc.Arbitrary<Policy> {
  return fc.record({
    userAttributes: fc.constant({ dept: 'string', level: 'number' } as const),
    resources: fc.record({ doc: resource('doc'), folder: resource('folder') }),
    roles: fc.record({ viewer: role([]), editor: role(['viewer']), admin: role(['viewer', 'editor']) }),
    userSets: fc.record({
      some: fc.record({ where: condition(userComparison()) }),
      others: fc.record({ where: condition(userComparison()) }),
    }),
    resourceSets: fc.record({
      docs: fc.record({ resource: fc.constant('doc'), where: condition(resourceComparison()) }),
      folders: fc.record({ resource: fc.constant('folder'), where: condition(resourceComparison()) }),
    }),
    rules: fc.array(rule(), { maxLength: 3 }),
    defaultRole: fc.constant('viewer'),
  });
}

function resource(key: keyof typeof relations) {
  return fc.record({
    actions: fc.constant(actions),
    attributes: fc.constant({ status: 'string', size: 'number' } as const),
    relations: fc.constant(relations[key]),
    roles: fc.record({ reader: resourceRole(key), writer: resourceRole(key) }),
  });
}

function resourceRole(key: keyof typeof relations): fc.Arbitrary<ResourceRoleDefinition> {
  const derivations = Object.entries<string>(relations[key]).flatMap(([via, on]): DerivationDefinition[] =>
    ['reader', 'writer'].map((role) => ({ role, on, via })),
  );
  return fc.record({
    permissions: fc.subarray([...actions]),
    derivedFrom: fc.subarray(derivations, { maxLength: 2 }),
    onlyWithoutDirectRole: fc.boolean(),
  });
}

function role(others: readonly string[]) {
  return fc.record({
    permissions: fc.oneof(
      { arbitrary: fc.subarray(permissions, { maxLength: 2 }), weight: 9 },
      fc.constant('*' as const),
    ),
    extends: fc.subarray([...others]),
  });
}

function rule(): fc.Arbitrary<RuleDefinition> {
  const who = fc.constantFrom(
    { userSet: 'some' },
    { userSet: 'others' },
    { role: 'viewer' },
    { role: 'editor' },
  );
  const what = fc.constantFrom(
    { of: 'doc', on: { resourceSet: 'docs' } },
    { of: 'folder', on: { resourceSet: 'folders' } },
    { of: 'doc', on: { resource: 'doc' } },
    { of: 'folder', on: { resource: 'folder' } },
  );
  return fc
    .tuple(who, what, fc.subarray([...actions], { minLength: 1 }))
    .map(([subject, { of, on }, some]) => ({
      ...subject,
      ...on,
      permissions: some.map((action) => `${of}:${action}`),
    }));
}

function userComparison(): fc.Arbitrary<Condition> {
  return fc.oneof(
    equality('user.dept', ['red', 'blue']),
    equality('user.level', [1, 2]),
    equality('user.key', ['ann', 'bob']),
    equality('context.mfa', [true, false]),
    equality('tenant.plan', ['red', 'blue']),
    fc.constantFrom('viewer', 'admin').map((held) => ({ 'user.roles': { array_contains: held } })),
    fc.constantFrom('acme', 'other').map((tenant) => ({ 'user.tenants': { array_contains: tenant } })),
  );
}

function resourceComparison(): fc.Arbitrary<Condition> {
  return fc.oneof(
    equality('resource.status', ['red', 'blue']),
    equality('resource.size', [1, 2]),
    fc.constant({ 'resource.status': { equals: { ref: 'user.dept' } } }),
  );
}

function equality(path: string, values: readonly unknown[]): fc.Arbitrary<Condition> {
  return fc.constantFrom(...values).map((value) => ({ [path]: { equals: value } }));
}

function condition(comparison: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> {
  const some = fc.array(comparison, { minLength: 1, maxLength: 2 });
  return fc.oneof(
    comparison,
    some.map((all) => ({ allOf: all })),
    some.map((any) => ({ anyOf: any })),
    comparison.map((one) => ({ not: one })),
  );
}
