import { isDeepStrictEqual } from 'node:util';
import type { Change, StepKind, StepOf, StepValues } from './policy-step.ts';

/** The fields whose arrays are unordered. */
const unorderedFields = new Set(['actions', 'extends', 'from', 'permissions']);

/** Whether two values are deeply equal, ignoring the order of items in `unorderedFields`. */
function sameValue(one: object, other: object): boolean {
  return isDeepStrictEqual(withSortedLists(one), withSortedLists(other));
}

function withSortedLists(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([field, part]: [string, unknown]) => [
      field,
      unorderedFields.has(field) && Array.isArray(part) ? part.map(comparableText).toSorted() : part,
    ]),
  );
}

/** A text for comparing items: it is the same for equal items, regardless of the order of their fields. */
export function comparableText(item: unknown): string {
  return typeof item === 'object' && item !== null
    ? JSON.stringify(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : String(item);
}

/** An object before and after a step. */
interface Sides<Kind extends StepKind> {
  readonly key: string;
  readonly before: StepValues[Kind] | undefined;
  readonly after: StepValues[Kind] | undefined;
  /** Whether the object is unchanged. Default: deep equality of `before` and `after`. */
  readonly same?: boolean;
  /** Whether Permit cannot change the object, so that it must be replaced. Default: false. */
  readonly isImmutable?: boolean;
}

/** The step from `before` to `after`. */
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

/** The step that moves the dependents of `before` to `after`, an object with another key, and then removes `before`. */
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

/** The keys of both maps, starting with those of `wanted`. */
export function keysOf<Value>(
  wanted: ReadonlyMap<string, Value> | undefined,
  present: ReadonlyMap<string, Value> | undefined,
): string[] {
  return [...new Set([...(wanted?.keys() ?? []), ...(present?.keys() ?? [])])];
}
