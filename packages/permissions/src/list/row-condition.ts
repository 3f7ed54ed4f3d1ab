import type { AttributeType } from '../core/policy.ts';

/** The attribute types that can be stored in a column. */
export type ColumnType = Exclude<AttributeType, 'array' | 'json'>;

/** A value to compare a column with. */
export type Scalar = string | number | boolean;

/**
 * A condition on the attributes of a row. It has no negation, and every comparison except `absent` holds only where the
 * attribute has a value, so a NULL never adds a row by accident.
 */
export type RowCondition =
  { readonly all: readonly RowCondition[] } | { readonly any: readonly RowCondition[] } | RowComparison;

/** A comparison of one attribute. Text comparison is exact and case-sensitive. */
export type RowComparison = { readonly attribute: string; readonly type: ColumnType } & (
  | { readonly is: 'present' | 'absent' }
  | { readonly is: 'in' | 'not-in'; readonly values: readonly Scalar[] }
  | { readonly is: RowOrder; readonly value: number }
  | { readonly is: 'contains' | 'lacks'; readonly value: string }
);

/** The comparisons by order, for attributes of type `number`. */
export type RowOrder = 'less-than' | 'less-than-equals' | 'greater-than' | 'greater-than-equals';

/** The rows for which something holds: all of them, none of them, or those that satisfy a condition. */
export type Rows = boolean | RowCondition;

/** The intersection of `parts`. */
export function inAll(parts: readonly Rows[]): Rows {
  if (parts.includes(false)) return false;
  const all = parts.flatMap((part) => {
    if (typeof part === 'boolean') return [];
    return 'all' in part ? part.all : [part];
  });
  const [first] = all;
  return first === undefined || (all.length === 1 ? first : { all });
}

/** The union of `parts`. */
export function inAny(parts: readonly Rows[]): Rows {
  if (parts.includes(true)) return true;
  const any = parts.flatMap((part) => {
    if (typeof part === 'boolean') return [];
    return 'any' in part ? part.any : [part];
  });
  const [first] = any;
  return first === undefined ? false : any.length === 1 ? first : { any };
}
