import type { PermitClient } from '../../permit/client/permit-client.ts';
import {
  holdersOfRole,
  holdersOnInstances,
  instancesOf,
  tuplesOf,
} from '../environment/environment-facts.ts';
import { changesIn, type PolicyPlan, type PolicyStep } from './policy-step.ts';

/** How many facts are lost when an object is removed or replaced, or moved when it is renamed. */
export interface Dependents {
  /** In tenants and on instances. */
  readonly assignments: number;
  readonly instances: number;
  readonly relationships: number;
}

/**
 * Counts the dependents of each object that a plan removes, replaces or moves; steps without dependents are left out.
 * Reads the environment's lists page by page.
 * @throws {PermitApiError}
 */
export async function countDependents(
  plan: PolicyPlan,
  client: PermitClient,
): Promise<ReadonlyMap<PolicyStep, Dependents>> {
  const found = new Map<PolicyStep, Dependents>();
  for (const step of changesIn(plan)) {
    if (!step.destructive && step.change !== 'moved') continue;
    // oxlint-disable-next-line no-await-in-loop -- sequential: Permit limits the rate
    const dependents = await dependentsOf(step, client);
    if (Object.values(dependents).some((count) => count > 0)) found.set(step, dependents);
  }
  return found;
}

const none: Dependents = { assignments: 0, instances: 0, relationships: 0 };

async function dependentsOf(step: PolicyStep, client: PermitClient): Promise<Dependents> {
  if (step.before === undefined) return none;
  switch (step.kind) {
    case 'role':
      return { ...none, assignments: (await holdersOfRole(client, step.before.key)).length };
    case 'resource role': {
      const { resource, key } = step.before;
      return { ...none, assignments: (await holdersOnInstances(client, resource, key)).length };
    }
    case 'relation': {
      const { resource, key } = step.before;
      return {
        ...none,
        relationships: (await tuplesOf(client, { object_type: resource, relation: key })).length,
      };
    }
    case 'resource':
      return dependentsOfResource(step.before.key, client);
    default:
      return none;
  }
}

async function dependentsOfResource(resource: string, client: PermitClient): Promise<Dependents> {
  const assignments = await holdersOnInstances(client, resource);
  const instances = await instancesOf(client, resource);
  // A tuple between two instances of the resource is in both lists.
  const tuples = [
    ...(await tuplesOf(client, { object_type: resource })),
    ...(await tuplesOf(client, { subject_type: resource })),
  ].map((tuple) => JSON.stringify(tuple));
  return {
    assignments: assignments.length,
    instances: instances.length,
    relationships: new Set(tuples).size,
  };
}
