import { PermitApiError } from '@latchkey/permissions/permit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectName, subjectNamed, type Subject } from '../events/subject.ts';
import { subjectsOf } from '../events/subjects-of.ts';
import { heldByPermit, meantByLogto } from '../testing/directories.ts';
import { arriving, deeds, fate, perform, type Cast } from '../testing/logto-changes.ts';
import { startTwoEmulators, type TwoEmulators } from '../testing/two-emulators.ts';
import { watchExcess } from '../testing/watch-excess.ts';
import { reconcileAll } from './reconcile-all.ts';
import { reconcileOrganization } from './reconcile-organization.ts';
import { reconcileUser } from './reconcile-user.ts';

let two: TwoEmulators;
beforeAll(async () => {
  two = await startTwoEmulators();
});
afterAll(() => two.close());

/** One look at one subject; an outage leaves it as it is. */
async function look(subject: Subject): Promise<void> {
  const looked =
    subject.kind === 'user'
      ? reconcileUser({ id: subject.id, because: 'delivery' }, two.deps)
      : subject.kind === 'organization' && reconcileOrganization(subject.id, two.deps);
  await Promise.resolve(looked).catch((error: unknown) => {
    if (!(error instanceof PermitApiError) || !error.retryable) throw error;
  });
}

const deed = deeds({
  users: ['staff-admin', 'staff-auditor', 'unmapped'],
  organizations: ['owner', 'controller', 'guest'],
});
const step = fc.record({ deed, fate, permitFails: fc.boolean() });

test('after any history, with deliveries lost, doubled, late and shuffled and Permit failing, a sweep makes Permit what Logto is', async () => {
  const cast: Cast = { users: [], organizations: [] };
  const watch = watchExcess(two.deps);
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.infiniteStream(fc.nat(1_000)),
      async (steps, dice) => {
        const late: string[] = [];
        /* oxlint-disable no-await-in-loop -- a history is told in order */
        for (const { deed: one, fate: its, permitFails } of steps) {
          await perform(one, cast, two);
          await watch.remember();
          const names = (await two.deliveries()).flatMap(subjectsOf).map(subjectName);
          const now = arriving(names, { fate: its, late, roll: () => dice.next().value });
          const fault = permitFails
            ? two.permit.faults.add({ path: '/v2/facts/*', status: 503, probability: 0.3 })
            : undefined;
          for (const name of now) await look(subjectNamed(name));
          if (fault !== undefined) two.permit.faults.remove(fault.id);
          expect(await watch.excess()).toEqual([]);
        }
        /* oxlint-enable no-await-in-loop */
        await reconcileAll(two.deps, { force: true });
        expect(await heldByPermit(two.deps)).toEqual(await meantByLogto(two.deps));
        expect((await reconcileAll(two.deps)).operations).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);
