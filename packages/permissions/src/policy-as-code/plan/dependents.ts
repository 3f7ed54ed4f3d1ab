import type { CallPermit } from '../../permit/permit-caller.ts';
import {
  holdersOfRole,
  holdersOnInstances,
  instancesOf,
  tuplesOf,
} from '../environment/environment-facts.ts';
import { retryRateLimited } from '../environment/retry-rate-limited.ts';
import { changesIn, type PolicyPlan, type PolicyStep } from './policy-step.ts';

/** Counts of what is lost when an object is removed or replaced, or moved when it is renamed. */
export interface Dependents {
  readonly assignments: number;
  readonly instances: number;
  readonly relationships: number;
}

/**
 * Counts the dependents of each object that a plan removes, replaces or moves. Reads the environment's lists page by
 * page. Leaves out steps without dependents.
 * @param caller - The caller that the environment was read with.
 * @throws {PermitApiError}
 */
export async function countDependents(
  plan: PolicyPlan,
  caller: CallPermit,
): Promise<ReadonlyMap<PolicyStep, Dependents>> {
  const call = retryRateLimited(caller);
  const found = new Map<PolicyStep, Dependents>();
  for (const step of changesIn(plan)) {
    if (!step.destructive && step.change !== 'moved') continue;
    // oxlint-disable-next-line no-await-in-loop -- sequential: Permit limits the rate
    const dependents = await dependentsOf(step, call);
    if (Object.values(dependents).some((count) => count > 0)) found.set(step, dependents);
  }
  return found;
}

const none: Dependents = { assignments: 0, instances: 0, relationships: 0 };

async function dependentsOf(step: PolicyStep, call: CallPermit): Promise<Dependents> {
  if (step.before === undefined) return none;
  switch (step.kind) {
    case 'role':
      return { ...none, assignments: (await holdersOfRole(call, step.before.key)).length };
    case 'resource role': {
      const { resource, key } = step.before;
      return { ...none, assignments: (await holdersOnInstances(call, resource, key)).length };
    }
    case 'relation': {
      const { resource, key } = step.before;
      return {
        ...none,
        relationships: (await tuplesOf(call, { objectType: resource, relation: key })).length,
      };
    }
    case 'resource':
      return dependentsOfResource(step.before.key, call);
    default:
      return none;
  }
}

async function dependentsOfResource(resource: string, call: CallPermit): Promise<Dependents> {
  const assignments = await holdersOnInstances(call, resource);
  const instances = await instancesOf(call, resource);
  // A tuple between two instances of the resource is in both lists.
  const tuples = [
    ...(await tuplesOf(call, { objectType: resource })),
    ...(await tuplesOf(call, { subjectType: resource })),
  ].map((tuple) => JSON.stringify(tuple));
  return {
    assignments: assignments.length,
    instances: instances.length,
    relationships: new Set(tuples).size,
  };
}
