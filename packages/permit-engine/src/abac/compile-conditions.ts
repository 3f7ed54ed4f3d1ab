import { isObject, type Attributes, type Value, resolvePath } from '../attributes.ts';
import type { Json, JsonObject } from '../query.ts';
import type { World } from '../world.ts';
import { listOf, operators, allOf, anyOf, notAllOf, type Verdict } from './operators.ts';

export interface Scope {
  readonly attributes: Attributes;
  readonly world: Pick<World, 'resourceInstance'>;
}

export type Predicate = (scope: Scope) => Verdict;

/** A condition on one attribute: `{"equals": 5}`, `{"or": [{"between": [15, 18]}, {"greater-than": 40}]}`. */
type Test = (value: Value | undefined, scope: Scope) => Verdict;

const never: Predicate & Test = () => 'mismatch';

const compiled = new WeakMap<JsonObject, Predicate>();

/**
 * Compiles conditions of the management API (Permit documentation, "Building conditions"), once per object. All entries
 * of an object must hold. An invalid condition never holds, not even under `not`.
 */
export function compileConditions(conditions: JsonObject): Predicate {
  let predicate = compiled.get(conditions);
  if (predicate === undefined) {
    predicate = compileGroup(conditions);
    compiled.set(conditions, predicate);
  }
  return predicate;
}

/** Whether conditions are empty: `{}`, `{"allOf": []}`, `{"allOf": [{"allOf": []}]}`. */
export function isEmpty(conditions: Json): boolean {
  return (
    isObject(conditions) &&
    Object.entries(conditions).every(
      ([key, parts]) => (key === 'allOf' || key === 'and') && Array.isArray(parts) && parts.every(isEmpty),
    )
  );
}

function compileGroup(group: Json): Predicate {
  if (!isObject(group) || isEmpty(group)) return never;
  const parts = Object.entries(group).map(([key, value]): Predicate => {
    const logical = logicals.get(key);
    if (logical === undefined) return compileAttribute(key, value);
    const nested = partsOf(value).map(compileGroup);
    return nested.length === 0 ? never : (scope) => logical(nested, (part) => part(scope));
  });
  return (scope) => allOf(parts, (part) => part(scope));
}

function compileAttribute(path: string, value: Json): Predicate {
  const resolve = resolvePath(path);
  const test = compileTest(value);
  return resolve === undefined ? never : (scope) => test(resolve(scope.attributes), scope);
}

function compileTest(test: Json): Test {
  if (!isObject(test) || isEmpty(test)) return never;
  const parts = Object.entries(test).map(([key, value]): Test => {
    const logical = logicals.get(key);
    if (logical === undefined) return compileComparison(key, value);
    const nested = partsOf(value).map(compileTest);
    return nested.length === 0 ? never : (left, scope) => logical(nested, (part) => part(left, scope));
  });
  return (left, scope) => allOf(parts, (part) => part(left, scope));
}

/** `not` takes a single condition, or a list that it negates as a whole. */
export const logicals = new Map<string, typeof allOf>([
  ['allOf', allOf],
  ['and', allOf],
  ['anyOf', anyOf],
  ['or', anyOf],
  ['not', notAllOf],
]);

function partsOf(value: Json): readonly Json[] {
  const parts: readonly Json[] = Array.isArray(value) ? value : [value];
  return parts.filter((part) => !isEmpty(part));
}

function compileComparison(written: string, given: Json): Test {
  const { name, right } = withoutRefOperator(written, given);
  const quantifier = quantifiers.get(name);
  if (quantifier !== undefined) return compileMatch(quantifier, right);
  const compare = operators.get(name);
  if (compare === undefined) return never;
  const ref = refOf(right);
  if (ref === undefined) return (left) => (left === undefined ? false : compare(left, right));
  const resolve = resolvePath(ref);
  if (resolve === undefined) return never;
  return (left, { attributes }) => {
    const value = resolve(attributes);
    return left === undefined || value === undefined ? false : compare(left, value);
  };
}

/**
 * Operators with the path of an attribute: `{"equals-ref": "user.key"}` is `{"equals": {"ref": "user.key"}}`. A string
 * on the right of `in` is a path, because no string contains a value.
 */
const refOperators = new Map([
  ['equals-ref', 'equals'],
  ['not-equals-ref', 'not-equals'],
  ['contains-ref', 'contains'],
  ['array-contains-ref', 'array_contains'],
  ['in', 'in'],
]);

export function withoutRefOperator(
  name: string,
  right: Json,
): { readonly name: string; readonly right: Json } {
  const basic = refOperators.get(name);
  if (basic === undefined || (basic === name && typeof right !== 'string')) return { name, right };
  if (typeof right === 'string') return { name: basic, right: { ref: right } };
  // Anything but a path is left to the operator of this name, which no value fits.
  return refOf(right) === undefined ? { name, right } : { name: basic, right };
}

export function refOf(right: Json): string | undefined {
  const ref = isObject(right) && Object.keys(right).length === 1 ? right['ref'] : undefined;
  return typeof ref === 'string' ? ref : undefined;
}

type Quantifier = (value: Value, matches: (item: Value) => Verdict) => Verdict;

/** `all_match` of an empty list is false: whether it should hold is not documented. */
export const quantifiers: ReadonlyMap<string, Quantifier> = new Map<string, Quantifier>([
  ['object_match', (value, matches) => matches(value)],
  ['any_match', (value, matches) => overItems(value, (items) => anyOf(items, matches))],
  ['all_match', (value, matches) => overItems(value, (items) => items.length > 0 && allOf(items, matches))],
]);

function overItems(value: Value, test: (items: readonly Value[]) => Verdict): Verdict {
  const items = listOf(value);
  return items === undefined ? 'mismatch' : test(items);
}

/**
 * `{"match": {"country": {"equals": "US"}}}` on an object. With `fk_resource_type`, the value is the key of an
 * instance, and the match applies to its *stored* attributes.
 */
function compileMatch(quantifier: Quantifier, right: Json): Test {
  if (!isObject(right)) return never;
  const { match, fk_resource_type: type } = right;
  if (match === undefined || !isObject(match) || Object.keys(match).length === 0) return never;
  const parts = Object.entries(match).map(([key, test]) => [key, compileTest(test)] as const);
  const matches = (item: Value, scope: Scope): Verdict => {
    const object = type === undefined ? item : storedAttributes(type, item, scope.world);
    if (object === undefined) return false;
    if (!isObject(object)) return 'mismatch';
    return allOf(parts, ([key, test]) => test(Object.hasOwn(object, key) ? object[key] : undefined, scope));
  };
  return (left, scope) => (left === undefined ? false : quantifier(left, (item) => matches(item, scope)));
}

/** `undefined` without such an instance; `null`, a mismatch, for a value that cannot be a key. */
function storedAttributes(type: Json, key: Value, world: Scope['world']): Value | undefined {
  if (typeof type !== 'string' || typeof key !== 'string') return null;
  return world.resourceInstance(`${type}:${key}`)?.attributes;
}

/**
 * Evaluates conditions without facts: `fk_resource_type` finds no instance. `user.roles` and `user.tenants` are sets.
 */
export function evaluateConditions(conditions: JsonObject, attributes: Attributes): Verdict {
  return compileConditions(conditions)({ attributes, world: { resourceInstance: () => undefined } });
}
