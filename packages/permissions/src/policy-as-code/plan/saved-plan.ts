import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod/v4';
import type { Dependents } from './dependents.ts';
import type { PlanOptions } from './plan-options.ts';
import { changesIn, type PolicyPlan, type PolicyStep } from './policy-step.ts';

const count = z.int().nonnegative();
const Step = z.strictObject({
  kind: z.string(),
  key: z.string(),
  change: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  destructive: z.boolean(),
  dependents: z.strictObject({ assignments: count, instances: count, relationships: count }).optional(),
});

const Saved = z.strictObject({
  version: z.literal(1),
  options: z.strictObject({
    scope: z.enum(['environment', 'table']).exactOptional(),
    ignore: z.array(z.string()).exactOptional(),
  }),
  changes: z.array(Step),
});

/** A plan as JSON, to be reviewed and applied later: its changes, with the number of their dependents. */
export interface SavedPlan {
  /** The version of the file format. */
  readonly version: 1;
  readonly options: PlanOptions;
  /** Without `unchanged` objects. */
  readonly changes: readonly SavedStep[];
}

/** The fields of `PolicyStep` as JSON, and its dependents. */
export interface SavedStep {
  readonly kind: string;
  /** Unique within its kind. */
  readonly key: string;
  readonly change: string;
  /** Absent when the object is created. */
  readonly before?: unknown;
  /** Absent when it is removed. */
  readonly after?: unknown;
  readonly destructive: boolean;
  /** From `countDependents`; absent if there are none. */
  readonly dependents?: Dependents | undefined;
}

/**
 * Parses a saved plan from the result of `JSON.parse`.
 * @throws {TypeError} naming the invalid part
 */
export function parseSavedPlan(value: unknown): SavedPlan {
  const parsed = Saved.safeParse(value);
  if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error));
  return parsed.data;
}

interface Planned {
  readonly plan: PolicyPlan;
  readonly options: PlanOptions;
  /** From `countDependents`. */
  readonly dependents: ReadonlyMap<PolicyStep, Dependents>;
}

/** Converts a plan to JSON, so that it can be applied later with `assertFresh` and `applyPlan`. */
export function savedPlanOf({ plan, options, dependents }: Planned): SavedPlan {
  const changes = changesIn(plan).map((step) => ({ ...step, dependents: dependents.get(step) }));
  // Equals the plan that will be read from the file.
  return Saved.parse(JSON.parse(JSON.stringify({ version: 1, options, changes })));
}

/** Thrown when the policy or the environment has changed since a plan was saved. The plan was not applied. */
export class StalePlanError extends Error {
  override readonly name = 'StalePlanError';
  readonly code = 'POLICY_PLAN_STALE';
  readonly differences: readonly string[];
  constructor(differences: readonly string[]) {
    super(
      `The plan is stale: the table or the environment has changed since.\n${differences.join('\n')}\nMake a new plan.`,
    );
    this.differences = differences;
  }
}

/**
 * Checks that the plan in `now` has exactly the saved changes, and that the removed objects have no more dependents. It
 * can then be applied instead.
 * @throws {StalePlanError}
 */
export function assertFresh(saved: SavedPlan, now: Planned): void {
  const before = bySubject(saved);
  const after = bySubject(savedPlanOf(now));
  const differences = [...new Set([...before.keys(), ...after.keys()])].flatMap((subject) => {
    const difference = differenceOf(before.get(subject), after.get(subject));
    return difference === undefined ? [] : [`${subject}: ${difference}`];
  });
  if (differences.length > 0) throw new StalePlanError(differences);
}

function bySubject({ changes }: SavedPlan): ReadonlyMap<string, SavedStep> {
  return new Map(changes.map((change) => [`${change.kind} ${change.key}`, change]));
}

function differenceOf(before: SavedStep | undefined, after: SavedStep | undefined): string | undefined {
  if (before === undefined) return 'is not in the plan';
  if (after === undefined) return 'no longer changes';
  const { dependents: held, ...planned } = before;
  const { dependents: holds, ...needed } = after;
  if (!isDeepStrictEqual(planned, needed)) return 'changes in another way';
  const counts = ['assignments', 'instances', 'relationships'] as const;
  const hasMore = counts.some((count) => (holds?.[count] ?? 0) > (held?.[count] ?? 0));
  return hasMore ? 'more depends on it' : undefined;
}
