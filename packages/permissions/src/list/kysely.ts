import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import type { AttributeTable } from '../core/policy.ts';
import { keyAs, rangeOf, type KeyFormat, type WholeFormat } from './key-format.ts';
import { renderPlan, type ColumnsFor, type WhereBuilder } from './render-plan.ts';
import type { ListPlan } from './list-plan.ts';
import type { RowOrder, Scalar } from './row-condition.ts';

/** A column with keys: text, for example `eb.ref('id')`, or another type together with its format. */
export type KeyColumn =
  | Expression<string | null>
  | { readonly column: Expression<number | null>; readonly as: WholeFormat }
  | { readonly column: Expression<bigint | string | null>; readonly as: 'bigint' }
  | { readonly column: Expression<string | null>; readonly as: 'uuid' };

/** A column with the values of an attribute, by the attribute's type. */
export interface AttributeColumns {
  /** A column with text, or a UUID column together with its format. */
  readonly string:
    Expression<string | null> | { readonly column: Expression<string | null>; readonly as: 'uuid' };
  /** A column with text, which is compared exactly. */
  readonly time: Expression<string | null>;
  /**
   * A column with numbers. Declare its format, because PostgreSQL rejects a query that compares an integer column with
   * 2.5.
   */
  readonly number: { readonly column: Expression<number | null>; readonly as: WholeFormat | 'float' };
  /** A column with booleans, or with numbers in databases without booleans. */
  readonly bool: Expression<boolean | number | null>;
}

/** The columns that a plan compares, as expressions: `eb.ref('documents.tenant')`. */
export type ListColumns<
  Relation extends string = never,
  Attributes extends AttributeTable = AttributeTable,
> = ColumnsFor<Relation, Attributes, KeyColumn, AttributeColumns>;

/**
 * Renders the plan as a condition for `.where(…)`, alone or combined with other conditions in `eb.and([…])`. The
 * columns must compare text exactly: PostgreSQL and SQLite do by default; MySQL and SQL Server need a case- and
 * accent-sensitive collation.
 *
 * ```ts
 * db.selectFrom('reports').where((eb) => kyselyWhere(plan, { tenant: eb.ref('tenant'), id: eb.ref('id') }));
 * ```
 * @throws {ListNotPlannableError} `missing_column`
 */
export function kyselyWhere<Relation extends string, Attributes extends AttributeTable>(
  plan: ListPlan<Relation, Attributes>,
  columns: ListColumns<Relation, Attributes>,
): Expression<SqlBool> {
  return renderPlan<AnyColumn, Expression<SqlBool>, Value>(plan, columns, builder);
}

type AnyColumn =
  Expression<unknown> | { readonly column: Expression<unknown>; readonly as: KeyFormat | 'float' };
type Value = Scalar | bigint;

const eb = expressionBuilder<Record<string, never>>();

/** Tests for `column`, because every Kysely expression has an `as`, a method. */
function expressionOf(column: AnyColumn): Expression<unknown> {
  return 'column' in column ? column.column : column;
}

const operators = {
  'less-than': '<',
  'less-than-equals': '<=',
  'greater-than': '>',
  'greater-than-equals': '>=',
} as const satisfies Record<RowOrder, string>;

const builder: WhereBuilder<AnyColumn, Expression<SqlBool>, Value> = {
  all: (parts) => eb.and([...parts]),
  any: (parts) => eb.or([...parts]),
  never: () => sql<SqlBool>`1 = 0`,
  encode: (column, value) =>
    typeof value === 'string' && 'column' in column && column.as !== 'float'
      ? keyAs(column.as, value)
      : value,
  isNull: (column) => eb(expressionOf(column), 'is', null),
  isNotNull: (column) => eb(expressionOf(column), 'is not', null),
  oneOf(column, [first, ...more]) {
    // Without a parameter, because SQLite drivers do not support booleans as parameters.
    if (typeof first === 'boolean') return eb(expressionOf(column), 'is', first);
    return more.length === 0
      ? eb(expressionOf(column), '=', first)
      : eb(expressionOf(column), 'in', [first, ...more]);
  },
  noneOf: (column, [first, ...more]) =>
    more.length === 0
      ? eb(expressionOf(column), '!=', first)
      : eb(expressionOf(column), 'not in', [first, ...more]),
  compare: (column, is, value) => eb(expressionOf(column), operators[is], value),
  rangeOf: (column) => ('column' in column ? rangeOf(column.as) : undefined),
  text(column, is, value) {
    const text = expressionOf(column);
    const without = sql`length(replace(${text}, ${value}, ''))`;
    // Not LIKE, which ignores case in SQLite and would need its wildcards escaped.
    return is === 'contains'
      ? sql<SqlBool>`${without} < length(${text})`
      : sql<SqlBool>`${without} = length(${text})`;
  },
};
