import { isDeepStrictEqual } from 'node:util';
import { mapValues } from '../../core/records.ts';
import type { Change, StepKind, StepOf, StepValues } from './policy-step.ts';

const unorderedFields = new Set(['actions', 'extends', 'from', 'permissions']);

/** Deeply, ignoring the order of items in `unorderedFields`. */
function sameValue(one: object, other: object): boolean {
  return isDeepStrictEqual(withSortedLists(one), withSortedLists(other));
}

function withSortedLists(value: object): Record<string, unknown> {
  return mapValues<unknown, unknown>({ ...value }, (part, field) =>
    unorderedFields.has(field) && Array.isArray(part) ? part.map(comparableText).toSorted() : part,
  );
}

/** The same for equal items, regardless of the order of their fields. */
export function comparableText(item: unknown): string {
  return typeof item === 'object' && item !== null
    ? JSON.stringify(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : String(item);
}

interface Sides<Kind extends StepKind> {
  readonly key: string;
  readonly before: StepValues[Kind] | undefined;
  readonly after: StepValues[Kind] | undefined;
  /** Default: deep equality. */
  readonly same?: boolean;
  /** Whether Permit cannot change the object and must replace it. Default: false. */
  readonly isImmutable?: boolean;
}

export function stepBetween<Kind extends StepKind>(kind: Kind, sides: Sides<Kind>): StepOf<Kind> {
  const { key, before, after } = sides;
  const change = changeBetween(sides);
  return { kind, key, change, before, after, destructive: change === 'removed' || change === 'replaced' };
}

function changeBetween<Kind extends StepKind>({ before, after, same, isImmutable }: Sides<Kind>): Change {
  if (before === undefined) return 'created';
  if (after === undefined) return 'removed';
  if (same ?? sameValue(before, after)) return 'unchanged';
  return isImmutable === true ? 'replaced' : 'updated';
}

/** Moves the dependents of `before` to an object with another key, then removes `before`. */
export function stepToMove<Kind extends StepKind>(
  kind: Kind,
  sides: {
    readonly key: string;
    readonly before: StepValues[Kind];
    readonly after: StepValues[Kind];
    /** Whether some dependents cannot be moved. */
    readonly destructive?: boolean;
  },
): StepOf<Kind> {
  return { kind, change: 'moved', destructive: false, ...sides };
}

/** Those of `wanted` first. */
export function keysOf<Value>(
  wanted: ReadonlyMap<string, Value> | undefined,
  present: ReadonlyMap<string, Value> | undefined,
): string[] {
  return [...new Set([...(wanted?.keys() ?? []), ...(present?.keys() ?? [])])];
}
