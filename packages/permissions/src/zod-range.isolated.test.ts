import { start } from '@latchkey/permit-emulator';
import { afterAll, expect, test, vi } from 'vitest';
import * as zod3 from 'zod-3/v4';
import * as zod from 'zod/v4';
import { createPermitDecider } from './permit/permit-decider.ts';
import { createPermitClient } from './permit/client/permit-client.ts';
import { applyPolicy } from './policy-as-code/apply/apply-plan.ts';
import { readEnvironment } from './policy-as-code/environment/read-environment.ts';
import { lintPolicy } from './policy-as-code/lint/lint-policy.ts';
import { pullPolicy } from './policy-as-code/pull/pull-policy.ts';
import { operatorsPolicy } from './testing/fixtures/operators-policy.ts';

// The lowest zod version that package.json accepts; all other tests use the newest. The emulator has its own copy.
vi.mock('zod/v4', () => import('zod-3/v4'));

const emulator = await start({ port: 0, pdpPort: 0 });
afterAll(() => emulator.close());

test("with zod 3.25 a policy is applied, read back and linted, and the PDP's responses are parsed", async () => {
  expect(zod.z).toBe(zod3.z);
  const apiKey = emulator.keys.environment;
  const management = { apiUrl: emulator.url, apiKey };
  await applyPolicy(operatorsPolicy, management);
  const again = await applyPolicy(operatorsPolicy, management);
  expect(new Set(again.map(({ change }) => change))).toEqual(new Set(['unchanged']));

  const { policy } = pullPolicy(await readEnvironment(createPermitClient(management)));
  expect(Object.keys(policy.resources)).toEqual(Object.keys(operatorsPolicy.resources));
  expect(lintPolicy(operatorsPolicy).filter(({ level }) => level === 'error')).toEqual([]);

  const decider = createPermitDecider({
    policy: operatorsPolicy,
    url: emulator.pdpUrl,
    apiKey,
    deadline: 60_000,
  });
  try {
    const check = { subject: 'ann', tenant: 'acme', permission: 'items:equals' } as const;
    expect(await decider.decide([check])).toMatchObject([{ outcome: 'deny', reason: 'no_role_in_tenant' }]);
  } finally {
    await decider.close();
  }
});
