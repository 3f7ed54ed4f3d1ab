import { keyAs, type KeyFormat } from './key-format.ts';
import { ListNotPlannableError } from './list-not-plannable-error.ts';
import type { ListPlan } from './list-plan.ts';
import { renderPlan, type ColumnsFor, type WhereBuilder } from './render-plan.ts';
import type { RowOrder, Scalar } from './row-condition.ts';

/** The fields of a `…WhereInput` that accept a `Value`. `Date` fields also accept strings, so they are excluded. */
type FieldOf<Where, Value> = {
  [Field in keyof Where & string]-?: [Extract<Where[Field], Value>] extends [never]
    ? never
    : [Extract<Where[Field], Date>] extends [never]
      ? Field
      : never;
}[keyof Where & string];

/** The fields that are nullable in the schema. */
type NullableOf<Where> = {
  [Field in keyof Where & string]-?: null extends Where[Field] ? Field : never;
}[keyof Where & string];

/** A field with keys: text, or another type together with its format. */
export type KeyField<Where> =
  | FieldOf<Where, string>
  | { readonly field: FieldOf<Where, string>; readonly as: 'uuid' }
  | { readonly field: FieldOf<Where, number>; readonly as: 'number' }
  | { readonly field: FieldOf<Where, bigint>; readonly as: 'bigint' };

/** A field with values of an attribute. Prisma cannot compare a required field with NULL, so nullability is declared. */
export type AttributeField<Where> =
  | Exclude<FieldOf<Where, Scalar>, NullableOf<Where>>
  | { readonly nullable: FieldOf<Where, Scalar> & NullableOf<Where> };

/** The fields of a model that a plan compares. */
export type ListFields<Where, Relation extends string = never> = ColumnsFor<
  Relation,
  KeyField<Where>,
  AttributeField<Where>
>;

/**
 * Renders the plan as the `where` of a Prisma query. Its type comes from the generated one:
 * `const where: Prisma.DocumentWhereInput = whereOf(plan, { tenant: 'tenant', id: 'id'
 * })`. Combine it with other conditions in `AND`. The columns must compare text exactly: PostgreSQL and SQLite do by
 * default; MySQL and SQL Server need a case- and accent-sensitive collation.
 * @throws {ListNotPlannableError} `missing_column`; `unsupported_condition` for `contains`, because Prisma's `contains`
 * ignores case in some databases and treats `%` and `_` as wildcards.
 */
export function whereOf<Where extends object, Relation extends string = never>(
  plan: ListPlan<Relation>,
  fields: ListFields<Where, Relation>,
): Where {
  const where = renderPlan<AnyField, PrismaWhere, Value>(plan, fields, builder);
  // `Where` types the fields; AND, OR and these filters are always in the types that Prisma generates.
  return where as Where; // oxlint-disable-line typescript/no-unsafe-type-assertion
}

type Value = Scalar | bigint;

type AnyField = string | { readonly field: string; readonly as: KeyFormat } | { readonly nullable: string };

/** The subset of a `…WhereInput` that plans use. */
type PrismaWhere =
  | { readonly AND: readonly PrismaWhere[] }
  | { readonly OR: readonly PrismaWhere[] }
  | { readonly [field: string]: PrismaFilter };

type PrismaFilter =
  | { readonly equals: Value | null }
  | { readonly not: Value | null }
  | { readonly in: readonly Value[] }
  | { readonly notIn: readonly Value[] }
  | { readonly [order in 'lt' | 'lte' | 'gt' | 'gte']?: number };

const orders = {
  'less-than': 'lt',
  'less-than-equals': 'lte',
  'greater-than': 'gt',
  'greater-than-equals': 'gte',
} as const satisfies Record<RowOrder, string>;

function filter(field: AnyField, condition: PrismaFilter): PrismaWhere {
  if (typeof field === 'string') return { [field]: condition };
  return { ['field' in field ? field.field : field.nullable]: condition };
}

/** A condition that matches no row. Prisma: "OR with an empty list returns an empty list". */
const never: PrismaWhere = { OR: [] };

const builder: WhereBuilder<AnyField, PrismaWhere, Value> = {
  all: (parts) => ({ AND: parts }),
  any: (parts) => ({ OR: parts }),
  never: () => never,
  encode: (field, value) =>
    typeof value === 'string' && typeof field === 'object' && 'as' in field ? keyAs(field.as, value) : value,
  isNull: (field) => (isNullable(field) ? filter(field, { equals: null }) : never),
  isNotNull: (field) => (isNullable(field) ? filter(field, { not: null }) : { AND: [] }),
  oneOf: (field, [first, ...more]) =>
    filter(field, more.length === 0 ? { equals: first } : { in: [first, ...more] }),
  noneOf: (field, [first, ...more]) =>
    filter(field, more.length === 0 ? { not: first } : { notIn: [first, ...more] }),
  compare: (field, is, value) => filter(field, { [orders[is]]: value }),
  text() {
    throw new ListNotPlannableError(
      'unsupported_condition',
      'Prisma cannot compare a part of a text exactly: use another condition than "contains".',
    );
  },
};

function isNullable(field: AnyField): boolean {
  return typeof field === 'object' && 'nullable' in field;
}
