import type { AttributeTable } from '../core/policy.ts';
import { ListNotPlannableError, type ListAlternative, type ListPlan } from './list-plan.ts';
import type { ColumnType, RowComparison, RowCondition, RowOrder, Scalar } from './row-condition.ts';

/** The columns of a table, by their meaning in the policy. */
export interface PlanColumns<Column> {
  /** The key of the tenant that a row belongs to. */
  readonly tenant: Column;
  /** The instance key. */
  readonly id: Column;
  /** Keys of linked instances, by relation. Default: none. */
  readonly relations?: Readonly<Partial<Record<string, Column>>>;
  /** By attribute name. Default: none. */
  readonly attributes?: Readonly<Partial<Record<string, Column>>>;
}

/**
 * The columns that a plan needs: one for each relation that it was planned with, if the compiler knows them, and one
 * for each attribute that a condition compares. `ByType` has the type of a column for each type of attribute.
 */
export type ColumnsFor<
  Relation extends string,
  Attributes extends AttributeTable,
  KeyColumn,
  ByType extends Readonly<Record<ColumnType, unknown>>,
> = {
  /** The column with the tenant key. Its text is compared exactly. */
  readonly tenant: KeyColumn;
  /** The column with the instance key, the `key` in the policy's `resource:key`. */
  readonly id: KeyColumn;
  /** The columns of the policy's attributes, by attribute name. Default: none. */
  readonly attributes?: AttributeColumns<Attributes, ByType>;
} & (IsKnown<Relation> extends true
  ? {
      /** The columns with the keys of linked instances, by relation. */
      readonly relations: Readonly<Record<Relation, KeyColumn>>;
    }
  : {
      /** The columns with the keys of linked instances, by relation. Default: none. */
      readonly relations?: Readonly<Record<string, KeyColumn>>;
    });

/** Not an empty object type for a resource without attributes, which would accept any names. */
type AttributeColumns<Attributes extends AttributeTable, ByType> = [keyof Attributes] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Name in keyof Attributes]?: ByType[Attributes[Name] & keyof ByType] };

/** Whether the names are known literals. False for a plan without relations, and for one that was stored as JSON. */
type IsKnown<Name extends string> = [Name] extends [never] ? false : string extends Name ? false : true;

/** The meaning of a value in the plan: a tenant key, an instance key, or an attribute value. */
export type ValueKind = 'key' | ColumnType;

/** How a query builder renders conditions. */
export interface WhereBuilder<Column, Where, Value> {
  all(parts: readonly Where[]): Where;
  any(parts: readonly Where[]): Where;
  /** A condition that matches no row. */
  never(): Where;
  /** Converts the value to the column's type; `undefined` if the column cannot hold it. */
  encode(column: Column, value: Scalar, kind: ValueKind): Value | undefined;
  isNull(column: Column): Where;
  isNotNull(column: Column): Where;
  /** `values` is not empty. */
  oneOf(column: Column, values: readonly [Value, ...Value[]]): Where;
  /** Not NULL, and none of the values. `values` is not empty. */
  noneOf(column: Column, values: readonly [Value, ...Value[]]): Where;
  compare(column: Column, is: RowOrder, value: number): Where;
  /** Whether the text contains `value`, which is not empty. `lacks`: not NULL and does not contain it. */
  text(column: Column, is: 'contains' | 'lacks', value: string): Where;
}

/** Renders a plan as a query condition. All entry points share this translation. */
export function renderPlan<Column, Where, Value>(
  plan: ListPlan,
  columns: PlanColumns<Column>,
  builder: WhereBuilder<Column, Where, Value>,
): Where {
  const oneOf = (column: Column, values: readonly Scalar[], kind: ValueKind): Where => {
    const [first, ...more] = encoded(column, values, kind);
    return first === undefined ? builder.never() : builder.oneOf(column, [first, ...more]);
  };
  const encoded = (column: Column, values: readonly Scalar[], kind: ValueKind): Value[] =>
    values.flatMap((value) => builder.encode(column, value, kind) ?? []);

  const ofAlternative = (alternative: ListAlternative): Where => {
    if (alternative.by === 'id') return oneOf(columns.id, alternative.keys, 'key');
    if (alternative.by === 'condition') return ofCondition(alternative.where);
    return oneOf(columnOf(columns, 'relations', alternative.relation), alternative.keys, 'key');
  };
  const ofCondition = (condition: RowCondition): Where => {
    if ('all' in condition) return builder.all(condition.all.map(ofCondition));
    if ('any' in condition) return builder.any(condition.any.map(ofCondition));
    return ofComparison(condition);
  };
  const ofComparison = (comparison: RowComparison): Where => {
    const column = columnOf(columns, 'attributes', comparison.attribute);
    switch (comparison.is) {
      case 'absent':
        return builder.isNull(column);
      case 'present':
        return builder.isNotNull(column);
      case 'in':
        return oneOf(column, comparison.values, comparison.type);
      case 'not-in': {
        const [first, ...more] = encoded(column, comparison.values, comparison.type);
        return first === undefined ? builder.isNotNull(column) : builder.noneOf(column, [first, ...more]);
      }
      case 'contains':
      case 'lacks':
        return builder.text(column, comparison.is, comparison.value);
      default:
        return builder.compare(column, comparison.is, comparison.value);
    }
  };

  if (plan.kind === 'none') return builder.never();
  const inTenant = oneOf(columns.tenant, [plan.tenant], 'key');
  return plan.kind === 'all' ? inTenant : builder.all([inTenant, builder.any(plan.any.map(ofAlternative))]);
}

function columnOf<Column>(
  columns: PlanColumns<Column>,
  kind: 'relations' | 'attributes',
  name: string,
): Column {
  const given = columns[kind] ?? {};
  const column = Object.hasOwn(given, name) ? given[name] : undefined;
  if (column !== undefined) return column;
  throw new ListNotPlannableError('missing_column', `The plan needs the column of ${kind}.${name}.`);
}

/** The type of a column with keys, if it is not text. Keys in Permit are strings. */
export type KeyFormat = 'number' | 'bigint' | 'uuid';

const formats = {
  number: (key: string) =>
    Number.isSafeInteger(Number(key)) && String(Number(key)) === key ? Number(key) : undefined,
  bigint: (key: string) => (/^(0|-?[1-9][0-9]{0,18})$/.test(key) ? within64Bits(BigInt(key)) : undefined),
  uuid: (key: string) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? key : undefined),
} satisfies Record<KeyFormat, (key: string) => unknown>;

/**
 * Converts a Permit key to the column's type; `undefined` when no row can have this key. Only the canonical form
 * matches: `"042"` matches no row, although a database would find row 42 with it.
 */
export function keyAs(format: KeyFormat, key: string): string | number | bigint | undefined {
  return formats[format](key);
}

function within64Bits(key: bigint): bigint | undefined {
  return BigInt.asIntN(64, key) === key ? key : undefined;
}
