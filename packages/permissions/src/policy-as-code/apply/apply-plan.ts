import {
  type PermitClient,
  createPermitClient,
  type PermitClientOptions,
} from '../../permit/client/permit-client.ts';
import {
  changesIn,
  type PolicyPlan,
  type PolicyStep,
  type StepKind,
  type StepOf,
  type StepValues,
} from '../plan/policy-step.ts';
import { resourceSteps } from './resource-steps.ts';
import { ruleSteps, type StepHandler, type StepHandlers } from './rule-steps.ts';
import type { MoveAgain } from './move-facts.ts';
import type { Policy } from '../../core/policy.ts';
import { cautiousLimits } from '../../permit/client/token-bucket.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import { readEnvironment } from '../environment/read-environment.ts';

/** Options of `applyPlan`. */
export interface ApplyPlanOptions {
  /** The client, from `createPermitClient`. Create it with the `limits` of your Permit plan. */
  readonly client: PermitClient;
  /**
   * Whether to remove objects that the policy does not define, and to replace objects that Permit cannot change.
   * Default: false.
   */
  readonly allowDestructive?: boolean;
  /** Called after each applied step. Optional. */
  readonly onProgress?: (progress: ApplyProgress) => void;
}

/** The progress of `applyPlan`, in steps. */
export interface ApplyProgress {
  readonly step: PolicyStep;
  readonly done: number;
  readonly total: number;
}

/** The result of `applyPlan`. */
export interface AppliedPlan {
  /** In order. */
  readonly taken: readonly PolicyStep[];
  /**
   * The steps that were skipped for lack of `allowDestructive`: removals, and moves that would lose data. The objects
   * still exist.
   */
  readonly left: readonly PolicyStep[];
}

/**
 * Thrown when a plan replaces objects and `allowDestructive` is false. Nothing was changed. To replace an object, it
 * must first be removed, together with everything that depends on it.
 */
export class DestructivePlanError extends Error {
  override readonly name = 'DestructivePlanError';
  readonly code = 'POLICY_DESTRUCTIVE';
  /** Those that would replace an object. */
  readonly steps: readonly PolicyStep[];
  constructor(steps: readonly PolicyStep[]) {
    const names = steps.map(({ kind, key }) => `${kind} ${key}`).join(', ');
    super(
      `Permit cannot change these objects. Replacing them removes them first, which must be allowed: ${names}.`,
    );
    this.steps = steps;
  }
}

/**
 * Applies the steps in order. After a failure, the earlier steps remain applied: create a new plan and apply it.
 *
 * ```ts
 * const plan = planPolicy(policy, await readEnvironment(client));
 * const { taken, left } = await applyPlan(plan, { client });
 * ```
 * @throws {DestructivePlanError} when the plan replaces objects without `allowDestructive`; nothing was changed
 * @throws {PermitApiError}
 */
export async function applyPlan(
  plan: PolicyPlan,
  { client, allowDestructive = false, onProgress = () => {} }: ApplyPlanOptions,
): Promise<AppliedPlan> {
  const changes = changesIn(plan);
  const replaced = changes.filter(({ change, destructive }) => change === 'replaced' && destructive);
  if (!allowDestructive && replaced.length > 0) throw new DestructivePlanError(replaced);

  const applicable = changes.filter(({ destructive }) => allowDestructive || !destructive);
  const moves: Move[] = [];
  const finishMoves = async () => {
    const done = moves.splice(0);
    for (const { again } of done) await again();
    // Last: Permit removes a resource's relationships with it, and `again` would take back their copies.
    for (const { remove } of done) await remove();
  };
  /* oxlint-disable no-await-in-loop -- a step depends on the steps before it */
  for (const [index, step] of applicable.entries()) {
    // After the rules about the old role or resource.
    if (step.change === 'removed' && step.kind !== 'rule') await finishMoves();
    moves.push(...(await applyStep(client, step)));
    onProgress({ step, done: index + 1, total: applicable.length });
  }
  /* oxlint-enable no-await-in-loop */
  await finishMoves();
  return { taken: applicable, left: changes.filter((step) => !applicable.includes(step)) };
}

/** A move, whose old object is still there. */
interface Move {
  readonly again: MoveAgain;
  readonly remove: () => Promise<unknown>;
}

const handlers: StepHandlers<StepKind> = { ...resourceSteps, ...ruleSteps };

/**
 * Removing an object that no longer exists succeeds.
 * @returns the move, if it is one
 * @throws {PermitApiError}
 */
async function applyStep<Kind extends StepKind>(client: PermitClient, step: StepOf<Kind>): Promise<Move[]> {
  const { change, before, after } = step;
  const handler: StepHandler<StepValues[Kind]> = handlers[step.kind];
  if ((change === 'removed' || change === 'replaced') && before !== undefined) {
    await handler.remove?.(client, before);
  }
  if ((change === 'created' || change === 'replaced') && after !== undefined) {
    await handler.create(client, after);
  }
  if (change === 'updated' && before !== undefined && after !== undefined) {
    await handler.update?.(client, after, before);
  }
  if (change !== 'moved' || before === undefined || after === undefined) return [];
  const again = await handler.move?.(client, before, after);
  return again === undefined ? [] : [{ again, remove: async () => handler.remove?.(client, before) }];
}

/** An object of the policy, and its change. */
export type PolicyChange = Pick<PolicyStep, 'kind' | 'key' | 'change'>;

/**
 * Makes the policy's objects in Permit match the policy, for scripts; others remain. Idempotent, so call it again after
 * a failure. The default of `limits` is `cautiousLimits`. For a preview, use `planPolicy` and `applyPlan`.
 *
 * ```ts
 * await applyPolicy(policy, { apiUrl: 'https://api.permit.io', apiKey: env.PERMIT_API_KEY });
 * ```
 * @param report - Called after each change. Optional.
 * @returns every object of the policy with its change, including `unchanged` ones
 * @throws {DestructivePlanError} when Permit would have to replace an object; nothing was changed
 * @throws {PermitApiError}
 */
export async function applyPolicy(
  policy: Policy,
  options: PermitClientOptions,
  report: (change: PolicyChange) => void = () => {},
): Promise<PolicyChange[]> {
  const client = createPermitClient({ limits: cautiousLimits, ...options });
  const plan = planPolicy(policy, await readEnvironment(client));
  const { left } = await applyPlan(plan, { client, onProgress: ({ step }) => report(step) });
  return plan.steps
    .filter((step) => !left.includes(step))
    .map(({ kind, key, change }) => ({ kind, key, change }));
}
