import * as fc from 'fast-check';
import type { AttributeTable, AttributeType } from '../attribute-types.ts';
import type { Condition } from '../condition.ts';
import type { Policy, ResourceDefinition, ResourceRoleDefinition, RuleDefinition } from '../define-policy.ts';
import { pathsOf, problemsIn } from './check-condition.ts';

/* Few names of each kind, so that two random policies overlap, differ, and contradict one another. */
const resources = ['doc', 'folder', 'team'] as const;
const actions = ['view', 'edit', 'share'] as const;
const permissions = resources.flatMap((resource) => actions.map((action) => `${resource}:${action}`));
const tenantRoles = ['viewer', 'editor', 'admin'] as const;
const types: readonly AttributeType[] = ['bool', 'number', 'string', 'time', 'array', 'json'];

/** Random valid policies: everything that a table can say, and no reference that leads nowhere. */
export function arbitraryPolicy(): fc.Arbitrary<Policy> {
  return fc
    .record({
      userAttributes: attributes('dept', 'level'),
      resources: someOf(resources, resource()),
      roles: someOf(tenantRoles, tenantRole()),
      userSets: someOf(
        ['s1', 's2'],
        fc.record({ where: condition('user.dept', 'user.level', 'user.key', 'user.roles') }),
      ),
      resourceSets: someOf(
        ['s2', 's3'],
        fc.record({
          resource: fc.constantFrom(...resources),
          where: condition('resource.status', 'resource.size', 'user.key'),
        }),
      ),
      rules: fc.array(rule(), { minLength: 2, maxLength: 8 }),
    })
    .map(valid);
}

/** A subset of the names, all of them as often as not; a value for each that is in it. */
function someOf<Value>(
  names: readonly string[],
  value: fc.Arbitrary<Value>,
): fc.Arbitrary<Record<string, Value>> {
  return fc
    .oneof(fc.subarray([...names]), fc.constant(names))
    .chain((some) => fc.record(Object.fromEntries(some.map((name) => [name, value]))));
}

const attributes = (...names: readonly string[]): fc.Arbitrary<AttributeTable> =>
  someOf(names, fc.constantFrom(...types));

const optionalName = fc.option(fc.constantFrom('One', 'Two'), { nil: undefined });

function resource() {
  return fc.record({
    name: optionalName,
    actions: fc.subarray([...actions], { minLength: 1 }),
    attributes: attributes('status', 'size'),
    relations: someOf(['parent', 'owner'], fc.constantFrom(...resources)),
    roles: someOf(
      ['reader', 'writer'],
      fc.record({
        name: optionalName,
        permissions: fc.subarray([...actions]),
        derivedFrom: fc.array(
          fc.record({ via: fc.constantFrom('parent', 'owner'), role: fc.constantFrom('reader', 'writer') }),
          { maxLength: 3 },
        ),
        onlyWithoutDirectRole: fc.boolean(),
      }),
    ),
  });
}

function tenantRole() {
  return fc.record({
    name: optionalName,
    permissions: fc.oneof(fc.subarray(permissions), fc.constant('*' as const)),
    extends: fc.subarray([...tenantRoles]),
  });
}

const comparisons = [
  { equals: 'a' },
  { 'not-equals': 'b' },
  { equals: 1 },
  { in: [1, 2] },
  { equals: true },
  { array_contains: 'a' },
  { object_match: {} },
  { equals: { ref: 'user.email' } },
] as const;

function condition(...paths: readonly [string, ...string[]]): fc.Arbitrary<Condition> {
  const one = fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom<object>(...comparisons))
    .map(([path, operators]): Condition => ({ [path]: operators }));
  const many = fc.array(one, { minLength: 1, maxLength: 2 });
  return fc.oneof(
    one,
    one.map((part) => ({ not: part })),
    many.map((parts) => ({ allOf: parts })),
    many.map((parts) => ({ or: parts })),
  );
}

function rule(): fc.Arbitrary<RuleDefinition> {
  const who = fc.oneof(
    fc.constantFrom('s1', 's2').map((userSet) => ({ userSet })),
    fc.constantFrom(...tenantRoles).map((role) => ({ role })),
  );
  const what = fc.oneof(
    fc.constantFrom('s2', 's3').map((resourceSet) => ({ resourceSet })),
    fc.constantFrom(...resources).map((resource) => ({ resource })),
  );
  return fc
    .tuple(who, what, fc.subarray([...actions], { minLength: 1 }))
    .map(([one, other, list]) => ({ ...one, ...other, permissions: list }));
}

