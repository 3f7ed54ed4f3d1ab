import {
  applyLogtoChange,
  arbitraryLogtoChange,
  heldByPermit,
  type DirectoryIds,
} from '@latchkey/directory-sync/testing';
import { and, eq, inArray } from 'drizzle-orm';
import * as fc from 'fast-check';
import { afterEach, expect, inject, test } from 'vitest';
import { codeOf } from '../../testing/call-procedure.ts';
import { catchDeliveries, deliver } from '../../testing/deliver.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { directoryDeps, startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { untilIdle, waitFor } from '../../testing/wait-for.ts';
import { auditEvents } from '../audit/tables.ts';

const [logto, catcher] = await Promise.all([startTestLogto(), catchDeliveries()]);
await logto.loseDeliveries();
const server = await startTestServer({ logto: logto.management });
const sdk = permitSdk(server.permit);
await sdk.api.users.create({ key: 'operator', role_assignments: [{ role: 'admin', tenant: 'default' }] });
const operator = await server.asNewcomer('operator');
await operator.session.me.query();
afterEach(() => server.permit.faults.clear());

/** Returns the recorded changes of roles, each as `user: role@tenant`, oldest first. */
async function recorded(tenant?: string) {
  await server.audit.flush();
  const { channel, action, id } = auditEvents;
  const changed = inArray(action, ['role.assign', 'role.unassign']);
  const events = await server.db
    .select()
    .from(auditEvents)
    .where(
      and(eq(channel, 'sync'), changed, tenant === undefined ? undefined : eq(auditEvents.tenant, tenant)),
    )
    .orderBy(id);
  return events.map(({ subject, detail, ...event }) => {
    const { role } = Object(detail?.['after'] ?? detail?.['before']);
    return { change: event.action, name: `${subject}: ${role}@${event.tenant}` };
  });
}

test.each([1, 12])(
  'a role that a delivery changes while a run waits is recorded once: %i users',
  async (count) => {
    const renamed = await logto.newUser({ name: 'Old' });
    const users = await Promise.all(Array.from({ length: count }, () => logto.newUser()));
    await operator.sync.reconcile.mutate({ force: true });
    await untilIdle(server.db);
    const organization = await logto.newOrganization('Acme');
    const path = `/organizations/${organization}/users`;
    const join = () =>
      logto
        .manage('POST', path, { userIds: users })
        .then(() =>
          Promise.all(
            users.map((id) =>
              logto.manage('POST', `${path}/${id}/roles`, { organizationRoleIds: ['admin'] }),
            ),
          ),
        );
    const leave = () => Promise.all(users.map((id) => logto.manage('DELETE', `${path}/${id}`)));
    for (const [turn, change] of [join, leave].entries()) {
      await change();
      await logto.manage('PATCH', `/users/${renamed}`, { name: `New ${turn}` });
      const fault = server.permit.faults.add({ method: 'PATCH', delay: 600_000, count: 1_000 });
      await operator.sync.reconcile.mutate({ force: true });
      await waitFor(() => {
        const [held] = server.permit.faults.list();
        expect(held?.remaining).toBeLessThan(1_000);
      });
      const data = { event: 'User.Data.Updated', createdAt: new Date().toISOString() };
      await Promise.all(users.map((id) => deliver(server.url, JSON.stringify({ ...data, data: { id } }))));
      const expected = users.length * (turn + 1) * 2;
      await waitFor(async () => expect(await recorded(organization)).toHaveLength(expected));
      server.permit.faults.remove(fault.id);
      await untilIdle(server.db);
      expect(await recorded(organization)).toHaveLength(expected);
    }
  },
);

const trouble = fc.constantFrom(
  { status: 503 },
  { status: 429, headers: { 'retry-after': '1' } },
  { delay: 50 },
  { corrupt: true },
);
const step = fc.record({
  changes: fc.array(
    arbitraryLogtoChange({ users: ['staff', 'cleared'], organizations: ['admin', 'guest'] }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  permit: fc.option(trouble, { nil: undefined }),
  isSwept: fc.boolean(),
  visitor: fc.nat(1_000),
});

test('deliveries, runs, first calls and retries together record each change of a role in Permit once', async () => {
  await logto.hookTo(catcher.url);
  const ids: DirectoryIds = { users: [], organizations: [] };
  const known = (await recorded()).length;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 10 }), async (steps) => {
      for (const { changes, permit, isSwept, visitor } of steps) {
        for (const change of changes) await applyLogtoChange(change, ids, logto);
        await logto.emulator.settled();
        if (permit !== undefined) server.permit.faults.add({ path: '/v2/*', probability: 0.3, ...permit });
        const guest = ids.users[visitor % Math.max(ids.users.length, 1)];
        const sweep = isSwept ? operator.sync.reconcile.mutate({ force: true }) : undefined;
        const twice = catcher.caught().flatMap((one) => [one, one]);
        await Promise.all([
          codeOf(sweep ?? Promise.resolve()),
          guest === undefined ? undefined : codeOf((await server.asNewcomer(guest)).session.me.query()),
          ...twice.map(({ body, signature }) => deliver(server.url, body, signature)),
        ]);
        server.permit.faults.clear();
      }
      await untilIdle(server.db);
      await operator.sync.reconcile.mutate({ force: true });
      await untilIdle(server.db);
      const balance = new Map<string, number>();
      for (const { change, name } of (await recorded()).slice(known)) {
        const count = (balance.get(name) ?? 0) + (change === 'role.assign' ? 1 : -1);
        expect([name, count]).toEqual([name, change === 'role.assign' ? 1 : 0]);
        balance.set(name, count);
      }
      const { users, tenants } = await heldByPermit(directoryDeps(server, logto));
      const held = [...users].flatMap(([key, { roles }]) => roles.map((role) => `${key}: ${role}`));
      // Roles in a deleted tenant end with it, which is recorded as one change of the tenant.
      const isThere = (name: string) =>
        name.endsWith('@default') || tenants.has(name.split('@').at(-1) ?? '');
      const current = [...balance].flatMap(([name, count]) => (count === 1 && isThere(name) ? [name] : []));
      const ofHistory = held.filter((name) => ids.users.some((id) => name.startsWith(`${id}: `)));
      expect(current.toSorted()).toEqual(ofHistory.toSorted());
    }),
    { numRuns: inject('all') ? 8 : 1, endOnFailure: true },
  );
}, 240_000);
