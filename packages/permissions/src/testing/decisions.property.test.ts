import { start } from '@latchkey/permit-emulator';
import * as fc from 'fast-check';
import { Permit } from 'permitio';
import { afterAll, expect, test } from 'vitest';
import type { Check, Decider } from '../core/decision.ts';
import type { Policy } from '../core/policy.ts';
import { permissionsOf } from '../core/grants.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { arbitraryContext, arbitraryFacts } from './arbitrary-facts.ts';
import { arbitraryPolicy } from './fixtures/arbitrary-policy.ts';
import { createTestPermissions } from './create-test-permissions.ts';
import type { Facts } from '../facts/facts.ts';
import { operatorsFacts, operatorsPolicy } from './fixtures/operators-policy.ts';
import { oracle } from './fixtures/oracle.ts';
import type { AnyPermission } from './test-resource-ref.ts';
import { storeFacts } from './fixtures/start-environment.ts';

interface Case {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly checks: Check<AnyPermission>[];
}

const cases: fc.Arbitrary<Case> = arbitraryPolicy().chain((policy) =>
  fc
    .record({
      facts: arbitraryFacts(policy),
      context: arbitraryContext(policy),
      attributes: fc.record(
        { status: fc.constantFrom('red', 'blue'), size: fc.constantFrom(1, '1') },
        { requiredKeys: [] },
      ),
    })
    .map(({ facts, context, attributes }) => ({
      policy,
      facts,
      checks: checksOf(policy, { context, attributes }),
    })),
);

/** Known and unknown users and tenants; a known, an unknown and no instance. */
function checksOf(policy: Policy, given: Pick<Check, 'context' | 'attributes'>): Check<AnyPermission>[] {
  return ['ann', 'bob', 'ghost'].flatMap((subject) =>
    ['acme', 'other', 'nowhere'].flatMap((tenant) =>
      permissionsOf(policy).flatMap((permission) =>
        [undefined, '1', '2', '9'].flatMap((instance) => {
          const asked = { subject, tenant, permission, instance };
          return [asked, { ...asked, ...given }];
        }),
      ),
    ),
  );
}

test('the in-process engine decides like the oracle', async () => {
  let allowed = 0;
  let denied = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ policy, facts, checks }) => {
      const decisions = await createTestPermissions(policy, facts).decide(checks);
      const outcomes = checks.map((check) => (oracle(policy, facts, check) ? 'allow' : 'deny'));
      expect(decisions.map(({ outcome }) => outcome)).toEqual(outcomes);
      allowed += outcomes.filter((outcome) => outcome === 'allow').length;
      denied += outcomes.filter((outcome) => outcome === 'deny').length;
    }),
    { numRuns: 100 },
  );
  // Enough checks must be allowed.
  expect(allowed).toBeGreaterThan(denied / 10);
});

const emulator = await start({ port: 0, pdpPort: 0 });
afterAll(() => emulator.close());

/** The PDP, with facts stored through Permit's SDK, and the in-process engine. */
async function decideBoth({ policy, facts, checks }: Case) {
  emulator.reset();
  const apiKey = emulator.keys.environment;
  await applyPolicy(policy, { apiUrl: emulator.url, apiKey });
  await storeFacts(new Permit({ token: apiKey, apiUrl: emulator.url, log: { level: 'silent' } }), facts);
  const pdp = createPermitDecider({ policy, url: emulator.pdpUrl, apiKey, deadline: 20_000 });
  const inProcess = createTestPermissions(policy, facts);
  const ask = async (decider: Decider<AnyPermission>) => ({
    decisions: await decider.decide(checks),
    grants: await decider.grants('ann', 'acme'),
  });
  try {
    return { overHttp: await ask(pdp), inProcess: await ask(inProcess) };
  } finally {
    await pdp.close();
  }
}

test('the PDP over HTTP decides like the in-process engine and the oracle', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (some) => {
      const { overHttp, inProcess } = await decideBoth(some);
      expect(overHttp).toEqual(inProcess);
      expect(overHttp.decisions.map(({ outcome }) => outcome === 'allow')).toEqual(
        some.checks.map((check) => oracle(some.policy, some.facts, check)),
      );
    }),
    { numRuns: 25 },
  );
});

test('every operator both allows and denies, over HTTP and in process', async () => {
  const checks = checksOf(operatorsPolicy, {});
  const { overHttp, inProcess } = await decideBoth({
    policy: operatorsPolicy,
    facts: operatorsFacts,
    checks,
  });
  expect(overHttp).toEqual(inProcess);
  const outcomes = new Set(overHttp.decisions.map(({ permission, outcome }) => `${outcome} ${permission}`));
  expect(outcomes.size).toBe(2 * permissionsOf(operatorsPolicy).length);
});
