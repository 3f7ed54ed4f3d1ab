import type { Value } from '@latchkey/permit-engine';
import { ListNotPlannableError } from './list-plan.ts';
import { inAll, inAny, type ColumnType, type RowOrder, type Rows, type Scalar } from './row-condition.ts';

export interface AttributeColumn {
  readonly attribute: string;
  readonly type: ColumnType;
}

type Compare = (column: AttributeColumn, value: Value) => Verdicts;

const opposite: Readonly<Record<RowOrder, RowOrder>> = {
  'less-than': 'greater-than-equals',
  'less-than-equals': 'greater-than',
  'greater-than': 'less-than-equals',
  'greater-than-equals': 'less-than',
};

/** The column is on the left side. */
const columnLeft: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ['equals', (column, value) => oneOf(column, [value])],
  ['not-equals', notEquals],
  ['less-than', ordered('less-than')],
  ['less-than-equals', ordered('less-than-equals')],
  ['greater-than', ordered('greater-than')],
  ['greater-than-equals', ordered('greater-than-equals')],
  ['between', between],
  ['contains', contains],
  ['in', (column, value) => onList(column, value)],
  ['array_contains', incomparable],
  ['array_subset', incomparable],
  ['array_superset', incomparable],
  ['array_intersect', incomparable],
]);

/** The column is on the right side: `{ 'user.teams': { array_contains: { ref: 'resource.team' } } }`. */
const columnRight: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ['equals', (column, value) => oneOf(column, [value])],
  ['not-equals', notEquals],
  ['less-than', ordered('greater-than')],
  ['less-than-equals', ordered('greater-than-equals')],
  ['greater-than', ordered('less-than')],
  ['greater-than-equals', ordered('less-than-equals')],
  ['between', incomparable],
  ['contains', isContained],
  ['in', incomparable],
  ['array_contains', (column, value) => onList(column, value)],
  ['array_subset', incomparable],
  ['array_superset', incomparable],
  ['array_intersect', incomparable],
]);

export const plannedOperators: ReadonlySet<string> = new Set(columnLeft.keys());

/**
 * `undefined` means that the user, the tenant or the context lacks the attribute. A comparison with an absent attribute
 * is false.
 */
export function compareColumn(
  column: AttributeColumn,
  operator: string,
  { value, side }: { readonly value: Value | undefined; readonly side: 'left' | 'right' },
): Verdicts {
  if (value === undefined) return { isTrue: false, isFalse: true };
  const compare = (side === 'left' ? columnLeft : columnRight).get(operator);
  if (compare === undefined) throw new TypeError(`Plans do not know ${operator}.`);
  return compare(column, value);
}

/** For types that the operator does not compare: false where the column is NULL, otherwise neither. */
function incomparable(column: AttributeColumn): Verdicts {
  return { isTrue: false, isFalse: { ...column, is: 'absent' } };
}

/** A value of another type never equals the column. */
function oneOf(column: AttributeColumn, list: readonly Value[]): Verdicts {
  const values = [...new Set(list.filter((value) => hasType(value, column.type)))];
  if (values.length === 0) return { isTrue: false, isFalse: true };
  return orAbsent(column, { ...column, is: 'in', values }, noneOf(column, values));
}

/** For a boolean, the rows with the other value, because not all query builders can negate a condition. */
function noneOf(column: AttributeColumn, values: readonly Scalar[]): Rows {
  if (column.type !== 'bool') return { ...column, is: 'not-in', values };
  const others = [true, false].filter((value) => !values.includes(value));
  return others.length > 0 && { ...column, is: 'in', values: others };
}

function notEquals(column: AttributeColumn, value: Value): Verdicts {
  if (!hasType(value, column.type)) return incomparable(column);
  return orAbsent(column, noneOf(column, [value]), { ...column, is: 'in', values: [value] });
}

function onList(column: AttributeColumn, value: Value): Verdicts {
  const list = listOf(value);
  return list === undefined ? incomparable(column) : oneOf(column, list);
}

function ordered(is: RowOrder): Compare {
  return (column, value) =>
    typeof value === 'number' && column.type === 'number'
      ? orAbsent(column, { ...column, is, value }, { ...column, is: opposite[is], value })
      : incomparable(column);
}

/** Both bounds are inclusive. */
function between(column: AttributeColumn, range: Value): Verdicts {
  const [from, to, ...more] = listOf(range) ?? [];
  if (column.type !== 'number' || typeof from !== 'number' || typeof to !== 'number' || more.length > 0)
    return incomparable(column);
  return {
    isTrue: inAll([
      { ...column, is: 'greater-than-equals', value: from },
      { ...column, is: 'less-than-equals', value: to },
    ]),
    isFalse: inAny([
      { ...column, is: 'absent' },
      { ...column, is: 'less-than', value: from },
      { ...column, is: 'greater-than', value: to },
    ]),
  };
}

function contains(column: AttributeColumn, value: Value): Verdicts {
  if (!isText(column) || typeof value !== 'string') return incomparable(column);
  if (value === '') return { isTrue: { ...column, is: 'present' }, isFalse: { ...column, is: 'absent' } };
  return orAbsent(column, { ...column, is: 'contains', value }, { ...column, is: 'lacks', value });
}

function isContained(column: AttributeColumn, value: Value): Verdicts {
  if (!isText(column) || typeof value !== 'string') return incomparable(column);
  throw new ListNotPlannableError(
    'unsupported_condition',
    `No plan can express that a text of the user contains "resource.${column.attribute}".`,
  );
}

/** A comparison that is true where `isTrue` holds, and false where `isFalse` holds or the attribute is absent. */
function orAbsent(column: AttributeColumn, isTrue: Rows, isFalse: Rows): Verdicts {
  return { isTrue, isFalse: inAny([{ ...column, is: 'absent' }, isFalse]) };
}

function hasType(value: Value, type: ColumnType): value is Scalar {
  const name: Readonly<Record<ColumnType, string>> = {
    string: 'string',
    time: 'string',
    number: 'number',
    bool: 'boolean',
  };
  return typeof value === name[type];
}

function isText({ type }: AttributeColumn): boolean {
  return type === 'string' || type === 'time';
}

function listOf(value: Value): readonly Value[] | undefined {
  if (value instanceof Set) return [...value];
  return Array.isArray(value) ? value : undefined;
}

/**
 * The rows for which a condition is true, and those for which it is false. For values that cannot be compared it is
 * neither, and grants nothing, not even under `not`.
 */
export interface Verdicts {
  readonly isTrue: Rows;
  readonly isFalse: Rows;
}

/** Neither true nor false for any row. */
export const invalid: Verdicts = { isTrue: false, isFalse: false };

export function allOf(parts: readonly Verdicts[]): Verdicts {
  return {
    isTrue: inAll(parts.map(({ isTrue }) => isTrue)),
    isFalse: inAny(parts.map(({ isFalse }) => isFalse)),
  };
}

export function anyOf(parts: readonly Verdicts[]): Verdicts {
  return not(allOf(parts.map(not)));
}

export function not({ isTrue, isFalse }: Verdicts): Verdicts {
  return { isTrue: isFalse, isFalse: isTrue };
}
