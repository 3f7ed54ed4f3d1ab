import { PermitApiError } from '@latchkey/permissions/permit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from '../apply/apply.ts';
import { noLimits } from '../apply/limits.ts';
import { createRateLimiter } from '../apply/rate-limiter.ts';
import { createPermitFacts } from '../permit/permit-facts.ts';
import { createPermitTransport } from '../permit/permit-transport.ts';
import { subjectKeyOf, type Operation } from '../plan/operation.ts';
import { heldByPermit, meantByLogto } from '../testing/directories.ts';
import { deeds, perform, type Cast } from '../testing/logto-changes.ts';
import { startTwoEmulators, type TwoEmulators } from '../testing/two-emulators.ts';
import { reconcileAll } from './reconcile-all.ts';

let two: TwoEmulators;
beforeAll(async () => {
  two = await startTwoEmulators();
});
afterAll(() => two.close());

/** How a run ends early: the signal, Permit silent before it does what is asked, or silent after it did. */
interface Ending {
  /** Calls that go well before. */
  readonly calls: number;
  readonly end: 'called off' | 'outage' | 'answer lost';
}

const ending: fc.Arbitrary<Ending> = fc.record({
  calls: fc.nat(12),
  end: fc.constantFrom('called off', 'outage', 'answer lost'),
});

/** Permit's writes, with an end to them; those after it go well again, and are counted. */
function writesUntil({ calls, end }: Ending) {
  const { url: apiUrl, keys } = two.permit;
  const whole = createPermitTransport({ apiUrl, apiKey: keys.environment }, createRateLimiter(noLimits));
  const controller = new AbortController();
  let made = 0;
  const { writes } = createPermitFacts({
    ...whole,
    async change(change) {
      const isEnd = ++made === calls + 1;
      if (isEnd && end === 'outage') throw silence;
      await whole.change(change);
      if (isEnd && end === 'answer lost') throw silence;
      if (isEnd) controller.abort(calledOff);
    },
  });
  return { writes, signal: controller.signal, made: () => made };
}
const silence = new PermitApiError('Permit did not answer.', { status: undefined, cause: undefined });
const calledOff = new Error('Called off.');

function nameOf(operation: Operation): string {
  const grant = 'grant' in operation ? JSON.stringify(operation.grant) : '';
  return `${operation.kind} ${subjectKeyOf(operation)} ${grant}`;
}

/** A role in a tenant that is gone is restored to no effect, as often as it is planned; so those do not count. */
function lasting(operations: readonly Operation[]): number {
  return operations.filter(({ kind }) => kind !== 'restore').length;
}

const planned = async (): Promise<readonly Operation[]> =>
  (await reconcileAll(two.deps, { dryRun: true, force: true })).operations;
const start = { role: 'viewer', tenant: 'default' };

test('a run that ends early leaves to the next what it has not done, and nothing comes twice', async () => {
  const deed = deeds({
    users: ['staff-admin', 'staff-auditor', 'unmapped'],
    organizations: ['owner', 'controller', 'guest'],
  });
  const cast: Cast = { users: [], organizations: [] };
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { minLength: 5, maxLength: 25 }),
      ending,
      fc.constantFrom(2, 10),
      async (history, how, bulkFrom) => {
        for (const one of history) await perform(one, cast, two); // oxlint-disable-line no-await-in-loop -- told in order
        const all = await planned();
        const { writes, signal, made } = writesUntil(how);
        let done = 0;
        const onProgress = (count: number): void => {
          done = count;
        };
        const outcome = await apply(all, writes, { bulkFrom, retries: 0, signal, onProgress }).catch(
          (error: unknown) => error,
        );
        const soFar = made();
        const isWhole = done === all.length;
        expect(outcome).toEqual(isWhole ? [] : how.end === 'called off' ? calledOff : silence);

        const rest = await planned();
        const names = new Set(rest.map(nameOf));
        expect(all.map(nameOf)).toEqual(expect.arrayContaining([...names]));
        const lastingDone = done - (all.length - lasting(all));
        expect(lasting(rest)).toBeLessThanOrEqual(lasting(all) - Math.max(0, lastingDone));

        // What an administrator takes away between the two stays away, the default role too.
        const held = (await heldByPermit(two.deps)).users;
        const robbed = all.flatMap((one) =>
          one.kind === 'create-user' && held.get(one.user.key)?.roles.includes('viewer@default') === true
            ? [one.user.key]
            : [],
        );
        await Promise.all(robbed.map((key) => two.deps.permit.writes.unassign(key, start)));
        expect((await reconcileAll(two.deps, { force: true })).failed).toEqual([]);
        const { users } = await heldByPermit(two.deps);
        for (const key of robbed) expect(users.get(key)?.roles).not.toContain('viewer@default');

        await Promise.all(robbed.map((key) => two.deps.permit.writes.assign(key, start)));
        expect(await heldByPermit(two.deps)).toEqual(await meantByLogto(two.deps));
        expect(await planned()).toEqual([]);
        expect(made()).toBe(soFar);
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);

test('a run that is called off while Permit is silent ends with that', async () => {
  const { id } = two.permit.faults.add({ path: '/v2/facts/*', delay: 60_000 });
  const run = reconcileAll(two.deps, { signal: AbortSignal.timeout(200) });
  await expect(run).rejects.toMatchObject({ name: 'TimeoutError' });
  two.permit.faults.remove(id);
});
