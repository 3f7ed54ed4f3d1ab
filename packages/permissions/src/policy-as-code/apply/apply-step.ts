import type { PacedCaller } from './throttled-caller.ts';
import type { StepKind, StepOf, StepValues } from '../plan/policy-step.ts';
import { resourceSteps } from './resource-steps.ts';
import { ruleSteps } from './rule-steps.ts';
import { unlessMissing } from './unless-missing.ts';

/** How one kind of thing is made, changed and removed in Permit. */
export interface Taker<Value> {
  readonly create: (caller: PacedCaller, after: Value) => Promise<unknown>;
  /** Absent where Permit has no way to change one. */
  readonly update?: (caller: PacedCaller, after: Value, before: Value) => Promise<unknown>;
  /** Absent where it goes with something else. */
  readonly remove?: (caller: PacedCaller, before: Value) => Promise<unknown>;
}

export type Takers<Kind extends StepKind> = { readonly [K in Kind]: Taker<StepValues[K]> };

const takers: Takers<StepKind> = { ...resourceSteps, ...ruleSteps };

/** Carries one step out. Removing what is gone already is no failure. @throws {PermitApiError} */
export async function takeStep<Kind extends StepKind>(
  caller: PacedCaller,
  step: StepOf<Kind>,
): Promise<void> {
  const { change, before, after } = step;
  const taker: Taker<StepValues[Kind]> = takers[step.kind];
  if ((change === 'removed' || change === 'replaced') && before !== undefined) {
    await unlessMissing(() => taker.remove?.(caller, before));
  }
  if ((change === 'created' || change === 'replaced') && after !== undefined) {
    await taker.create(caller, after);
  }
  if (change === 'updated' && before !== undefined && after !== undefined) {
    await taker.update?.(caller, after, before);
  }
}
