import { createLogtoManagement } from '@latchkey/directory-sync';
import { idOf } from '@latchkey/directory-sync/testing';
import { and, eq } from 'drizzle-orm';
import * as fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { codeOf } from '../../testing/call-procedure.ts';
import { openReview } from '../../testing/reviews.ts';
import { rolesIn } from '../../testing/permit-sdk.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, type Client, type TestServer } from '../../testing/test-server.ts';
import { untilIdle, waitFor } from '../../testing/wait-for.ts';
import { tenantGrantsOf } from '../requests/live-grants.ts';
import { reviewRows, reviews } from '../reviews/tables.ts';
import { roleChanges } from './tables.ts';

const logto = await startTestLogto();
const inLogto = createLogtoManagement(logto.management);
const server = await startTestServer({ logto: logto.management });
const { permit, issuer, databaseUrl } = server;
const startReplica = () =>
  startTestServer({ logto: logto.management, databaseUrl, upstreams: { permit, issuer } });
const replica = await startReplica();
await logto.hookTo(server.url);
afterAll(() => server.sync.control.setPaused(false));

const kinds = ['lasting', 'lasting', 'lasting', 'ending', 'suspended', 'machine'] as const;
type Kind = (typeof kinds)[number];
const removals = ['review', 'change', 'member', 'suspend', 'one', 'bulk', 'end', 'none'] as const;
type Removal = (typeof removals)[number];
interface Administrator {
  readonly kind: Kind;
  readonly removal: Removal;
  /** Whether the second replica is called. */
  readonly isElsewhere: boolean;
}
interface Held extends Administrator {
  readonly key: string;
}

/** The removal that is possible for the user; the others are refused for another reason. */
function possible(tenant: string, { kind, removal }: Administrator): Removal {
  if (kind === 'machine') return ['review', 'none'].includes(removal) ? removal : 'one';
  if (kind === 'suspended') return removal === 'change' ? 'review' : removal === 'none' ? 'none' : 'member';
  const isInLogto = tenant !== 'default';
  return isInLogto && ['one', 'bulk', 'end', 'suspend'].includes(removal) ? 'member' : removal;
}

const joinOrganization = (tenant: string, key: string) => logto.join(tenant, key);
const rolePath = (tenant: string, key: string): string => `/organizations/${tenant}/users/${key}/roles`;
const newMachine = async (): Promise<string> =>
  idOf(await logto.manage('POST', '/applications', { name: 'Robot', type: 'MachineToMachine' }));
/** Creates a machine to make the removals, because it is no lasting administrator itself. */
async function newRobot(tenant: string): Promise<(server: TestServer) => Promise<Client>> {
  const key = await newMachine();
  // Sync creates the tenant of a new organization.
  await waitFor(() => server.directory.provisionUser({ key }, { role: 'admin', tenant }));
  const on = (one: TestServer) => one.as(key, tenant === 'default' ? undefined : tenant);
  const client = await on(server);
  await waitFor(() => client.members.list.query({}));
  return on;
}

/** Makes users administrators: in an organization by a role in Logto, in the tenant `default` by one in Permit. */
async function administratorsOf(
  { tenant, actor }: { readonly tenant: string; readonly actor: Client },
  people: readonly Administrator[],
): Promise<Held[]> {
  const held: Held[] = [];
  for (const person of people) {
    if (person.kind === 'machine') {
      const key = await newMachine();
      await server.directory.provisionUser({ key }, { role: 'admin', tenant });
      held.push({ ...person, key });
      continue;
    }
    const key = await logto.newUser();
    await (await server.asNewcomer(key)).session.me.query();
    if (tenant === 'default') {
      const duration = person.kind === 'ending' ? 86_400 : null;
      const given = { role: 'admin', change: 'assign', duration } as const;
      await actor.members.bulkChange.mutate({ ...given, subjects: [key] });
    } else {
      await joinOrganization(tenant, key);
      await logto.manage('POST', rolePath(tenant, key), { organizationRoleIds: ['admin'] });
      await server.sync.accountChanged(key);
    }
    await waitFor(async () => expect(await rolesIn(server, key, tenant)).toContain('admin'));
    if (person.kind === 'suspended')
      await logto.manage('PATCH', `/users/${key}/is-suspended`, { isSuspended: true });
    held.push({ ...person, key });
  }
  for (const { key } of held.filter(({ kind }) => kind === 'suspended'))
    await waitFor(async () => expect(await rolesIn(server, key, tenant)).toEqual([]));
  return held;
}

async function isLasting(tenant: string, key: string): Promise<boolean> {
  if (!(await rolesIn(server, key, tenant)).includes('admin')) return false;
  const user = await inLogto.user(key);
  if (user === undefined || user.isSuspended === true) return false;
  if (tenant === 'default')
    return !(await tenantGrantsOf(server.db, [key])).some(
      (grant) => grant.tenant === tenant && grant.endsAt !== null,
    );
  const [organization] = (await inLogto.organizationsOf(key)).filter(({ id }) => id === tenant);
  return organization?.roles.includes('admin') === true;
}

