import { start, type Emulator } from '@latchkey/permit-emulator';
import * as fc from 'fast-check';
import { Permit } from 'permitio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Check } from '../decision.ts';
import type { Policy } from '../define-policy.ts';
import { permissionsOf } from '../grants.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { applyPolicy } from '../permit/policy/apply-policy.ts';
import { arbitraryContext, arbitraryFacts } from './arbitrary-facts.ts';
import { arbitraryPolicy } from './fixtures/arbitrary-policy.ts';
import { createTestPermissions } from './create-test-permissions.ts';
import type { Facts } from './facts.ts';
import { oracle } from './fixtures/oracle.ts';
import type { AnyPermission } from './question.ts';
import { storeFacts } from './fixtures/store-facts.ts';

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

/** Everything that can be asked: people and strangers, tenants and none, all instances, one that does not exist, none. */
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

test('in process as by the oracle', async () => {
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
    { numRuns: 200 },
  );
  // A law about nothing but denials would say little.
  expect(allowed).toBeGreaterThan(denied / 10);
});

let emulator: Emulator;
beforeAll(async () => {
  emulator = await start({ port: 0, pdpPort: 0 });
});
afterAll(() => emulator.close());

test(
  'over HTTP, policy applied and facts stored, as in process and as by the oracle',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ policy, facts, checks }) => {
        emulator.reset();
        const apiKey = emulator.keys.environment;
        await applyPolicy(policy, { apiUrl: emulator.url, apiKey });
        await storeFacts(
          new Permit({ token: apiKey, apiUrl: emulator.url, log: { level: 'silent' } }),
          facts,
        );
        const pdp = createPermitDecider({ policy, url: emulator.pdpUrl, apiKey, deadline: 20_000 });
        try {
          const decisions = await pdp.decide(checks);
          const inProcess = createTestPermissions(policy, facts);
          expect(decisions).toEqual(await inProcess.decide(checks));
          expect(decisions.map(({ outcome }) => outcome === 'allow')).toEqual(
            checks.map((check) => oracle(policy, facts, check)),
          );
          expect(await pdp.grants('ann', 'acme')).toEqual(await inProcess.grants('ann', 'acme'));
        } finally {
          await pdp.close();
        }
      }),
      { numRuns: 25 },
    );
  },
);
