import { PermitApiError } from '@latchkey/permissions/permit';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { subjectName, subjectNamed, type Subject, subjectsOf } from '../events/subjects-of.ts';
import { isManagedBySync } from '../plan/managed-by-sync.ts';
import type { PermitUserState } from '../plan/states.ts';
import type { SyncedUser } from '../plan/synced-user.ts';
import { expectedFromLogto, heldByPermit, type Directory, watchExcess } from '../testing/directories.ts';
import {
  applyLogtoChange,
  arbitraryLogtoChange,
  type DirectoryIds,
  arbitraryTransmission,
  transmit,
} from '../testing/logto-changes.ts';
import { startTwoEmulators } from '../testing/two-emulators.ts';
import { reconcileAll } from './reconcile-all.ts';
import { reconcileOrganization } from './reconcile-organization.ts';
import { reconcileUser } from './reconcile-user.ts';

const two = await startTwoEmulators();
afterAll(() => two.close());

/** Reconciles one subject. Ignores an outage. */
async function reconcile(subject: Subject): Promise<void> {
  const outcome =
    subject.kind === 'user'
      ? reconcileUser({ id: subject.id, because: 'delivery' }, two.deps)
      : subject.kind === 'organization' && reconcileOrganization(subject.id, two.deps);
  await Promise.resolve(outcome).catch((error: unknown) => {
    if (!(error instanceof PermitApiError) || !error.retryable) throw error;
  });
}

function rolesOf(users: readonly (PermitUserState | undefined)[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    users
      .filter((user) => user !== undefined && isManagedBySync(user))
      .map((user) => [
        user?.key ?? '',
        (user?.grants ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted(),
      ]),
  );
}

function rolesIn({ users }: Directory): ReadonlyMap<string, readonly string[]> {
  return new Map([...users].map(([key, { roles }]) => [key, roles]));
}

const change = arbitraryLogtoChange({
  users: ['staff-admin', 'staff-auditor', 'unmapped'],
  organizations: ['owner', 'controller', 'guest'],
});
const step = fc.record({ change, transmission: arbitraryTransmission, permitFails: fc.boolean() });

test('after any changes, with lost, repeated, late and reordered deliveries and with Permit failing, a sweep makes Permit match Logto', async () => {
  const ids: DirectoryIds = { users: [], organizations: [] };
  const watch = watchExcess(two.deps);
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.infiniteStream(fc.nat(1_000)),
      async (steps, numbers) => {
        const late: string[] = [];
        /* oxlint-disable no-await-in-loop -- changes happen in order */
        for (const { change: one, transmission, permitFails } of steps) {
          await applyLogtoChange(one, ids, two);
          await watch.remember();
          const names = (await two.deliveries()).flatMap(subjectsOf).map(subjectName);
          const arriving = transmit(names, { transmission, late, random: () => numbers.next().value });
          const fault = permitFails
            ? two.permit.faults.add({ path: '/v2/facts/*', status: 503, probability: 0.3 })
            : undefined;
          for (const name of arriving) await reconcile(subjectNamed(name));
          if (fault !== undefined) two.permit.faults.remove(fault.id);
          expect(await watch.excess()).toEqual([]);
        }
        /* oxlint-enable no-await-in-loop */
        const reported = new Map<string, SyncedUser>();
        await reconcileAll(two.deps, {
          force: true,
          async onUsers(users) {
            for (const user of users) reported.set(user.key, user);
          },
        });
        const held = await heldByPermit(two.deps);
        expect(held).toEqual(await expectedFromLogto(two.deps));
        expect(rolesOf([...reported.values()].map(({ permit }) => permit))).toEqual(rolesIn(held));
        expect((await reconcileAll(two.deps)).operations).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
}, 300_000);
