import { PermitApiError } from '@latchkey/permissions/permit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectName, subjectNamed, type Subject } from '../events/subject.ts';
import { subjectsOf } from '../events/subjects-of.ts';
import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import { mappedGrants } from '../plan/plan-user.ts';
import type { LogtoUserState } from '../plan/states.ts';
import { deed, fate, perform, type Cast, type Fate } from '../testing/history.ts';
import { testMapping } from '../testing/test-policy.ts';
import { startTwoEmulators, type TwoEmulators } from '../testing/two-emulators.ts';
import { readLogto, readPermitState } from './read-directories.ts';
import { reconcileAll } from './reconcile-all.ts';
import { reconcileOrganization } from './reconcile-organization.ts';
import { reconcileUser } from './reconcile-user.ts';

let two: TwoEmulators;
beforeAll(async () => {
  two = await startTwoEmulators();
});
afterAll(() => two.close());

const grantName = ({ role, tenant }: { role: string; tenant: string }): string => `${role}@${tenant}`;

/** What Logto's directory is by the mapping, worked out without the planner. */
async function expected() {
  const logto = await readLogto(two.deps);
  const states: LogtoUserState[] = [];
  for await (const page of logto.users()) states.push(...page);
  const people = states.map((state) => {
    const { user } = state;
    const clearance = Object(user['customData']).clearance;
    const roles =
      user.isSuspended === true ? [] : ['viewer@default', ...mappedGrants(state, testMapping).map(grantName)];
    return [
      userKey(user.id),
      {
        firstName: user.name ?? null,
        clearance: typeof clearance === 'string' ? clearance : undefined,
        roles: roles.toSorted(),
      },
    ] as const;
  });
  return {
    users: new Map(people),
    tenants: new Map(logto.organizations.map(({ id, name }) => [tenantKey(id), name])),
  };
}

async function actual() {
  const { users, tenants } = await readPermitState(two.deps);
  return {
    users: new Map(
      [...users.values()].map(({ key, firstName, attributes, grants }) => [
        key,
        { firstName, clearance: attributes['clearance'], roles: grants.map(grantName).toSorted() },
      ]),
    ),
    tenants: new Map(
      [...tenants.values()].filter(({ key }) => key !== defaultTenant).map(({ key, name }) => [key, name]),
    ),
  };
}

/** Every role that Logto has ever meant somebody to have. */
const everMeant = new Map<string, Set<string>>();
async function remember(): Promise<void> {
  for (const [key, { roles }] of (await expected()).users) {
    everMeant.set(key, new Set([...(everMeant.get(key) ?? []), ...roles, 'viewer@default']));
  }
}
async function nobodyHoldsMore(): Promise<void> {
  for (const [key, { roles }] of (await actual()).users) {
    for (const role of roles) expect(everMeant.get(key), `${key} holds ${role}`).toContain(role);
  }
}

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

const step = fc.record({ deed, fate, permitFails: fc.boolean() });

test('after any history, with deliveries lost, doubled, late and shuffled and Permit failing, a sweep makes Permit what Logto is', async () => {
  const cast: Cast = { users: [], organizations: [] };
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.infiniteStream(fc.nat(1_000)),
      async (steps, dice) => {
        const late: string[] = [];
        /* oxlint-disable no-await-in-loop -- a history is told in order */
        for (const { deed: one, fate: its, permitFails } of steps) {
          await perform(one, cast, two);
          await remember();
          const names = (await two.deliveries()).flatMap(subjectsOf).map(subjectName);
          const now = arriving(names, { fate: its, late, roll: () => dice.next().value });
          const fault = permitFails
            ? two.permit.faults.add({ path: '/v2/facts/*', status: 503, probability: 0.3 })
            : undefined;
          for (const name of now) await look(subjectNamed(name));
          if (fault !== undefined) two.permit.faults.remove(fault.id);
          await nobodyHoldsMore();
        }
        /* oxlint-enable no-await-in-loop */
        await reconcileAll(two.deps, { force: true });
        expect(await actual()).toEqual(await expected());
        expect((await reconcileAll(two.deps)).operations).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

/** Which subjects are heard of now: of those just sent by their fate, and any of the late ones. */
function arriving(
  names: readonly string[],
  { fate: its, late, roll }: { fate: Fate; late: string[]; roll: () => number },
): string[] {
  const found = late.filter(() => roll() % 2 === 0);
  if (its === 'late') late.push(...names);
  if (its === 'once') found.push(...names);
  if (its === 'twice') found.push(...names, ...names);
  return found.toSorted(() => (roll() % 2) - 0.5);
}
