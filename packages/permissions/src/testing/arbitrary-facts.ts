import * as fc from 'fast-check';
import type { AttributeTable, AttributeType, Policy } from '../core/policy.ts';
import { mapValues } from '../core/records.ts';
import type { Facts } from '../facts/facts.ts';

/** Only two users and two tenants, so that random facts often involve the same ones. */
const users = ['ann', 'bob'];
export const tenants = ['acme', 'other'];

/** Two of each resource. */
export function instancesOf(policy: Policy): Instance[] {
  return Object.keys(policy.resources).flatMap((resource) =>
    ['1', '2'].map((key) => ({ resource, key, object: `${resource}:${key}` as const })),
  );
}

export interface Instance {
  readonly resource: string;
  readonly key: string;
  readonly object: `${string}:${string}`;
}

/**
 * Random facts for a policy. Attributes get the values in the policy's conditions and a few others, so that conditions
 * hold about half of the time.
 */
export function arbitraryFacts(policy: Policy): fc.Arbitrary<Facts> {
  const constants = constantsOf(policy);
  const instances = instancesOf(policy);
  const instanceRoles = recordOf(
    instances.map(({ object }) => object),
    (object) => fc.subarray(Object.keys(policy.resources[object.split(':')[0] ?? '']?.roles ?? {})),
  );
  const user = fc.record({
    roles: recordOf(tenants, () => fc.subarray(Object.keys(policy.roles))),
    instanceRoles,
    attributes: attributes(policy.userAttributes, constants),
  });
  return fc
    .record({
      users: recordOf(users, () => user),
      tenants: recordOf(tenants, () => fc.record({ attributes: openAttributes(policy, 'tenant') })),
      instances: fc.record(
        Object.fromEntries(instances.map((one) => [one.object, instance(policy, one.resource, constants)])),
      ),
    })
    .map((facts) => ({ ...facts, instances: linkedWithin(facts.instances) }));
}

export function arbitraryContext(policy: Policy): fc.Arbitrary<Record<string, unknown>> {
  return openAttributes(policy, 'context');
}

interface RandomInstance {
  readonly tenant: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relations: Readonly<Record<string, string[]>>;
}

function instance(policy: Policy, resource: string, constants: Constants): fc.Arbitrary<RandomInstance> {
  const { relations = {}, attributes: table } = policy.resources[resource] ?? {};
  const links = Object.entries(relations).map(
    ([relation, target]) => [relation, fc.subarray([`${target}:1`, `${target}:2`])] as const,
  );
  return fc.record({
    tenant: fc.constantFrom(...tenants),
    attributes: attributes(table, constants),
    relations: fc.record(Object.fromEntries(links)),
  });
}

/** Permit rejects links between instances of different tenants. */
function linkedWithin(instances: Readonly<Record<string, RandomInstance>>): Record<string, RandomInstance> {
  const sameTenant = (a: RandomInstance, b: string) => instances[b]?.tenant === a.tenant;
  return mapValues(instances, (one) => ({
    ...one,
    relations: mapValues(one.relations, (targets) => targets.filter((target) => sameTenant(one, target))),
  }));
}

function attributes(table: AttributeTable = {}, constants: Constants): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    mapValues(table, (type) => valueOf(type, constants)),
    { requiredKeys: [] },
  );
}

function valueOf(type: AttributeType, { strings, numbers, properties }: Constants): fc.Arbitrary<unknown> {
  const text = fc.constantFrom('something else', ...strings);
  const number = fc.constantFrom(0, ...numbers.flatMap((one) => [one - 1, one, one + 1]));
  const object = fc.record(Object.fromEntries(properties.map((name) => [name, fc.oneof(text, number)])), {
    requiredKeys: [],
  });
  const values: Readonly<Record<AttributeType, fc.Arbitrary<unknown>>> = {
    bool: fc.boolean(),
    number,
    string: text,
    time: text,
    array: fc.subarray(['something else', ...strings, ...numbers]),
    json: fc.oneof(object, fc.array(object, { maxLength: 2 })),
  };
  return values[type];
}

/**
 * Random attributes of `context` or `tenant`. Policies do not declare them, so their names come from the policy's
 * conditions.
 */
function openAttributes(policy: Policy, of: 'context' | 'tenant'): fc.Arbitrary<Record<string, unknown>> {
  const { strings, numbers } = constantsOf(policy);
  const names = attributePathsOf(policy).flatMap((path) =>
    path.startsWith(`${of}.`) ? [path.slice(of.length + 1)] : [],
  );
  const value = fc.constantFrom(true, false, 'something else', ...strings, ...numbers);
  return fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
}

function recordOf<Key extends string, T>(
  keys: readonly Key[],
  arbitrary: (key: Key) => fc.Arbitrary<T>,
): fc.Arbitrary<Record<string, T>> {
  return fc.record(Object.fromEntries(keys.map((key) => [key, arbitrary(key)])));
}

interface Constants {
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
  /** The property names under `object_match`, `any_match` and `all_match`, for attributes of type `json`. */
  readonly properties: readonly string[];
}

function constantsOf(policy: Policy): Constants {
  const values = conditionsOf(policy).flatMap(valuesIn);
  return {
    strings: unique(values.filter((value) => typeof value === 'string')),
    numbers: unique(values.filter((value) => typeof value === 'number')),
    properties: unique(conditionsOf(policy).flatMap(propertiesIn)),
  };
}

function attributePathsOf(policy: Policy): string[] {
  return unique(
    conditionsOf(policy)
      .flatMap(keysIn)
      .filter((key) => key.includes('.')),
  );
}

function conditionsOf({ userSets = {}, resourceSets = {} }: Policy): object[] {
  return [...Object.values(userSets), ...Object.values(resourceSets)].map(({ where }) => where);
}

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

function propertiesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
    ...(key === 'match' && typeof inner === 'object' ? Object.keys(inner ?? {}) : []),
    ...propertiesIn(inner),
  ]);
}

/** All nested values except those of `ref`, which are paths. */
function valuesIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.entries(value).flatMap(([key, inner]) => (key === 'ref' ? [] : valuesIn(inner)))];
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
