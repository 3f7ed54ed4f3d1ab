import type { CallPermit } from '../../permit/permit-caller.ts';
import { createPacedCaller } from './throttled-caller.ts';
import { changesIn, type PolicyPlan, type PolicyStep } from '../plan/policy-step.ts';
import { takeStep } from './apply-step.ts';

export interface ApplyPlanOptions {
  readonly call: CallPermit;
  /** Whether what the table does not name is removed, and what cannot be changed is made anew. */
  readonly allowDestructive?: boolean;
  /** After each step that was taken. */
  readonly onProgress?: (progress: ApplyProgress) => void;
}

export interface ApplyProgress {
  readonly step: PolicyStep;
  /** Steps taken so far, of how many. */
  readonly done: number;
  readonly total: number;
}

export interface AppliedPlan {
  readonly taken: readonly PolicyStep[];
  /** Removals that were not allowed: things that the table does not name, and that are still there. */
  readonly left: readonly PolicyStep[];
}

/** Thrown before anything is changed: without removing something the environment cannot get to what the table says. */
export class DestructivePlanError extends Error {
  override readonly name = 'DestructivePlanError';
  readonly code = 'POLICY_DESTRUCTIVE';
  readonly steps: readonly PolicyStep[];
  constructor(steps: readonly PolicyStep[]) {
    const names = steps.map(({ kind, key }) => `${kind} ${key}`).join(', ');
    super(
      `Permit cannot change these, only remove them and make them anew, which has to be allowed: ${names}.`,
    );
    this.steps = steps;
  }
}

/**
 * Takes the steps of a plan in their order, within Permit's limits of rate. Whatever was done before a failure stays;
 * plan and apply again to go on from there.
 * @throws {DestructivePlanError} @throws {PermitApiError}
 */
export async function applyPlan(
  plan: PolicyPlan,
  { call, allowDestructive = false, onProgress = () => {} }: ApplyPlanOptions,
): Promise<AppliedPlan> {
  const changes = changesIn(plan);
  const replaced = changes.filter(({ change }) => change === 'replaced');
  if (!allowDestructive && replaced.length > 0) throw new DestructivePlanError(replaced);

  const wanted = changes.filter(({ destructive }) => allowDestructive || !destructive);
  const caller = createPacedCaller(call);
  for (const [index, step] of wanted.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- steps build on each other
    await takeStep(caller, step);
    onProgress({ step, done: index + 1, total: wanted.length });
  }
  return { taken: wanted, left: changes.filter((step) => !wanted.includes(step)) };
}
