import { isRecord } from '../core/records.ts';

export interface Assignment {
  readonly path: string;
  readonly value: unknown;
}

export type ValueAt = (path: string) => unknown;

/** Alternatives. The assignments of one are needed together. */
type Ways = readonly (readonly Assignment[])[];

const maxWays = 16;

/**
 * Assignments that are likely to meet a condition, with the nearest values. Some comparisons may already hold, or be
 * impossible: the caller verifies with the engine which subset is necessary.
 */
export function waysToMeet(condition: unknown, valueAt: ValueAt): Ways {
  return waysTo(true, condition, valueAt).slice(0, maxWays);
}

function waysTo(hold: boolean, condition: unknown, valueAt: ValueAt): Ways {
  if (!isRecord(condition)) return [[]];
  const parts = Object.entries(condition).map(([key, inner]): Ways => {
    if (key === 'allOf' || key === 'and') {
      return combine(
        hold,
        listOf(inner).map((part) => waysTo(hold, part, valueAt)),
      );
    }
    if (key === 'anyOf' || key === 'or') {
      return combine(
        !hold,
        listOf(inner).map((part) => waysTo(hold, part, valueAt)),
      );
    }
    if (key === 'not') return waysTo(!hold, inner, valueAt);
    return waysOfAttribute(hold, { path: key, tests: inner }, valueAt);
  });
  return combine(hold, parts);
}

function combine(all: boolean, parts: readonly Ways[]): Ways {
  if (!all) return parts.flat();
  return parts.reduce<Ways>(
    (ways, part) => ways.flatMap((way) => part.map((more) => [...way, ...more])).slice(0, maxWays),
    [[]],
  );
}

function waysOfAttribute(
  hold: boolean,
  { path, tests }: { readonly path: string; readonly tests: unknown },
  valueAt: ValueAt,
): Ways {
  if (!isRecord(tests)) return [[]];
  const left = valueAt(path);
  return combine(
    hold,
    Object.entries(tests).map(([operator, given]): Ways => {
      const ref = isRecord(given) && typeof given['ref'] === 'string' ? given['ref'] : undefined;
      const right = ref === undefined ? given : valueAt(ref);
      const candidates = hold
        ? candidatesFor(operator, left, right)
        : candidatesAgainst(operator, left, right);
      const ways: Ways = candidates.map((value) => [{ path, value }]);
      // When both sides are attributes, either can take the value of the other.
      const other: Ways =
        ref !== undefined && hold && operator === 'equals' && left !== undefined
          ? [[{ path: ref, value: left }]]
          : [];
      return ways.length + other.length === 0 ? [[]] : [...ways, ...other];
    }),
  );
}

/** Values for the left side. */
function candidatesFor(operator: string, left: unknown, right: unknown): unknown[] {
  if (right === undefined) return [];
  const list = listOf(left);
  const given = listOf(right);
  switch (operator) {
    case 'equals':
    case 'contains':
      return [right];
    case 'not-equals':
      return [otherThan(right)];
    case 'less-than':
      return numbers(right, -1);
    case 'greater-than':
      return numbers(right, 1);
    case 'less-than-equals':
    case 'greater-than-equals':
      return numbers(right, 0);
    case 'between':
    case 'in':
      return given.slice(0, 1);
    case 'array_contains':
      return [[...list, right]];
    case 'array_superset':
      return [[...list, ...given.filter((item) => !list.includes(item))]];
    case 'array_subset':
      return [left === undefined ? given : list.filter((item) => given.includes(item))];
    case 'array_intersect':
      return given.map((item) => [...list, item]);
    case 'object_match':
      return objectsFor(left, right);
    case 'any_match':
      return objectsFor({}, right).map((object) => [...list, object]);
    case 'all_match':
      return objectsFor({}, right).map((object) => [object]);
    default:
      return [];
  }
}

function candidatesAgainst(operator: string, left: unknown, right: unknown): unknown[] {
  if (right === undefined) return [];
  switch (operator) {
    case 'equals':
      return [otherThan(right)];
    case 'not-equals':
      return [right];
    case 'less-than':
    case 'greater-than':
      return numbers(right, 0);
    case 'less-than-equals':
      return numbers(right, 1);
    case 'greater-than-equals':
      return numbers(right, -1);
    case 'between':
      return numbers(listOf(right)[0], -1);
    case 'in':
      return [otherThan(...listOf(right))];
    case 'contains':
      return [''];
    case 'array_contains':
      return [listOf(left).filter((item) => item !== right)];
    default:
      return [];
  }
}

/** Objects that satisfy a match such as `{ match: { color: { equals: 'red' } } }`. */
function objectsFor(left: unknown, right: unknown): unknown[] {
  const match = isRecord(right) ? right['match'] : undefined;
  if (!isRecord(match)) return [];
  const needed = Object.entries(match).flatMap(([key, tests]) =>
    Object.entries(isRecord(tests) ? tests : {}).flatMap(([operator, given]) =>
      candidatesFor(operator, undefined, given)
        .slice(0, 1)
        .map((value) => [key, value] as const),
    ),
  );
  return [{ ...(isRecord(left) ? left : {}), ...Object.fromEntries(needed) }];
}

function numbers(value: unknown, difference: number): number[] {
  return typeof value === 'number' ? [value + difference] : [];
}

/** Of the same type as the first, and different from all. */
function otherThan(...values: readonly unknown[]): unknown {
  const [first] = values;
  if (typeof first === 'boolean') return !first;
  if (typeof first === 'number') {
    return 1 + Math.max(...values.filter((value) => typeof value === 'number'));
  }
  return ['other', 'another', `other than ${values.join(', ')}`].find((text) => !values.includes(text));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
