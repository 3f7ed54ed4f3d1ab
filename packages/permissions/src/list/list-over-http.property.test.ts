import { start, type Emulator } from '@latchkey/permit-emulator';
import * as fc from 'fast-check';
import { Permit } from 'permitio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decider } from '../core/decision.ts';
import { createPermissions } from '../core/permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-policy.ts';
import { serverContext } from '../core/server-attributes.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { storeFacts } from '../testing/fixtures/store-facts.ts';
import { listCases, rowRelations, type ListCase } from './fixtures/list-cases.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await start({ port: 0, pdpPort: 0, strict: false });
});
afterAll(() => emulator.close());

/** The plans of all users, tenants and permissions. */
async function plansOf(decider: Decider, context: ListCase['context']) {
  const plans = [];
  for (const subject of ['ann', 'bob', 'ghost']) {
    for (const tenant of ['acme', 'other', 'nowhere']) {
      const permissions = createPermissions(decider, { subject, tenant });
      for (const resource of ['doc', 'folder'] as const) {
        for (const relations of [[], rowRelations[resource]]) {
          plans.push(permissions.list(`${resource}:view`, { relations, context: serverContext(context) }));
        }
      }
    }
  }
  return Promise.all(plans);
}

test('the PDP over HTTP returns the same plans as the in-process engine', async () => {
  let some = 0;
  await fc.assert(
    fc.asyncProperty(listCases(), async ({ policy, facts, context }) => {
      emulator.reset();
      const apiKey = emulator.keys.environment;
      await applyPolicy(policy, { apiUrl: emulator.url, apiKey });
      await storeFacts(new Permit({ token: apiKey, apiUrl: emulator.url, log: { level: 'silent' } }), facts);
      const pdp = createPermitDecider({ policy, url: emulator.pdpUrl, apiKey, deadline: 20_000 });
      try {
        const plans = await plansOf(pdp, context);
        expect(plans).toEqual(await plansOf(createTestPermissions(policy, facts), context));
        some += plans.filter(({ kind }) => kind === 'some').length;
      } finally {
        await pdp.close();
      }
    }),
    { numRuns: 25 },
  );
  expect(some).toBeGreaterThan(20);
});
