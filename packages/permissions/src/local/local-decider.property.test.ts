import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Check } from '../decision.ts';
import type { Facts } from '../facts/facts.ts';
import { permissionsOf } from '../grants.ts';
import type { Invalidation } from '../permit/invalidations.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { createPermitDirectory } from '../permit/permit-directory.ts';
import type { Policy } from '../policy.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-policy.ts';
import { arbitraryFacts } from '../testing/arbitrary-facts.ts';
import { arbitraryPolicy } from '../testing/fixtures/arbitrary-policy.ts';
import { startEnvironment } from '../testing/fixtures/start-environment.ts';
import { storeFacts } from '../testing/fixtures/store-facts.ts';
import type { AnyPermission } from '../testing/test-resource-ref.ts';
import { createLocalDecider } from './create-local-decider.ts';

/* oxlint-disable no-await-in-loop -- a history is one step after the other */

const { emulator, management, sdk } = await startEnvironment();

const never = 1_000_000_000;

/** One write: through the directory that reports it, or behind the back of the process. */
const step = fc.record({
  isReported: fc.boolean(),
  user: fc.constantFrom('ann', 'bob', 'cat'),
  tenant: fc.constantFrom('acme', 'other'),
  role: fc.constantFrom('viewer', 'editor', 'admin'),
  instanceRole: fc.constantFrom('reader', 'writer'),
  instance: fc.constantFrom('doc:1', 'doc:2', 'folder:1', 'folder:2'),
  folder: fc.constantFrom('folder:1', 'folder:2'),
  write: fc.constantFrom(
    'assign',
    'unassign',
    'assign on instance',
    'unassign on instance',
    'link',
    'unlink',
    'remove instance',
    'remove user',
  ),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const histories = arbitraryPolicy().chain((policy) =>
  fc.record({
    policy: fc.constant(policy),
    facts: arbitraryFacts(policy),
    steps: fc.array(step, { minLength: 4, maxLength: 8 }),
  }),
);

function checksOf(policy: Policy): Check<AnyPermission>[] {
  return ['ann', 'bob', 'cat', 'ghost'].flatMap((subject) =>
    ['acme', 'other', 'nowhere'].flatMap((tenant) =>
      permissionsOf(policy).flatMap((permission) =>
        [undefined, '1', '2', '9'].map((instance) => ({ subject, tenant, permission, instance })),
      ),
    ),
  );
}

/** Does the step. Permit refuses some: links between tenants, what is not there. */
async function write(step: Step, onChange: (change: Invalidation) => void) {
  const { user, tenant, role, instanceRole, instance, folder } = step;
  const directory = createPermitDirectory({ ...management, onChange });
  const onInstance = { user, tenant, role: instanceRole, instance };
  const link = { subject: folder, relation: 'parent', object: instance };
  const writes: Record<Step['write'], () => Promise<unknown>> = {
    assign: () =>
      directory
        .provisionUser({ key: user }, { role, tenant })
        .then(() => directory.assignRole({ user, role, tenant })),
    unassign: () => directory.unassignRole({ user, role, tenant }),
    'assign on instance': () => directory.assignRole(onInstance),
    'unassign on instance': () => directory.unassignRole(onInstance),
    link: () => directory.link(link, tenant),
    unlink: () => directory.unlink(link),
    'remove instance': () => directory.removeInstance(instance),
    'remove user': () => sdk.api.users.delete(user).finally(() => onChange({ subject: user })),
  };
  await writes[step.write]().catch(() => {});
}

async function history({ policy, facts, steps }: { policy: Policy; facts: Facts; steps: Step[] }) {
  emulator.reset();
  await applyPolicy(policy, management);
  await storeFacts(sdk, facts);
  const pdp = createPermitDecider({
    policy,
    url: emulator.pdpUrl,
    apiKey: management.apiKey,
    deadline: 20_000,
    cache: { ttl: 0 },
  });
  const local = createLocalDecider({
    policy,
    ...management,
    pdp,
    mode: 'decide',
    pollEvery: never,
    maxAge: never,
    readDeadline: 20_000,
  });
  const checks = checksOf(policy);
  try {
    await local.refresh();
    for (const one of steps) {
      await write(one, (change) => one.isReported && local.invalidate(change));
      if (!one.isReported) await local.refresh();
      expect(await local.decide(checks)).toEqual(await pdp.decide(checks));
    }
    return local.status().decided;
  } finally {
    await local.close();
  }
}

test('law: after every write, reported or seen by a question to the API, this process decides like the PDP, with the same reasons', async () => {
  const decided = { local: 0, pdp: 0 };
  await fc.assert(
    fc.asyncProperty(histories, async (some) => {
      const { local, pdp } = await history(some);
      decided.local += local;
      decided.pdp += pdp;
    }),
    { numRuns: 12 },
  );
  // The law is only meaningful when this process decides much of it.
  expect(decided.local).toBeGreaterThan(decided.pdp / 4);
});
