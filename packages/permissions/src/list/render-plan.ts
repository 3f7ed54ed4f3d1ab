import type { AttributeTable } from '../core/policy.ts';
import { isIn, type IntegerRange } from './key-format.ts';
import { ListNotPlannableError, type ListAlternative, type ListPlan } from './list-plan.ts';
import type { ColumnType, RowComparison, RowCondition, RowOrder, Scalar } from './row-condition.ts';

export interface PlanColumns<Column> {
  readonly tenant: Column;
  readonly id: Column;
  readonly relations?: Readonly<Partial<Record<string, Column>>>;
  readonly attributes?: Readonly<Partial<Record<string, Column>>>;
}

/**
 * A column for each relation of the plan, if the compiler knows them, and for each attribute that a condition compares.
 * `ByType` maps attribute types to column types.
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
  // A plan that was made without relations compares none: name them in the options of `list`.
} & ([Relation] extends [never]
  ? { readonly relations?: Readonly<Record<string, never>> }
  : string extends Relation
    ? {
        /** The columns with the keys of linked instances, by relation. Default: none. */
        readonly relations?: Readonly<Record<string, KeyColumn>>;
      }
    : {
        /** The columns with the keys of linked instances, by relation. */
        readonly relations: Readonly<Record<Relation, KeyColumn>>;
      });

/** Not an empty object type for a resource without attributes: it would accept any name. */
type AttributeColumns<Attributes extends AttributeTable, ByType> = [keyof Attributes] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Name in keyof Attributes]?: ByType[Attributes[Name] & keyof ByType] };

export type ValueKind = 'key' | ColumnType;

export interface WhereBuilder<Column, Where, Value> {
  all(parts: readonly Where[]): Where;
  any(parts: readonly Where[]): Where;
  never(): Where;
  /** `undefined` if the column cannot hold the value. */
  encode(column: Column, value: Scalar, kind: ValueKind): Value | undefined;
  isNull(column: Column): Where;
  isNotNull(column: Column): Where;
  oneOf(column: Column, values: readonly [Value, ...Value[]]): Where;
  /** The column is not NULL, either. */
  noneOf(column: Column, values: readonly [Value, ...Value[]]): Where;
  /** `value` is in the column's range. */
  compare(column: Column, is: RowOrder, value: number): Where;
  /** `undefined` for a column that can hold any number. */
  rangeOf(column: Column): IntegerRange | undefined;
  /** `lacks`: the text is not NULL, either. `value` is never empty. */
  text(column: Column, is: 'contains' | 'lacks', value: string): Where;
}

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
    values.flatMap((value) => {
      const range = kind === 'number' ? builder.rangeOf(column) : undefined;
      if (typeof value === 'number' && range !== undefined && !isIn(range, value)) return [];
      return builder.encode(column, value, kind) ?? [];
    });
  /** A whole number is less than 2.5 if it is at most 2, and always less than a number above its column's range. */
  const ordered = (column: Column, is: RowOrder, value: number): Where => {
    const range = builder.rangeOf(column);
    if (range === undefined || isIn(range, value)) return builder.compare(column, is, value);
    const isBelow = is === 'less-than' || is === 'less-than-equals';
    const whole = isBelow ? Math.floor(value) : Math.ceil(value);
    if (whole > range.to) return isBelow ? builder.isNotNull(column) : builder.never();
    if (whole < range.from) return isBelow ? builder.never() : builder.isNotNull(column);
    return builder.compare(column, isBelow ? 'less-than-equals' : 'greater-than-equals', whole);
  };

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
        return ordered(column, comparison.is, comparison.value);
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
