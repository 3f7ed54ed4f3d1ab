import type { StepKind, StepOf, StepValues } from '../plan/policy-step.ts';
import { ignoreNotFound } from './ignore-not-found.ts';
import { resourceSteps } from './resource-steps.ts';
import { ruleSteps } from './rule-steps.ts';
import type { StepHandler, StepHandlers } from './step-handler.ts';
import type { ThrottledCaller } from './throttled-caller.ts';

const handlers: StepHandlers<StepKind> = { ...resourceSteps, ...ruleSteps };

/** Applies one step. Removing an object that no longer exists succeeds. @throws {PermitApiError} */
export async function applyStep<Kind extends StepKind>(
  caller: ThrottledCaller,
  step: StepOf<Kind>,
): Promise<void> {
  const { change, before, after } = step;
  const handler: StepHandler<StepValues[Kind]> = handlers[step.kind];
  if ((change === 'removed' || change === 'replaced') && before !== undefined) {
    await ignoreNotFound(async () => handler.remove?.(caller, before));
  }
  if ((change === 'created' || change === 'replaced') && after !== undefined) {
    await handler.create(caller, after);
  }
  if (change === 'moved' && before !== undefined && after !== undefined) {
    await handler.move?.(caller, before, after);
  }
  if (change === 'updated' && before !== undefined && after !== undefined) {
    await handler.update?.(caller, after, before);
  }
}