/** Opens a review in which these roles are decided. */
async function decidedReview(actor: Client, people: readonly Held[]): Promise<string> {
  const id = await openReview(actor, { scope: { kind: 'privileged' } });
  for (const row of await rowsOf(actor, id)) {
    const removal = people.find(({ key }) => key === row.subject)?.removal;
    if (row.role !== 'admin' || (removal !== 'review' && removal !== 'change')) continue;
    await actor.reviews.decide.mutate({
      id,
      rows: [row],
      reason: 'Too many.',
      ...(removal === 'review' ? { decision: 'remove' } : { decision: 'change', newRole: 'editor' }),
    });
  }
  return id;
}
const rowsOf = async (actor: Client, id: string) =>
  (await actor.reviews.rows.query({ id, limit: 200 })).items;

/** Makes one removal, and returns the code of its refusal. */
async function remove(actor: Client, { key, removal }: Held): Promise<string | null> {
  const subjects = [key];
  const one = { subject: key, role: 'admin' } as const;
  if (removal === 'one') return codeOf(actor.members.unassign.mutate(one));
  if (removal === 'bulk')
    return (
      (await actor.members.bulkChange.mutate({ subjects, role: 'admin', change: 'unassign' }))[0]?.code ??
      null
    );
  if (removal === 'end') {
    const before = { endsAt: new Date(Date.now() + 86_400_000).toISOString() };
    const members = [{ subject: key, before }];
    return (await actor.members.bulkUndo.mutate({ role: 'admin', members }))[0]?.code ?? null;
  }
  const isAccount = (await actor.session.me.query()).tenant === 'default';
  const action = !isAccount ? 'organization' : removal === 'suspend' ? 'suspend' : 'roles';
  return (await actor.members.remove.mutate({ subjects, actions: [action] }))[0]?.code ?? null;
}

const administrator = fc.record({
  kind: fc.constantFrom(...kinds),
  removal: fc.constantFrom(...removals),
  isElsewhere: fc.boolean(),
});
const scenario = fc.record({
  people: fc.array(administrator, { minLength: 1, maxLength: 5 }),
  isOrganization: fc.boolean(),
  isSyncDelayed: fc.boolean(),
  /** All removals at once, or only those of a review, which then equal its plan. */
  isOnlyReview: fc.boolean(),
});

test('however administrators are removed at once, one of them stays, and refusals say so', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ people, isOrganization, isSyncDelayed, isOnlyReview }) => {
      const tenant = isOrganization ? await logto.newOrganization('Globex') : 'default';
      const actorOn = await newRobot(tenant);
      const [actor, other] = [await actorOn(server), await actorOn(replica)];
      const held = (await administratorsOf({ tenant, actor }, people)).map((one) => {
        const removal = isOnlyReview && one.removal !== 'change' ? 'review' : one.removal;
        return { ...one, removal: possible(tenant, { ...one, removal }) };
      });
      const keys = held.map(({ key }) => key);
      const lastingOnes = async () => {
        const found = await Promise.all(keys.map((key) => isLasting(tenant, key)));
        return keys.filter((_, index) => found[index]);
      };
      const before = await lastingOnes();
      const id = await decidedReview(actor, held);
      await server.sync.control.setPaused(isSyncDelayed);
      const planned = (await actor.reviews.removals.query({ id, limit: 100 }))
        .filter(({ obstacle }) => obstacle !== null)
        .map(({ subject, obstacle }) => [subject, obstacle]);

      const codes = await Promise.all([
        codeOf(actor.reviews.finish.mutate({ id })),
        ...held
          .filter(({ removal }) => !['review', 'change', 'none'].includes(removal))
          .map((one) => remove(one.isElsewhere ? other : actor, one)),
      ]);
      expect(codes.filter((code) => ![null, 'ok', 'LAST_ADMINISTRATOR'].includes(code))).toEqual([]);
      // Until every removal of the review has been attempted.
      await waitFor(async () => {
        const isUntried = and(
          eq(reviewRows.review, id),
          eq(reviewRows.outcome, 'pending'),
          eq(reviewRows.attempts, 0),
        );
        expect(await server.db.$count(reviewRows, isUntried)).toBe(0);
      });
      await server.sync.control.setPaused(false);
      for (const { key, kind } of held) if (kind !== 'machine') await server.sync.accountChanged(key);
      await untilIdle(server.db);
      // A refused removal is pending again during each attempt.
      const settled = await waitFor(async () => {
        const rows = await rowsOf(actor, id);
        expect(rows.filter(({ outcome }) => outcome === 'pending')).toEqual([]);
        return rows;
      });
      const failed = settled
        .filter(({ outcome }) => outcome === 'failed')
        .map(({ subject, failure }) => [subject, failure]);
      expect(failed.filter(([, failure]) => failure !== 'LAST_ADMINISTRATOR')).toEqual([]);
      const isAsPlanned = held.every(({ removal }) => ['review', 'change', 'none'].includes(removal));
      expect(isAsPlanned ? failed : []).toEqual(isAsPlanned ? planned : []);
      expect(before.length === 0 || (await lastingOnes()).length > 0).toBe(true);
      if ((await actor.reviews.get.query({ id })).status === 'applying')
        await actor.reviews.close.mutate({ id });
      for (const { key } of tenant === 'default' ? held : [])
        await server.members.roles.remove({ tenant, subject: key, by: 'robot' });
    }),
    { numRuns: inject('all') ? 20 : 5, endOnFailure: true },
  );
}, 1_800_000);

