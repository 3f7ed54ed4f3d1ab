import type { AttributeType } from '../attribute-types.ts';

/** The attribute types that a row can have as a column. */
export type ColumnType = Exclude<AttributeType, 'array' | 'json'>;

/** A value that a column is compared with. */
export type Scalar = string | number | boolean;

/**
 * A condition on the attributes of a row. There is no negation, so that SQL's NULL never widens it: every comparison
 * except `absent` holds only where the attribute has a value.
 */
export type RowCondition =
  { readonly all: readonly RowCondition[] } | { readonly any: readonly RowCondition[] } | RowComparison;

/** A comparison of one attribute. Text is compared exactly: upper and lower case differ. */
export type RowComparison = { readonly attribute: string; readonly type: ColumnType } & (
  | { readonly is: 'present' | 'absent' }
  | { readonly is: 'in' | 'not-in'; readonly values: readonly Scalar[] }
  | { readonly is: RowOrder; readonly value: number }
  | { readonly is: 'contains' | 'lacks'; readonly value: string }
);

/** The order comparisons, for attributes of type `number`. */
export type RowOrder = 'less-than' | 'less-than-equals' | 'greater-than' | 'greater-than-equals';

/** The rows for which something holds: all of them, none of them, or those that meet a condition. */
export type Rows = boolean | RowCondition;

/** The rows in every one of `parts`. */
export function inAll(parts: readonly Rows[]): Rows {
  if (parts.includes(false)) return false;
  const all = parts.flatMap((part) => {
    if (typeof part === 'boolean') return [];
    return 'all' in part ? part.all : [part];
  });
  const [first] = all;
  return first === undefined || (all.length === 1 ? first : { all });
}

/** The rows in at least one of `parts`. */
export function inAny(parts: readonly Rows[]): Rows {
  if (parts.includes(true)) return true;
  const any = parts.flatMap((part) => {
    if (typeof part === 'boolean') return [];
    return 'any' in part ? part.any : [part];
  });
  const [first] = any;
  return first === undefined ? false : any.length === 1 ? first : { any };
}
