import type { Policy } from '../../core/policy.ts';
import { createPermitClient, type PermitClientOptions } from '../../permit/client/permit-client.ts';
import { cautiousLimits } from '../../permit/client/token-bucket.ts';
import { applyPlan } from './apply-plan.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import type { PolicyStep } from '../plan/policy-step.ts';
import { readEnvironment } from '../environment/read-environment.ts';

/** An object of the policy and its change. */
export type PolicyChange = Pick<PolicyStep, 'kind' | 'key' | 'change'>;

/**
 * Makes Permit's environment match the policy, for scripts. Objects that the policy does not define remain. Idempotent;
 * run it again after a failure. Default of `limits`: `cautiousLimits`. To preview the changes, use `planPolicy` and `applyPlan`.
 * @param report - Called after each change. Optional.
 * @returns every object of the policy, including `unchanged` ones.
 * @throws {DestructivePlanError} when Permit would have to replace an object; nothing was changed.
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