test('when their server is gone, administrators whom Logto has removed do not count, although sync has not applied it', async () => {
  const tenant = await logto.newOrganization('Globex');
  const on = await newRobot(tenant);
  const person = { kind: 'lasting', removal: 'member', isElsewhere: false } as const;
  const held = await administratorsOf({ tenant, actor: await on(server) }, [person, person, person]);
  const [first, second, third] = held.map(({ key }) => key);
  const reviewed = held.slice(0, 1).map((one) => ({ ...one, removal: 'review' as const }));
  const id = await decidedReview(await on(server), reviewed);
  await server.sync.control.setPaused(true);
  const killed = await startReplica();
  const asKilled = await on(killed);
  await asKilled.reviews.finish.mutate({ id });
  const rolesInLogto = async (key = '') =>
    (await inLogto.organizationsOf(key)).flatMap((one) => (one.id === tenant ? one.roles : []));
  await waitFor(async () => expect(await rolesInLogto(first)).toEqual([]));
  // The connection to Permit fails, so only the membership in Logto ends.
  permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 503 });
  expect(await remove(asKilled, { ...person, key: second ?? '' })).toBe('DIRECTORY_UNAVAILABLE');
  permit.faults.clear();
  await killed.close();
  expect(await rolesIn(server, first ?? '', tenant)).toContain('admin');
  expect(await rolesIn(server, second ?? '', tenant)).toContain('admin');

  // Not a new one, because it would apply the waiting jobs before it pauses.
  const asNext = await on(replica);
  expect(await remove(asNext, { ...person, key: third ?? '' })).toBe('LAST_ADMINISTRATOR');
  // Not even after the time in which a call may still take effect.
  await server.db.delete(roleChanges);
  expect(await remove(asNext, { ...person, key: third ?? '' })).toBe('LAST_ADMINISTRATOR');
  await server.sync.control.setPaused(false);
  await waitFor(async () => expect(await rolesIn(server, first ?? '', tenant)).not.toContain('admin'));
  // The review verifies the removal, before the role is assigned again.
  await server.db.update(reviews).set({ claimedUntil: null }).where(eq(reviews.id, id));
  await waitFor(async () =>
    expect(await asNext.reviews.get.query({ id })).toMatchObject({ status: 'closed' }),
  );
  await logto.manage('POST', rolePath(tenant, first ?? ''), { organizationRoleIds: ['admin'] });
  await server.sync.accountChanged(first ?? '');
  // An administrator again counts again.
  await waitFor(async () => expect(await remove(asNext, { ...person, key: third ?? '' })).toBeNull());
});

test('a call to Logto without an answer counts as made, so that it cannot leave nobody when it takes effect later', async () => {
  const tenant = await logto.newOrganization('Globex');
  const on = await newRobot(tenant);
  const person = { kind: 'lasting', removal: 'member', isElsewhere: false } as const;
  const held = await administratorsOf({ tenant, actor: await on(server) }, [person, person]);
  const [first, second] = held.map(({ key }) => ({ ...person, key }));
  if (first === undefined || second === undefined) throw new TypeError('There are no administrators.');
  const path = `/api/organizations/${tenant}/users/${first.key}`;
  logto.emulator.addFault({ method: 'DELETE', path, drop: true });
  expect(await remove(await on(server), first)).toBe('DIRECTORY_UNAVAILABLE');
  expect(await remove(await on(replica), second)).toBe('LAST_ADMINISTRATOR');
  logto.emulator.clearFaults();
  // Logto refuses this one, so it has no effect.
  await server.db.delete(roleChanges);
  logto.emulator.addFault({ method: 'DELETE', path, status: 403 });
  expect(await remove(await on(server), first)).toBe('DIRECTORY_UNAVAILABLE');
  logto.emulator.clearFaults();
  expect(await remove(await on(replica), second)).toBeNull();
});
