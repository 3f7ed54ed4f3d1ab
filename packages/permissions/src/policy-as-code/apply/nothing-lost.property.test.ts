import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Facts } from '../../facts/facts.ts';
import type { Policy } from '../../core/policy.ts';
import { arbitraryFacts } from '../../testing/arbitrary-facts.ts';
import { startEnvironment, storeFacts } from '../../testing/fixtures/start-environment.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { arbitraryPolicy } from '../fixtures/arbitrary-policy.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import { applyPlan, DestructivePlanError } from './apply-plan.ts';

const { emulator, client, sdk } = await startEnvironment();

interface Case {
  readonly before: Policy;
  readonly facts: Facts;
  readonly after: Policy;
}
const cases: fc.Arbitrary<Case> = fc
  .tuple(arbitraryPolicy(), arbitraryPolicy())
  .chain(([before, after]) =>
    fc.record({ before: fc.constant(before), facts: arbitraryFacts(before), after: fc.constant(after) }),
  );

async function apply(policy: Policy, allowDestructive = false): Promise<void> {
  await applyPlan(planPolicy(policy, await readEnvironment(client)), { client, allowDestructive });
}

async function stored(): Promise<string[]> {
  const { api } = sdk;
  const page = { page: 1, perPage: 100 };
  const assignments = await api.roleAssignments.list(page);
  const instances = await api.resourceInstances.list(page);
  const tuples = await api.relationshipTuples.list(page);
  return [
    ...assignments.map(
      ({ user, role, tenant, resource_instance: instance }) => `${user} ${role} ${tenant} ${instance}`,
    ),
    ...instances.map(({ resource, key, attributes }) => `${resource}:${key} ${JSON.stringify(attributes)}`),
    ...tuples.map(({ subject, relation, object }) => `${subject} ${relation} ${object}`),
  ];
}

test('law: without allowDestructive no role, instance or relationship is lost, for any policy', async () => {
  let changed = 0;
  let refused = 0;
  await fc.assert(
    fc
      .asyncProperty(cases, async ({ before, facts, after }) => {
        await apply(before);
        await storeFacts(sdk, facts);
        const known = await stored();
        const outcome = await apply(after).then(
          () => 'applied',
          (error: unknown) => error,
        );
        if (outcome === 'applied') changed += 1;
        else if (outcome instanceof DestructivePlanError) refused += 1;
        else throw outcome;
        expect(await stored()).toEqual(expect.arrayContaining(known));
      })
      .beforeEach(() => {
        emulator.reset();
      }),
    { numRuns: 25 },
  );
  // Some plans must be applied.
  expect(changed).toBeGreaterThan(0);
  expect(changed + refused).toBe(25);
});
