import type { Policy } from '../../policy.ts';
import { createPermitCaller, type PermitManagementOptions } from '../../permit/permit-caller.ts';
import { applyPlan } from './apply-plan.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import type { PolicyStep } from '../plan/policy-step.ts';
import { readEnvironment } from '../environment/read-environment.ts';

export type PolicyChange = Pick<PolicyStep, 'kind' | 'key' | 'change'>;

/**
 * Brings Permit's environment to what the table says. What the table does not name is left alone. Running it again
 * changes nothing; after a failure, run it again. For scripts: whoever wants to look first plans, and applies the plan.
 * @throws {PermitApiError} @throws {DestructivePlanError}
 */
export async function applyPolicy(
  policy: Policy,
  options: PermitManagementOptions,
  report: (change: PolicyChange) => void = () => {},
): Promise<PolicyChange[]> {
  const call = createPermitCaller(options);
  const plan = planPolicy(policy, await readEnvironment(call));
  const { left } = await applyPlan(plan, { call, onProgress: ({ step }) => report(step) });
  return plan.steps
    .filter((step) => !left.includes(step))
    .map(({ kind, key, change }) => ({ kind, key, change }));
}
