import type { Check } from '../decision.ts';
import { compared, explain } from '../explain/explain.ts';
import type { CheckedExplanation } from '../explain/explanation.ts';
import type { Policy } from '../policy.ts';
import type { CallPermit } from './permit-caller.ts';
import { readFacts } from './read-facts.ts';

/** Dependencies of the explainer: the policy, the facts in Permit, and the PDP to compare with. */
export interface ExplainerOptions {
  readonly policy: Policy;
  readonly call: CallPermit;
  /** Asks the PDP, without a cache. */
  readonly isAllowed: (check: Check) => Promise<boolean>;
}

/** Explains checks from the current facts in Permit's API, and compares the verdict with the PDP's. */
export function createExplainer({ policy, call, isAllowed }: ExplainerOptions) {
  return async (check: Check): Promise<CheckedExplanation> => {
    const facts = await readFacts(call, policy, check);
    const decided = (await isAllowed(check)) ? 'allow' : 'deny';
    return compared(explain({ policy, facts, check }), decided);
  };
}
