import { valueOf } from '../core/records.ts';
import type { ListAlternative, ListPlan } from './list-plan.ts';
import type { RowComparison, RowCondition, RowOrder } from './row-condition.ts';

export interface ListRow {
  /** The key of the tenant that the row belongs to. */
  readonly tenant: string;
  /** The instance key. */
  readonly id: string;
  /** The keys of linked instances, by relation. Default: none. */
  readonly relations?: Readonly<Record<string, string | null | undefined>>;
  /** The attribute values, by name; `null` means that the row does not have the attribute. Default: none. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Whether a row in memory is in the list. */
export function meets(plan: ListPlan, row: ListRow): boolean {
  if (row.tenant !== plan.tenant || plan.kind === 'none') return false;
  return plan.kind === 'all' || plan.any.some((alternative) => describes(alternative, row));
}

function describes(alternative: ListAlternative, { id, relations = {}, attributes = {} }: ListRow): boolean {
  if (alternative.by === 'id') return alternative.keys.includes(id);
  if (alternative.by === 'condition') return holds(alternative.where, attributes);
  const linked = relations[alternative.relation];
  return typeof linked === 'string' && alternative.keys.includes(linked);
}

function holds(condition: RowCondition, attributes: Readonly<Record<string, unknown>>): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, attributes));
  if ('any' in condition) return condition.any.some((part) => holds(part, attributes));
  return compares(condition, valueOf(attributes, condition.attribute) ?? undefined);
}

const orders: Readonly<Record<RowOrder, (left: number, right: number) => boolean>> = {
  'less-than': (left, right) => left < right,
  'less-than-equals': (left, right) => left <= right,
  'greater-than': (left, right) => left > right,
  'greater-than-equals': (left, right) => left >= right,
};

function compares(comparison: RowComparison, value: unknown): boolean {
  if (value === undefined) return comparison.is === 'absent';
  switch (comparison.is) {
    case 'absent':
      return false;
    case 'present':
      return true;
    case 'in':
      return comparison.values.some((one) => one === value);
    case 'not-in':
      return comparison.values.every((one) => one !== value);
    case 'contains':
      return typeof value === 'string' && value.includes(comparison.value);
    case 'lacks':
      return typeof value === 'string' && !value.includes(comparison.value);
    default:
      return typeof value === 'number' && orders[comparison.is](value, comparison.value);
  }
}
