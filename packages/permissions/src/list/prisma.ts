import type { AttributeTable } from '../core/policy.ts';
import { keyAs, rangeOf, type KeyFormat, type WholeFormat } from './key-format.ts';
import { ListNotPlannableError, type ListPlan } from './list-plan.ts';
import { renderPlan, type ColumnsFor, type PlanColumns, type WhereBuilder } from './render-plan.ts';
import type { ColumnType, RowOrder, Scalar } from './row-condition.ts';

/** The fields of a `…WhereInput` that accept a `Value`. `Date` fields also accept strings, so they are excluded. */
type FieldOf<Where, Value> = {
  [Field in keyof Where & string]-?: [Extract<Where[Field], Value>] extends [never]
    ? never
    : [Extract<Where[Field], Date>] extends [never]
      ? Field
      : never;
}[keyof Where & string];

type NullableOf<Where> = {
  [Field in keyof Where & string]-?: null extends Where[Field] ? Field : never;
}[keyof Where & string];

/** Text, or another type together with its format. */
export type KeyField<Where> =
  | FieldOf<Where, string>
  | { readonly field: FieldOf<Where, string>; readonly as: 'uuid' }
  | { readonly field: FieldOf<Where, number>; readonly as: WholeFormat }
  | { readonly field: FieldOf<Where, bigint>; readonly as: 'bigint' };

/** Declares whether the field is nullable, because Prisma cannot compare a required field with NULL. */
export type AttributeField<Where, Value extends Scalar> =
  | Exclude<FieldOf<Where, Value>, NullableOf<Where>>
  | { readonly nullable: FieldOf<Where, Value> & NullableOf<Where> };

/** Also declares the format, because Prisma rejects a query that compares an `Int` with 2.5. */
export type NumberField<Where> = {
  readonly as: WholeFormat | 'float';
} & (
  | { readonly field: Exclude<FieldOf<Where, number>, NullableOf<Where>> }
  | { readonly nullable: FieldOf<Where, number> & NullableOf<Where> }
);

interface AttributeFields<Where> {
  readonly string: AttributeField<Where, string>;
  readonly time: AttributeField<Where, string>;
  readonly number: NumberField<Where>;
  readonly bool: AttributeField<Where, boolean>;
}

export type ListFields<
  Where,
  Relation extends string = never,
  Attributes extends AttributeTable = AttributeTable,
> = ColumnsFor<Relation, Attributes, KeyField<Where>, AttributeFields<Where>>;

/** For calls in which `prismaWhere` does not know the model. */
type AnyKeyField = string | { readonly field: string; readonly as: KeyFormat };

/** For a plan without attributes. */
type KeyFields<Relation extends string> = ColumnsFor<
  Relation,
  Readonly<Record<never, never>>,
  AnyKeyField,
  Readonly<Record<ColumnType, never>>
>;

type LinkedIn<Fields> = Fields extends { readonly relations: infer Relations }
  ? Extract<Relations[keyof Relations], AnyKeyField>
  : never;

/** One condition for each field, so that the compiler checks each name against the model. */
interface KeyConditions<Field extends AnyKeyField> {
  AND?: (Field extends Field ? KeyCondition<Field> : never)[];
}

type KeyCondition<Field extends AnyKeyField> = Field extends string
  ? { [Name in Field]: { in: string[] } }
  : Field extends { readonly field: infer Name extends string; readonly as: infer Format }
    ? {
        [N in Name]: {
          in: Format extends WholeFormat ? number[] : Format extends 'bigint' ? bigint[] : string[];
        };
      }
    : never;

/**
 * Renders the plan as the `where` of a Prisma query. The type that the result is assigned to determines the valid field
 * names:
 *
 * ```ts
 * const where: Prisma.ReportWhereInput = prismaWhere(plan, { tenant: 'tenant', id: 'id' });
 * ```
 *
 * In a query, combine it with other conditions as `where: { AND: [prismaWhere(…), …] }`. The columns must compare text
 * exactly: PostgreSQL and SQLite do by default; MySQL and SQL Server need a case- and accent-sensitive collation.
 * @throws {ListNotPlannableError} `missing_column`; `unsupported_condition` for `contains`, because Prisma's `contains`
 * ignores case in some databases and treats `%` and `_` as wildcards.
 */
export function prismaWhere<
  Where extends object | undefined,
  Relation extends string = never,
  Attributes extends AttributeTable = AttributeTable,
>(plan: ListPlan<Relation, Attributes>, fields: ListFields<NonNullable<Where>, Relation, Attributes>): Where;
/**
 * For use directly in a query: `where: prismaWhere(…)`. Accepts no attributes, because Prisma's types do not reveal
 * there which fields may be NULL.
 */
export function prismaWhere<Relation extends string, const Fields extends KeyFields<Relation>>(
  plan: ListPlan<Relation>,
  fields: Fields,
): KeyConditions<Fields['tenant' | 'id'] | LinkedIn<Fields>>;
export function prismaWhere(plan: ListPlan, fields: PlanColumns<AnyField>): object {
  return renderPlan<AnyField, PrismaWhere, Value>(plan, fields, builderFor(fields.tenant));
}

type Value = Scalar | bigint;

type AnyField =
  | string
  | { readonly field: string; readonly as: KeyFormat | 'float' }
  | { readonly nullable: string; readonly as?: WholeFormat | 'float' };

/** What plans use of a `…WhereInput`. */
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

/**
 * Never renders an empty list: Prisma 7 ignores an empty `AND` or `OR` within another one, so a condition that should
 * match no row would match every row.
 */
function builderFor(tenant: AnyField): WhereBuilder<AnyField, PrismaWhere, Value> {
  const never = filter(tenant, { in: [] });
  const always = filter(tenant, { notIn: [] });
  return {
    all: (parts) => (parts.length === 0 ? always : { AND: parts }),
    any: (parts) => (parts.length === 0 ? never : { OR: parts }),
    never: () => never,
    encode(field, value) {
      const format = formatOf(field);
      return typeof value === 'string' && format !== undefined && format !== 'float'
        ? keyAs(format, value)
        : value;
    },
    isNull: (field) => (isNullable(field) ? filter(field, { equals: null }) : never),
    isNotNull: (field) => (isNullable(field) ? filter(field, { not: null }) : always),
    oneOf: (field, [first, ...more]) =>
      filter(field, more.length === 0 ? { equals: first } : { in: [first, ...more] }),
    noneOf: (field, [first, ...more]) =>
      filter(field, more.length === 0 ? { not: first } : { notIn: [first, ...more] }),
    compare: (field, is, value) => filter(field, { [orders[is]]: value }),
    rangeOf: (field) => rangeOf(formatOf(field) ?? 'float'),
    text() {
      throw new ListNotPlannableError(
        'unsupported_condition',
        'Prisma cannot compare a part of a text exactly: use another condition than "contains".',
      );
    },
  };
}

function formatOf(field: AnyField): KeyFormat | 'float' | undefined {
  return typeof field === 'object' ? field.as : undefined;
}

function isNullable(field: AnyField): boolean {
  return typeof field === 'object' && 'nullable' in field;
}
