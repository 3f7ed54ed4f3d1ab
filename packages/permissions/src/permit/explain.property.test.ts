import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Check } from '../core/decision.ts';
import { explain } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import { createPermissions } from '../core/permissions.ts';
import type { Policy } from '../core/policy.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { arbitraryFacts } from '../testing/arbitrary-facts.ts';
import { arbitraryCheck, arbitraryPolicy } from '../testing/fixtures/arbitrary-policy.ts';
import { startEnvironment, storeFacts } from '../testing/fixtures/start-environment.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import type { AnyPermission } from '../testing/test-resource-ref.ts';
import { createPermitDecider } from './permit-decider.ts';
import type { PermitDeciderOptions } from './permit-decider-types.ts';

const { emulator, management, sdk } = await startEnvironment();

/** `source` becomes `constructor`, a property of every JavaScript object. */
const policies = arbitraryPolicy().map((policy): Policy =>
  JSON.parse(JSON.stringify(policy).replaceAll('"source"', '"constructor"')),
);
const cases = policies.chain((policy) =>
  fc.record({
    policy: fc.constant(policy),
    facts: arbitraryFacts(policy),
    checks: fc.array(arbitraryCheck(policy), { minLength: 8, maxLength: 8 }),
  }),
);

const pathsIn = (explanation: Explanation): string[] =>
  explanation.outcome === 'allow' ? explanation.paths.map(({ text }) => text).toSorted() : [];

test('law: an explanation of the facts in Permit, or of all facts, agrees with the PDP', async () => {
  let allowed = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ policy, facts, checks }) => {
      emulator.reset();
      await applyPolicy(policy, management);
      await storeFacts(sdk, facts);
      const decider = createPermitDecider({
        policy,
        ...management,
        url: emulator.pdpUrl,
        deadline: 20_000,
      });
      try {
        for (const check of checks) {
          const explanation = await decider.explain(check); // oxlint-disable-line no-await-in-loop -- sequential: Permit limits the rate
          expect([explanation.text, explanation.agrees]).toEqual([explanation.text, true]);
          expect(pathsIn(explanation)).toEqual(pathsIn(explain({ policy, facts, check })));
          if (explanation.decided === 'allow') allowed += 1;
        }
      } finally {
        await decider.close();
      }
    }),
    { numRuns: 15 },
  );
  // Some checks must be allowed.
  expect(allowed).toBeGreaterThan(0);
});

const check: Check<AnyPermission> & { permission: 'reports:publish' } = {
  subject: 'ann',
  tenant: 'default',
  permission: 'reports:publish',
  instance: '1',
};

async function withDecider<T>(
  options: Partial<PermitDeciderOptions<typeof testPolicy>>,
  run: (decider: ReturnType<typeof createPermitDecider<typeof testPolicy>>) => Promise<T>,
): Promise<T> {
  const decider = createPermitDecider({
    policy: testPolicy,
    url: emulator.pdpUrl,
    ...management,
    deadline: 20_000,
    ...options,
  });
  try {
    return await run(decider);
  } finally {
    await decider.close();
  }
}

test('explains what would allow the check, from several pages of roles', async () => {
  await applyPolicy(testPolicy, management);
  await sdk.api.tenants.create({ key: 'constructor', name: 'Any' });
  const assigned = ['default', 'constructor'].map((tenant) => ({ role: 'viewer', tenant }));
  await sdk.api.users.create({ key: 'ann', role_assignments: assigned });
  const held = Array.from({ length: 120 }, (_, index) => ({
    user: 'ann',
    role: 'owner',
    resource_instance: `reports:many-${index}`,
    tenant: 'default',
  }));
  await sdk.api.roleAssignments.bulkAssign(held);
  await withDecider({}, async (decider) => {
    const ann = createPermissions(decider, { subject: 'ann', tenant: 'default' });
    expect(await ann.explain('reports:publish', 'many-119')).toMatchObject({
      outcome: 'allow',
      decided: 'allow',
      agrees: true,
      paths: [{ kind: 'instance-role', role: 'owner', object: 'reports:many-119' }],
    });
    expect(await ann.explain('reports:publish', '1')).toMatchObject({
      outcome: 'deny',
      decided: 'deny',
      agrees: true,
      remedies: [
        { text: 'Give ann the role admin in default.' },
        { text: 'Give ann the role owner on reports:1.' },
      ],
    });
  });
});

test('refuses to explain for a user with too many roles', async () => {
  await applyPolicy(testPolicy, management);
  await sdk.api.users.create({ key: 'ann' });
  const give = (from: number, to: number) =>
    sdk.api.roleAssignments.bulkAssign(
      Array.from({ length: to - from }, (_, index) => ({
        user: 'ann',
        role: 'owner',
        resource_instance: `reports:many-${from + index}`,
        tenant: 'default',
      })),
    );
  for (const from of [0, 1_000, 2_000, 3_000]) await give(from, from + 1_000); // oxlint-disable-line no-await-in-loop -- Permit takes 2,000 at most
  await give(4_000, 4_999);
  expect(await explained()).toMatchObject({ outcome: 'deny', agrees: true });
  await give(4_999, 5_001);
  await expect(explained()).rejects.toMatchObject({ code: 'EXPLANATION_UNAVAILABLE' });
});

test('reports when the PDP decides otherwise', async () => {
  emulator.faults.add({ path: '/allowed', status: 200, body: { allow: true } });
  const explanation = await withDecider({}, (decider) => decider.explain(check));
  expect(explanation).toMatchObject({ outcome: 'deny', decided: 'allow', agrees: false });
  expect(explanation.text).toContain('The PDP allows ann reports:publish all the same');
});

test('rejects without the URL of the API', async () => {
  await expect(withDecider({ apiUrl: undefined }, (one) => one.explain(check))).rejects.toMatchObject({
    code: 'EXPLANATION_UNAVAILABLE',
    message: expect.stringContaining('apiUrl'),
  });
  const mute = createPermissions<string, string>(
    { decide: () => Promise.resolve([]), grants: () => Promise.resolve({ roles: [], permissions: [] }) },
    { subject: 'ann', tenant: 'default' },
  );
  await expect(mute.explain('reports:publish')).rejects.toMatchObject({ code: 'EXPLANATION_UNAVAILABLE' });
});

const explained = (options: Partial<PermitDeciderOptions<typeof testPolicy>> = {}) =>
  withDecider(options, (decider) => decider.explain(check));

test('distinguishes a wrong key, an API outage and a PDP outage', async () => {
  await expect(explained({ apiKey: 'permit_key_wrong' })).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    permitStatus: 401,
    retryable: false,
  });
  emulator.faults.add({ path: '/v2/facts/*', status: 503 });
  await expect(explained()).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    permitStatus: 503,
    retryable: true,
  });
  emulator.faults.clear();
  emulator.faults.add({ path: '/allowed', status: 503 });
  await expect(explained()).rejects.toMatchObject({ code: 'AUTHORIZATION_UNAVAILABLE', outage: 'status' });
});

test("an unexpected response from Permit's API is an error, never an explanation", async () => {
  emulator.faults.add({ path: '/v2/facts/*', status: 200, body: { surprise: true } });
  await expect(withDecider({}, (decider) => decider.explain(check))).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    retryable: false,
  });
});
