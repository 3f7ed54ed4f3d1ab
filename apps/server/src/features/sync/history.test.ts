import {
  applyLogtoChange,
  arbitraryLogtoChange,
  expectedFromLogto,
  heldByPermit,
  watchExcess,
  type DirectoryIds,
} from '@latchkey/directory-sync/testing';
import { and, eq, inArray } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { codeOf } from '../../testing/call-procedure.ts';
import { catchDeliveries, deliver } from '../../testing/deliver.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { directoryDeps, startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { untilIdle, waitFor } from '../../testing/wait-for.ts';
import { auditEvents } from '../audit/tables.ts';

const [logto, catcher] = await Promise.all([startTestLogto({}, { shuffleLists: 7 }), catchDeliveries()]);
await logto.loseDeliveries();
const server = await startTestServer({ logto: logto.management });
const sdk = permitSdk(server.permit);
await sdk.api.users.create({ key: 'operator', role_assignments: [{ role: 'admin', tenant: 'default' }] });
const operator = await server.asNewcomer('operator');
await operator.session.me.query();

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
    { minLength: 1, maxLength: 4 },
  ),
  permit: fc.option(trouble, { nil: undefined }),
  logto: fc.option(fc.constantFrom({ drop: true }, ...[429, 503].map((status) => ({ status }))), {
    nil: undefined,
  }),
  isSwept: fc.boolean(),
  visitor: fc.nat(1_000),
});
const visitOf = async (user: string) => codeOf((await server.asNewcomer(user)).session.me.query());

test('after any history of repeated deliveries, runs, first calls and faults, Permit and the account statuses match Logto, and each change of a role is recorded once', async () => {
  await logto.hookTo(catcher.url);
  const deps = directoryDeps(server, logto);
  const watch = watchExcess(deps);
  const ids: DirectoryIds = { users: [], organizations: [] };
  const everyone = new Set<string>();
  const known = (await recorded()).length;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
      for (const { changes, permit, isSwept, visitor, ...faults } of steps) {
        for (const change of changes) await applyLogtoChange(change, ids, logto);
        for (const id of ids.users) everyone.add(id);
        await logto.emulator.settled();
        await watch.remember();
        if (permit !== undefined) server.permit.faults.add({ path: '/v2/*', probability: 0.3, ...permit });
        if (faults.logto !== undefined) logto.emulator.addFault({ probability: 0.3, ...faults.logto });
        const guest = [...everyone][visitor % Math.max(everyone.size, 1)];
        const sweep = isSwept ? operator.sync.reconcile.mutate({ force: true }) : undefined;
        const twice = catcher.caught().flatMap((one) => [one, one]);
        const [visit] = await Promise.all([
          guest === undefined ? 'ok' : visitOf(guest),
          codeOf(sweep ?? Promise.resolve()),
          ...twice.map(({ body, signature }) => deliver(server.url, body, signature)),
        ]);
        server.permit.faults.clear();
        logto.emulator.clearFaults();
        expect(['ok', 'SUBJECT_REVOKED', 'DIRECTORY_UNAVAILABLE']).toContain(visit);
        expect(await watch.excess()).toEqual([]);
      }
      await untilIdle(server.db);
      const { id: run } = await operator.sync.reconcile.mutate({ force: true });
      await untilIdle(server.db);
      const { runs, deliveries } = await operator.sync.status.query();
      expect(runs.find(({ id }) => id === run)).toMatchObject({ status: 'done', report: { failed: 0 } });
      expect(deliveries).toMatchObject({ pending: 0, failed: 0 });
      const directory = await heldByPermit(deps);
      expect(directory).toEqual(await expectedFromLogto(deps));
      // A suspended user has no roles.
      const visits = [...everyone].map((id) =>
        (directory.users.get(id)?.roles.length ?? 0) === 0 ? 'SUBJECT_REVOKED' : 'ok',
      );
      await waitFor(async () => expect(await Promise.all([...everyone].map(visitOf))).toEqual(visits));
      await operator.sync.reconcile.mutate({ dryRun: true });
      await untilIdle(server.db);
      expect(await operator.sync.drift.query()).toMatchObject({ dryRun: true, report: { changes: {} } });

      const balance = new Map<string, number>();
      for (const { change, name } of (await recorded()).slice(known)) {
        const count = (balance.get(name) ?? 0) + (change === 'role.assign' ? 1 : -1);
        expect([name, count]).toEqual([name, change === 'role.assign' ? 1 : 0]);
        balance.set(name, count);
      }
      const held = [...directory.users].flatMap(([key, { roles }]) => roles.map((role) => `${key}: ${role}`));
      // Roles in a deleted tenant end with it, which is recorded as one change of the tenant.
      const isThere = (name: string) =>
        name.endsWith('@default') || directory.tenants.has(name.split('@').at(-1) ?? '');
      const current = [...balance].flatMap(([name, count]) => (count === 1 && isThere(name) ? [name] : []));
      const ofHistory = held.filter((name) => ids.users.some((id) => name.startsWith(`${id}: `)));
      expect(current.toSorted()).toEqual(ofHistory.toSorted());
    }),
    // A history takes seconds and continues the one before, so it cannot be shrunk.
    { numRuns: inject('all') ? 8 : 1, endOnFailure: true },
  );
}, 240_000);
