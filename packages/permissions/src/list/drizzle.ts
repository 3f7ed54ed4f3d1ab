import {
  and,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  notInArray,
  or,
  sql,
  type AnyColumn,
  type Column,
  type SQL,
} from 'drizzle-orm';
import type { AttributeTable } from '../core/policy.ts';
import { keyAs, rangeOf } from './key-format.ts';
import { ListNotPlannableError, type ListPlan } from './list-plan.ts';
import { renderPlan, type ColumnsFor, type ValueKind, type WhereBuilder } from './render-plan.ts';
import type { RowOrder, Scalar } from './row-condition.ts';

/**
 * The column types that compare values as Permit does. Not: text in MySQL, where collations ignore case; `char`, which
 * ignores trailing blanks; dates and numbers that Drizzle returns as strings; `real` and `numeric`, whose values differ
 * from JavaScript's.
 */
interface Formats {
  readonly text: 'PgText' | 'PgVarchar' | 'SQLiteText';
  readonly uuid: 'PgUUID';
  readonly enum: 'PgEnumColumn';
  readonly smallint: 'PgSmallInt' | 'PgSmallSerial';
  readonly integer: 'PgInteger' | 'PgSerial';
  readonly number: 'PgBigInt53' | 'PgBigSerial53' | 'SQLiteInteger';
  readonly bigint: 'PgBigInt64' | 'PgBigSerial64';
  readonly float: 'PgDoublePrecision' | 'SQLiteReal';
  readonly boolean: 'PgBoolean' | 'SQLiteBoolean';
}

type Format = keyof Formats;
type OfType<ColumnType> = ColumnType extends string ? AnyColumn<{ columnType: ColumnType }> : never;

/** The columns of a Drizzle table that a plan compares. */
export type ListColumns<
  Relation extends string = never,
  Attributes extends AttributeTable = AttributeTable,
> = ColumnsFor<
  Relation,
  Attributes,
  OfType<Formats[(typeof suitable)['key'][number]]>,
  { readonly [Kind in Exclude<ValueKind, 'key'>]: OfType<Formats[(typeof suitable)[Kind][number]]> }
>;

/**
 * Renders the plan as a condition for `.where(…)` and `db.$count(…)`, alone or combined with other conditions in
 * `and(…)`. Supports PostgreSQL and SQLite tables.
 *
 * ```ts
 * const plan = await permissions.list('reports:view');
 * const where = drizzleWhere(plan, { tenant: reports.tenant, id: reports.id });
 * const page = await db.select().from(reports).where(where).limit(20);
 * ```
 * @throws {ListNotPlannableError} `missing_column`, `unsuitable_column`
 */
export function drizzleWhere<Relation extends string, Attributes extends AttributeTable>(
  plan: ListPlan<Relation, Attributes>,
  columns: ListColumns<Relation, Attributes>,
): SQL {
  return renderPlan<Column, SQL, Scalar | bigint>(plan, columns, builder);
}

const formats: ReadonlyMap<string, Format> = new Map(
  Object.entries({
    PgText: 'text',
    PgVarchar: 'text',
    SQLiteText: 'text',
    PgUUID: 'uuid',
    PgEnumColumn: 'enum',
    PgInteger: 'integer',
    PgSerial: 'integer',
    PgSmallInt: 'smallint',
    PgSmallSerial: 'smallint',
    PgBigInt53: 'number',
    PgBigSerial53: 'number',
    SQLiteInteger: 'number',
    PgBigInt64: 'bigint',
    PgBigSerial64: 'bigint',
    PgDoublePrecision: 'float',
    SQLiteReal: 'float',
    PgBoolean: 'boolean',
    SQLiteBoolean: 'boolean',
  } satisfies { [F in Format as Formats[F]]: F }),
);

const suitable = {
  key: ['text', 'uuid', 'enum', 'smallint', 'integer', 'number', 'bigint'],
  string: ['text', 'uuid', 'enum'],
  time: ['text'],
  number: ['smallint', 'integer', 'number', 'float'],
  bool: ['boolean'],
} as const satisfies Readonly<Record<ValueKind, readonly Format[]>>;

function formatOf(column: Column, kind: ValueKind): Format {
  const format = formats.get(column.columnType);
  const formatsOfKind: readonly Format[] = suitable[kind];
  if (format !== undefined && formatsOfKind.includes(format)) return format;
  throw new ListNotPlannableError(
    'unsuitable_column',
    `The column "${column.name}" (${column.columnType}) compares no value of the kind "${kind}" exactly.`,
  );
}

function encode(column: Column, value: Scalar, kind: ValueKind): Scalar | bigint | undefined {
  const format = formatOf(column, kind);
  const text = String(value);
  switch (format) {
    case 'text':
    case 'boolean':
    case 'float':
      return value;
    case 'enum':
      return column.enumValues?.includes(text) === true ? text : undefined;
    default:
      return kind === 'number' ? value : keyAs(format, text);
  }
}

const compare: Readonly<Record<RowOrder, typeof lt>> = {
  'less-than': lt,
  'less-than-equals': lte,
  'greater-than': gt,
  'greater-than-equals': gte,
};

const builder: WhereBuilder<Column, SQL, Scalar | bigint> = {
  all: (parts) => and(...parts) ?? sql`1 = 1`,
  any: (parts) => or(...parts) ?? sql`1 = 0`,
  never: () => sql`1 = 0`,
  encode,
  isNull: (column) => isNull(column),
  isNotNull: (column) => isNotNull(column),
  oneOf: (column, [first, ...more]) =>
    more.length === 0 ? eq(column, first) : inArray(column, [first, ...more]),
  noneOf: (column, [first, ...more]) =>
    more.length === 0 ? ne(column, first) : notInArray(column, [first, ...more]),
  compare: (column, is, value) => compare[is](column, value),
  rangeOf: (column) => rangeOf(formatOf(column, 'number')),
  text(column, is, value) {
    formatOf(column, 'string');
    const text = sql`cast(${column} as text)`;
    const without = sql`length(replace(${text}, ${value}, ''))`;
    // Not LIKE, which ignores case in SQLite and would need its wildcards escaped.
    return is === 'contains' ? sql`${without} < length(${text})` : sql`${without} = length(${text})`;
  },
};
