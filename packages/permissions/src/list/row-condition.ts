import type { AttributeType } from '../core/policy.ts';

/** Attribute types that fit into a column. */
export type ColumnType = Exclude<AttributeType, 'array' | 'json'>;

export type Scalar = string | number | boolean;

/** Without negation, and every comparison except `absent` requires a value, so a NULL never adds a row by accident. */
export type RowCondition =
  { readonly all: readonly RowCondition[] } | { readonly any: readonly RowCondition[] } | RowComparison;

/** Compares text exactly, and with case. */
export type RowComparison = { readonly attribute: string; readonly type: ColumnType } & (
  | { readonly is: 'present' | 'absent' }
  | { readonly is: 'in' | 'not-in'; readonly values: readonly Scalar[] }
  | { readonly is: RowOrder; readonly value: number }
  | { readonly is: 'contains' | 'lacks'; readonly value: string }
);

/** For attributes of type `number`. */
export type RowOrder = 'less-than' | 'less-than-equals' | 'greater-than' | 'greater-than-equals';

/** All rows, none, or those that satisfy a condition. */
export type Rows = boolean | RowCondition;

export function inAll(parts: readonly Rows[]): Rows {
  if (parts.includes(false)) return false;
  const all = parts.flatMap((part) => {
    if (typeof part === 'boolean') return [];
    return 'all' in part ? part.all : [part];
  });
  const [first] = all;
  return first === undefined || (all.length === 1 ? first : { all });
}

export function inAny(parts: readonly Rows[]): Rows {
  if (parts.includes(true)) return true;
  const any = parts.flatMap((part) => {
    if (typeof part === 'boolean') return [];
    return 'any' in part ? part.any : [part];
  });
  const [first] = any;
  return first === undefined ? false : any.length === 1 ? first : { any };
}
