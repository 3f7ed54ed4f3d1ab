import { createPermitClient, PermitApiError } from '@latchkey/permissions/permit';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { apply } from '../apply/apply.ts';
import { createPermitFacts } from '../permit/permit-facts.ts';
import { subjectKeyOf, type Operation } from '../plan/operation.ts';
import { expectedFromLogto, heldByPermit } from '../testing/directories.ts';
import { applyLogtoChange, arbitraryLogtoChange, type DirectoryIds } from '../testing/logto-changes.ts';
import { startTwoEmulators } from '../testing/two-emulators.ts';
import { reconcileAll } from './reconcile-all.ts';

const two = await startTwoEmulators();
afterAll(() => two.close());

/** The signal aborts the run, or Permit does not answer, before (`outage`) or after (`answer lost`) the change. */
interface Ending {
  /** The number of calls that succeed before the end. */
  readonly calls: number;
  readonly end: 'aborted' | 'outage' | 'answer lost';
}

const ending: fc.Arbitrary<Ending> = fc.record({
  calls: fc.nat(12),
  end: fc.constantFrom('aborted', 'outage', 'answer lost'),
});

/** One call ends the run; later calls succeed again. All are counted. */
function writesUntil({ calls, end }: Ending) {
  const { url: apiUrl, keys } = two.permit;
  const client = createPermitClient({ apiUrl, apiKey: keys.environment });
  const controller = new AbortController();
  let made = 0;
  const { writes } = createPermitFacts({
    ...client,
    async change(...call) {
      const isEnd = ++made === calls + 1;
      if (isEnd && end === 'outage') throw noAnswer;
      const isDone = await client.change(...call);
      if (isEnd && end === 'answer lost') throw noAnswer;
      if (isEnd) controller.abort(aborted);
      return isDone;
    },
  });
  return { writes, signal: controller.signal, made: () => made };
}
const noAnswer = new PermitApiError('Permit did not answer.', { permitStatus: undefined, cause: undefined });
const aborted = new Error('Aborted.');

function nameOf(operation: Operation): string {
  const grant = 'grant' in operation ? JSON.stringify(operation.grant) : '';
  return `${operation.kind} ${subjectKeyOf(operation)} ${grant}`;
}

/** Restoring a role in a tenant that no longer exists has no effect, so it is planned each time. */
function countWithoutRestores(operations: readonly Operation[]): number {
  return operations.filter(({ kind }) => kind !== 'restore').length;
}

const planned = async (): Promise<readonly Operation[]> =>
  (await reconcileAll(two.deps, { dryRun: true, force: true })).operations;
const defaultGrant = { role: 'viewer', tenant: 'default' };

test('after a run ends early, the next run does the rest and repeats nothing', async () => {
  const change = arbitraryLogtoChange({
    users: ['staff-admin', 'staff-auditor', 'unmapped'],
    organizations: ['owner', 'controller', 'guest'],
  });
  const ids: DirectoryIds = { users: [], organizations: [] };
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 5, maxLength: 25 }),
      ending,
      fc.constantFrom(2, 10),
      async (changes, how, bulkFrom) => {
        for (const one of changes) await applyLogtoChange(one, ids, two); // oxlint-disable-line no-await-in-loop -- changes happen in order
        const all = await planned();
        const { writes, signal, made } = writesUntil(how);
        let done = 0;
        const onProgress = (count: number): void => {
          done = count;
        };
        const outcome = await apply(
          all,
          { ...two.deps.permit, writes },
          { bulkFrom, retries: 0, signal, onProgress },
        ).catch((error: unknown) => error);
        const callsOfFirstRun = made();
        const isComplete = done === all.length;
        expect(outcome).toEqual(isComplete ? [] : how.end === 'aborted' ? aborted : noAnswer);

        const rest = await planned();
        const names = new Set(rest.map(nameOf));
        expect(all.map(nameOf)).toEqual(expect.arrayContaining([...names]));
        const doneWithoutRestores = done - (all.length - countWithoutRestores(all));
        expect(countWithoutRestores(rest)).toBeLessThanOrEqual(
          countWithoutRestores(all) - Math.max(0, doneWithoutRestores),
        );

        // A role that an administrator removes between the two runs stays removed, including the default role.
        const held = (await heldByPermit(two.deps)).users;
        const usersWithoutDefaultRole = all.flatMap((one) =>
          one.kind === 'create-user' && held.get(one.user.key)?.roles.includes('viewer@default') === true
            ? [one.user.key]
            : [],
        );
        await Promise.all(
          usersWithoutDefaultRole.map((key) => two.deps.permit.writes.unassign(key, defaultGrant)),
        );
        expect((await reconcileAll(two.deps, { force: true })).failed).toEqual([]);
        const { users } = await heldByPermit(two.deps);
        for (const key of usersWithoutDefaultRole)
          expect(users.get(key)?.roles).not.toContain('viewer@default');

        await Promise.all(
          usersWithoutDefaultRole.map((key) => two.deps.permit.writes.assign(key, defaultGrant)),
        );
        expect(await heldByPermit(two.deps)).toEqual(await expectedFromLogto(two.deps));
        expect(await planned()).toEqual([]);
        expect(made()).toBe(callsOfFirstRun);
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
}, 300_000);

test('a run aborted while Permit does not answer rejects with the signal’s reason', async () => {
  const { id } = two.permit.faults.add({ path: '/v2/facts/*', delay: 60_000 });
  const run = reconcileAll(two.deps, { signal: AbortSignal.timeout(200) });
  await expect(run).rejects.toMatchObject({ name: 'TimeoutError' });
  two.permit.faults.remove(id);
});
