import { isObject, isSet, type Value } from '../attributes.ts';

/** Both values exist. */
export type Operator = (left: Value, right: Value) => Verdict;

/**
 * The comparison operators of Permit's documentation ("Operators"), each for the documented types. Other types are a
 * mismatch: that Rego orders them (`"a" > 5` holds) is no basis for granting access.
 */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equals', equal],
  ['not-equals', notEqual],
  ['less-than', ordered((difference) => difference < 0)],
  ['less-than-equals', ordered((difference) => difference <= 0)],
  ['greater-than', ordered((difference) => difference > 0)],
  ['greater-than-equals', ordered((difference) => difference >= 0)],
  ['between', between],
  [
    'contains',
    (left, right) =>
      typeof left === 'string' && typeof right === 'string' ? left.includes(right) : 'mismatch',
  ],
  ['in', (left, right) => onList(right, (list) => has(list, left))],
  ['array_contains', (left, right) => onList(left, (list) => has(list, right))],
  [
    'array_subset',
    (left, right) => onLists(left, right, (some, all) => some.every((item) => has(all, item))),
  ],
  [
    'array_superset',
    (left, right) => onLists(left, right, (all, some) => some.every((item) => has(all, item))),
  ],
  [
    'array_intersect',
    (left, right) => onLists(left, right, (one, other) => one.some((item) => has(other, item))),
  ],
]);

/**
 * Strict equality: both are the same JSON value. `"5"` is not `5`, and a generated set (`user.roles`) is not a list.
 */
function equal(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (isSet(left))
    return isSet(right) && left.size === right.size && [...left].every((item) => right.has(item));
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, at) => equal(item, right[at]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => {
    const [a, b] = [left[key], Object.hasOwn(right, key) ? right[key] : undefined];
    return a !== undefined && b !== undefined && equal(a, b);
  });
}

export function listOf(value: Value): readonly Value[] | undefined {
  if (isSet(value)) return [...value];
  return Array.isArray(value) ? value : undefined;
}

function notEqual(left: Value, right: Value): Verdict {
  return typeName(left) === typeName(right) ? !equal(left, right) : 'mismatch';
}

function ordered(holds: (difference: number) => boolean): Operator {
  return (left, right) =>
    typeof left === 'number' && typeof right === 'number' ? holds(left - right) : 'mismatch';
}

function between(value: Value, range: Value): Verdict {
  const [from, to, ...more] = listOf(range) ?? [];
  if (typeof value !== 'number' || typeof from !== 'number' || typeof to !== 'number' || more.length > 0) {
    return 'mismatch';
  }
  return from <= value && value <= to;
}

function has(list: readonly Value[], wanted: Value): boolean {
  return list.some((item) => equal(item, wanted));
}

function onList(value: Value, test: (list: readonly Value[]) => boolean): Verdict {
  const list = listOf(value);
  return list === undefined ? 'mismatch' : test(list);
}

function onLists(
  left: Value,
  right: Value,
  test: (left: readonly Value[], right: readonly Value[]) => boolean,
): Verdict {
  const [one, other] = [listOf(left), listOf(right)];
  return one === undefined || other === undefined ? 'mismatch' : test(one, other);
}

function typeName(value: Value): string {
  if (value === null) return 'null';
  if (isSet(value)) return 'set';
  return Array.isArray(value) ? 'list' : typeof value;
}

/**
 * `mismatch`: the values cannot be compared. It stays a mismatch under `not`, so that a mistake never grants anything,
 * and counts as false at the top level.
 */
export type Verdict = boolean | 'mismatch';

/** Kleene's three-valued AND. */
export function allOf<T>(parts: readonly T[], verdictOf: (part: T) => Verdict): Verdict {
  let all: Verdict = true;
  for (const part of parts) {
    const verdict = verdictOf(part);
    if (verdict === false) return false;
    if (verdict === 'mismatch') all = 'mismatch';
  }
  return all;
}

/** Kleene's three-valued OR. */
export function anyOf<T>(parts: readonly T[], verdictOf: (part: T) => Verdict): Verdict {
  let any: Verdict = false;
  for (const part of parts) {
    const verdict = verdictOf(part);
    if (verdict === true) return true;
    if (verdict === 'mismatch') any = 'mismatch';
  }
  return any;
}

export function notAllOf<T>(parts: readonly T[], verdictOf: (part: T) => Verdict): Verdict {
  const verdict = allOf(parts, verdictOf);
  return verdict === 'mismatch' ? verdict : !verdict;
}