type RawResource = ReturnType<typeof resource> extends fc.Arbitrary<infer T> ? T : never;
type RawRole = ReturnType<typeof tenantRole> extends fc.Arbitrary<infer T> ? T : never;

interface Raw {
  readonly userAttributes: AttributeTable;
  readonly resources: Readonly<Record<string, RawResource>>;
  readonly roles: Readonly<Record<string, RawRole>>;
  readonly userSets: NonNullable<Policy['userSets']>;
  readonly resourceSets: NonNullable<Policy['resourceSets']>;
  readonly rules: readonly RuleDefinition[];
}

/** Keeps what holds together. */
function valid(raw: Raw): Policy {
  const all = Object.keys(raw.resources).length === 0 ? { doc: { ...emptyResource } } : raw.resources;
  const known = new Set(
    Object.entries(all).flatMap(([key, one]) => one.actions.map((action) => `${key}:${action}`)),
  );
  const roles = Object.keys(raw.roles).length === 0 ? { viewer: emptyRole } : raw.roles;
  const names = Object.keys(roles);
  const isTyped = (where: Condition, resource?: string): boolean =>
    problemsIn(where, pathsOf(mapOf(raw.userAttributes), mapOf(all[resource ?? '']?.attributes))).length ===
    0;
  const userSets = pick(raw.userSets, ([, { where }]) => isTyped(where));
  const resourceSets = pick(
    raw.resourceSets,
    ([key, { resource, where }]) => resource in all && !(key in userSets) && isTyped(where, resource),
  );
  return {
    userAttributes: raw.userAttributes,
    resources: mapValues(all, (one) => validResource(one, all)),
    roles: mapValues(roles, ({ name, ...role }, key) => ({
      ...named(name),
      permissions: role.permissions === '*' ? '*' : role.permissions.filter((one) => known.has(one)),
      // Earlier ones only, so that there is no circle.
      extends: role.extends.filter((parent) => parent in roles && names.indexOf(parent) < names.indexOf(key)),
    })),
    userSets,
    resourceSets,
    rules: raw.rules.flatMap((one) => {
      const resource = one.resource ?? resourceSets[one.resourceSet ?? '']?.resource ?? '';
      const list = one.permissions.map((action) => `${resource}:${action}`).filter((each) => known.has(each));
      const grantee = one.role === undefined ? (one.userSet ?? '') in userSets : one.role in roles;
      return grantee && list.length > 0 ? [{ ...one, permissions: list }] : [];
    }),
    defaultRole: names[0] ?? 'viewer',
  };
}

const emptyResource: RawResource = {
  name: undefined,
  actions: ['view'],
  attributes: {},
  relations: {},
  roles: {},
};
const emptyRole: RawRole = { name: undefined, permissions: [], extends: [] };

function validResource(one: RawResource, all: Readonly<Record<string, RawResource>>): ResourceDefinition {
  const relations = pick(one.relations, ([, target]) => target in all);
  const [first = 'view', ...others] = one.actions;
  return {
    ...named(one.name),
    actions: [first, ...others],
    attributes: one.attributes,
    relations,
    roles: mapValues(one.roles, ({ name, permissions, derivedFrom, ...role }): ResourceRoleDefinition => ({
      ...named(name),
      ...role,
      permissions: permissions.filter((action) => one.actions.includes(action)),
      derivedFrom: derivedFrom.flatMap((from) => {
        const on = relations[from.via];
        return on !== undefined && from.role in (all[on]?.roles ?? {}) ? [{ ...from, on }] : [];
      }),
    })),
  };
}

function mapOf(table: AttributeTable = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries(table));
}

function named(name: string | undefined) {
  return name === undefined ? {} : { name };
}

function pick<Value>(
  table: Readonly<Record<string, Value>>,
  keep: (entry: [string, Value]) => boolean,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).filter(keep));
}

function mapValues<From, To>(
  table: Readonly<Record<string, From>>,
  convert: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, convert(value, key)]));
}
