import { rolesGranting, rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { and, inArray, lte } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { accessGrants } from '../requests/tables.ts';

/** The number of seconds by which the server's clock for grants is ahead. */
let ahead = 0;
const server = await startTestServer({ approvalRules: {}, now: () => new Date(Date.now() + ahead * 1_000) });
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });

const day = 86_400;
const roles = rolesOf(policy);
const tenants = ['default', 'acme'] as const;
const people = await Promise.all(
  tenants.map(async (tenant) => {
    const { key: admin, client } = await server.join({ role: 'admin', tenant });
    const keys = await Promise.all(
      Array.from({ length: 6 }, async () => (await server.join({ tenant })).key),
    );
    await sdk.api.users.assignRole({ user: keys[0] ?? '', role: 'admin', tenant });
    // From now on, the list has all members.
    for (const subject of [admin, ...keys]) await client.members.get.query({ subject });
    const { id } = await client.reports.create.mutate({ title: 'Board', kind: 'access-review' });
    return {
      tenant,
      keys,
      report: id,
      client: tenant === 'default' ? client : await server.as(admin, tenant),
    };
  }),
);

const index = fc.nat(5);
const step = fc.record({
  where: fc.nat(1),
  kind: fc.constantFrom('one', 'many', 'many', 'undo', 'remove', 'restore', 'restore', 'end'),
  role: fc.constantFrom(...roles),
  change: fc.constantFrom('assign' as const, 'unassign' as const),
  duration: fc.constantFrom(null, null, day),
  who: fc.uniqueArray(index, { minLength: 1, maxLength: 6 }),
});

function overdueGrants(): Promise<unknown[]> {
  const { expiresAt, status } = accessGrants;
  const isRunning = inArray(status, ['pending', 'active', 'ending']);
  const isOver = lte(expiresAt, new Date(Date.now() + ahead * 1_000));
  return server.db.select().from(accessGrants).where(and(isRunning, isOver));
}

/** Returns the holders of each role according to Permit. */
async function inPermit(tenant: string): Promise<Record<string, string[]>> {
  const all = await sdk.api.roleAssignments.list({ tenant, perPage: 100 });
  return Object.fromEntries(
    roles.map((role) => [
      role,
      all
        .filter((one) => one.role === role && !one.resource_instance)
        .map(({ user }) => user)
        .toSorted(),
    ]),
  );
}

test('after any changes of roles, every page counts and lists the members whom Permit has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 12 }), async (steps) => {
      const made: {
        where: number;
        role: (typeof roles)[number];
        members: { subject: string; before: { endsAt: string | null } | null }[];
      }[] = [];
      const removals: string[] = [];
      for (const { where, kind, role, change, duration, who } of steps) {
        // In an organization, only Logto removes members.
        const place = people[kind === 'remove' ? 0 : where];
        if (place === undefined) return;
        const { client, keys } = place;
        const subjects = who.map((at) => keys[at] ?? '');
        const [subject = ''] = subjects;
        if (kind === 'one')
          await (
            change === 'assign'
              ? client.members.assign.mutate({ subject, role, duration })
              : client.members.unassign.mutate({ subject, role })
          ).catch(() => {});
        if (kind === 'many') {
          const outcomes = await client.members.bulkChange.mutate({ subjects, role, change, duration });
          made.push({
            where,
            role,
            members: outcomes.flatMap(({ isChanged, subject: key, before }) =>
              isChanged ? [{ subject: key, before }] : [],
            ),
          });
        }
        const last = made.at(-1);
        if (kind === 'undo' && last !== undefined && last.members.length > 0)
          await people[last.where]?.client.members.bulkUndo.mutate({
            role: last.role,
            members: last.members,
          });
        if (kind === 'remove') {
          const removed = await client.members.remove.mutate({ subjects, actions: ['roles'] });
          removals.push(...removed.flatMap(({ removal }) => (removal === null ? [] : [removal])));
        }
        if (kind === 'restore' && removals.length > 0)
          await people[0]?.client.members.restore.mutate({ removals: removals.splice(0) });
        if (kind === 'end') ahead += day;
        const check = async () => {
          for (const { tenant: here, client: reader, report } of people) {
            const holders = await inPermit(here);
            const counted = Object.fromEntries(roles.map((name) => [name, holders[name]?.length ?? 0]));
            expect((await reader.members.counts.query({})).roles).toMatchObject(counted);
            expect(await reader.policy.holders.query()).toMatchObject(counted);
            const audience = await reader.reports.audience.query({ id: report });
            expect(Object.fromEntries(audience.byRole.map((one) => [one.role, one.people]))).toEqual(counted);
            const [impact] = await reader.policy.impact.query({
              changes: [{ role: 'editor', permission: 'audit:view', granted: true }],
            });
            const without = (key: string) =>
              !rolesGranting(policy, 'audit:view').tenant.some((name) => holders[name]?.includes(key));
            const gaining = (holders['editor'] ?? []).filter(without);
            expect(impact?.gains.members ?? 0).toBe(gaining.length);
            for (const name of roles) {
              const { members } = await reader.members.list.query({ role: name, limit: 100 });
              expect(members.map(({ subject: key }) => key).toSorted()).toEqual(holders[name]);
            }
          }
        };
        const checkAfterEnds = async () => {
          expect(await overdueGrants()).toEqual([]);
          await check();
        };
        // Only the worker ends roles later. Everything else is there when the call returns.
        if (kind === 'end') await waitFor(checkAfterEnds);
        else await check();
      }
    }),
    // A history takes seconds and continues the one before, so it cannot be shrunk.
    { numRuns: inject('all') ? 20 : 8, endOnFailure: true },
  );
}, 600_000);
