import { isDeepStrictEqual } from 'node:util';
import type { Change, StepKind, StepOf, StepValues } from './policy-step.ts';

/** The lists whose order means nothing. */
const unordered = new Set(['actions', 'extends', 'from', 'permissions']);

/** Whether two values say the same. */
function sameValue(one: object, other: object): boolean {
  return isDeepStrictEqual(ordered(one), ordered(other));
}

function ordered(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([field, part]: [string, unknown]) => [
      field,
      unordered.has(field) && Array.isArray(part) ? part.map(orderOf).toSorted() : part,
    ]),
  );
}

/** A text that is the same for the same item, whatever the order of its fields. */
export function orderOf(item: unknown): string {
  return typeof item === 'object' && item !== null
    ? JSON.stringify(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : String(item);
}

interface Sides<Kind extends StepKind> {
  readonly key: string;
  readonly before: StepValues[Kind] | undefined;
  readonly after: StepValues[Kind] | undefined;
  /** Whether nothing is to be done, where the two values alone do not tell. */
  readonly same?: boolean;
  /** Whether Permit cannot change the one into the other. */
  readonly fixed?: boolean;
}

export function stepBetween<Kind extends StepKind>(kind: Kind, sides: Sides<Kind>): StepOf<Kind> {
  const { key, before, after } = sides;
  const change = changeBetween(sides);
  return { kind, key, change, before, after, destructive: change === 'removed' || change === 'replaced' };
}

function changeBetween<Kind extends StepKind>({ before, after, same, fixed }: Sides<Kind>): Change {
  if (before === undefined) return 'created';
  if (after === undefined) return 'removed';
  if (same ?? sameValue(before, after)) return 'unchanged';
  return fixed === true ? 'replaced' : 'updated';
}

/** Every key of either, those that are wanted first. */
export function keysOf<Value>(
  wanted: ReadonlyMap<string, Value> | undefined,
  present: ReadonlyMap<string, Value> | undefined,
): string[] {
  return [...new Set([...(wanted?.keys() ?? []), ...(present?.keys() ?? [])])];
}
