import type { PermitClient } from '../../permit/client/permit-client.ts';
import type { StepKind, StepOf, StepValues } from '../plan/policy-step.ts';
import { resourceSteps } from './resource-steps.ts';
import { ruleSteps } from './rule-steps.ts';
import type { StepHandler, StepHandlers } from './step-handler.ts';

const handlers: StepHandlers<StepKind> = { ...resourceSteps, ...ruleSteps };

/** Applies one step. Removing an object that no longer exists succeeds. @throws {PermitApiError} */
export async function applyStep<Kind extends StepKind>(
  client: PermitClient,
  step: StepOf<Kind>,
): Promise<void> {
  const { change, before, after } = step;
  const handler: StepHandler<StepValues[Kind]> = handlers[step.kind];
  if ((change === 'removed' || change === 'replaced') && before !== undefined) {
    await handler.remove?.(client, before);
  }
  if ((change === 'created' || change === 'replaced') && after !== undefined) {
    await handler.create(client, after);
  }
  if (change === 'moved' && before !== undefined && after !== undefined) {
    await handler.move?.(client, before, after);
  }
  if (change === 'updated' && before !== undefined && after !== undefined) {
    await handler.update?.(client, after, before);
  }
}
