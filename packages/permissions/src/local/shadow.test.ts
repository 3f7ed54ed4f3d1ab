import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Decision } from '../decision.ts';
import { denyOf } from '../deny-of.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-policy.ts';
import { startEnvironment } from '../testing/fixtures/start-environment.ts';
import { storeFacts } from '../testing/fixtures/store-facts.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createLocalDecider } from './create-local-decider.ts';
import type { Disagreement } from './local-options.ts';

const { emulator, management, sdk } = await startEnvironment();

const never = 1_000_000_000;
const check = { subject: 'ann', tenant: 'acme', permission: 'reports:view' } as const;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((decider) => decider.close()));
});
beforeEach(async () => {
  await applyPolicy(testPolicy, management);
  await storeFacts(sdk, { tenants: { acme: {} }, users: { ann: { roles: { acme: ['viewer'] } } } });
});

/** A shadow of a PDP that gives the first answers wrong. */
async function openShadow(wrongAnswers: number) {
  const pdp = createPermitDecider({
    policy: testPolicy,
    url: emulator.pdpUrl,
    apiKey: management.apiKey,
    deadline: 20_000,
  });
  let wrong = wrongAnswers;
  const decide: typeof pdp.decide = async (checks, options) => {
    const decisions = await pdp.decide(checks, options);
    return wrong-- > 0 ? decisions.map(opposite) : decisions;
  };
  const onDisagreement = vi.fn<(disagreement: Disagreement) => void>();
  const local = createLocalDecider({
    policy: testPolicy,
    ...management,
    pdp: { ...pdp, decide },
    pollEvery: never,
    maxAge: never,
    recheckAfter: 1,
    onDisagreement,
  });
  opened.push(local);
  await local.refresh();
  return { local, onDisagreement };
}

type Answer = Decision<PermissionOf<typeof testPolicy>, RoleOf<typeof testPolicy>>;

function opposite({ outcome, permission }: Answer): Answer {
  return outcome === 'deny' ? { outcome: 'allow', permission } : denyOf(testPolicy, { permission }, 'denied');
}

test('a shadow answers what the PDP answers, and counts where they agree', async () => {
  const { local, onDisagreement } = await openShadow(0);
  const sources: string[] = [];
  const [decision] = await local.decide([check], { onSource: (source) => sources.push(source) });
  expect([decision?.outcome, ...sources]).toEqual(['allow', 'pdp']);
  await local.decide([{ ...check, subject: 'ghost' }]);
  await expect.poll(() => local.status().compared.untold).toBe(1);
  expect(local.status()).toMatchObject({
    mode: 'shadow',
    compared: { agreed: 1, untold: 1, different: 0 },
    decided: { local: 0, pdp: 0 },
  });
  expect(onDisagreement).not.toHaveBeenCalled();
});

test('who has just changed is read again for the comparison', async () => {
  const { local, onDisagreement } = await openShadow(0);
  await sdk.api.roleAssignments.unassign({ user: 'ann', role: 'viewer', tenant: 'acme' });
  local.invalidate({ subject: 'ann' });
  const [decision] = await local.decide([check]);
  expect(decision?.outcome).toBe('deny');
  await expect.poll(() => local.status().compared).toMatchObject({ agreed: 1, untold: 0 });
  expect(onDisagreement).not.toHaveBeenCalled();
});

test('what the PDP decides like this process a moment later is no disagreement', async () => {
  const { local, onDisagreement } = await openShadow(1);
  const [decision] = await local.decide([check]);
  expect(decision?.outcome).toBe('deny');
  await expect.poll(() => local.status().compared.passed).toBe(1);
  expect(onDisagreement).not.toHaveBeenCalled();
});

test('what stays different by the same facts is reported, with all that it takes to ask again', async () => {
  const { local, onDisagreement } = await openShadow(2);
  await local.decide([check]);
  await expect.poll(() => local.status().compared.different).toBe(1);
  expect(onDisagreement).toHaveBeenCalledExactlyOnceWith({
    cause: 'different',
    check,
    pdp: 'deny',
    local: 'allow',
    age: expect.any(Number),
  });
});

test('what was changed elsewhere and not yet seen is reported as stale', async () => {
  const { local, onDisagreement } = await openShadow(0);
  await sdk.api.roleAssignments.unassign({ user: 'ann', role: 'viewer', tenant: 'acme' });
  await local.decide([check]);
  await expect.poll(() => local.status().compared.stale).toBe(1);
  expect(onDisagreement).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ cause: 'stale', pdp: 'deny', local: 'allow' }),
  );
  // It was read for that.
  await local.decide([check]);
  expect(local.status().compared).toMatchObject({ agreed: 1, stale: 1 });
});

test('of many disagreements at once, a bounded number is examined', async () => {
  const { local } = await openShadow(never);
  await local.decide(Array.from({ length: 300 }, () => check));
  await expect.poll(() => local.status().compared).toMatchObject({ unexamined: 200, different: 100 });
});
