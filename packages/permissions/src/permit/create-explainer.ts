import type { Check } from '../decision.ts';
import { compared, explain } from '../explain/explain.ts';
import type { CheckedExplanation } from '../explain/explanation.ts';
import type { Policy } from '../policy.ts';
import type { CallPermit } from './permit-caller.ts';
import { readFacts } from './read-facts.ts';

/** How a decision is explained: by the policy and the facts in Permit, and compared with the PDP. */
export interface ExplainerOptions {
  readonly policy: Policy;
  readonly call: CallPermit;
  /** Asks the PDP, without a cache. */
  readonly isAllowed: (check: Check) => Promise<boolean>;
}

/** Explains checks from the facts that Permit's API has now, and says whether the PDP decides the same. */
export function createExplainer({ policy, call, isAllowed }: ExplainerOptions) {
  return async (check: Check): Promise<CheckedExplanation> => {
    const facts = await readFacts(call, policy, check);
    const decided = (await isAllowed(check)) ? 'allow' : 'deny';
    return compared(explain({ policy, facts, check }), decided);
  };
}
