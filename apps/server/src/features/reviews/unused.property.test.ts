import { permissionsOfRole, rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { eventAt } from '../../testing/event-at.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { createEventStore } from '../audit/event-store.ts';

const day = 86_400_000;
/** The number of days by which the server's clock is ahead, so that roles created now are this old. */
const ahead = 200;
const now = Date.now() + ahead * day;
const server = await startTestServer({ now: () => new Date(now) });
const store = createEventStore(server.db);
const sdk = permitSdk(server.permit);
const roles = rolesOf(policy);
const permissions = permissionsOfRole(policy, 'admin');

const User = fc.record({
  roles: fc.uniqueArray(fc.constantFrom(...roles), { minLength: 1 }),
  uses: fc.array(
    fc.record({
      permission: fc.constantFrom(...permissions),
      daysAgo: fc.double({ min: 0, max: 240, noNaN: true }),
    }),
    {
      maxLength: 6,
    },
  ),
});
const History = fc.record({ users: fc.array(User, { maxLength: 6 }), days: fc.constantFrom(30, 120, 199) });

let count = 0;
async function createTenant(
  users: readonly {
    readonly roles: readonly string[];
    readonly uses: readonly { permission: string; daysAgo: number }[];
  }[],
) {
  count += 1;
  const tenant = `tenant-${count}`;
  await sdk.api.tenants.create({ key: tenant, name: tenant });
  const event = (actor: string, action: string, daysAgo: number) =>
    eventAt(new Date(now - daysAgo * day).toISOString(), { tenant, actor, action });
  await store.insert([
    event('nobody', 'policy:view', 300),
    event(`${tenant}-admin`, 'audit:view', 1),
    ...users.flatMap(({ uses }, index) =>
      uses.map(({ permission, daysAgo }) => event(`${tenant}-${index}`, permission, daysAgo)),
    ),
  ]);
  const given = users.map(async ({ roles: [role, ...others] }, index) => {
    const { key } = await server.join({ key: `${tenant}-${index}`, role: role ?? 'viewer', tenant });
    await Promise.all(others.map((other) => server.directory.assignRole({ user: key, role: other, tenant })));
  });
  await Promise.all(given);
  const admin = await server.join({ key: `${tenant}-admin`, role: 'admin', tenant });
  await server.members.readAll();
  return { tenant, client: admin.client };
}

test(
  'law: nothing that was used is lost when every suggested role is removed, and a role without any use is suggested',
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(History, async ({ users, days }) => {
        const { tenant, client } = await createTenant(users);
        const { items, next, isKnown } = await client.reviews.unused.query({ days, limit: 50 });
        expect({ next, isKnown }).toEqual({ next: null, isKnown: true });
        const pages: (typeof items)[] = [];
        for (let cursor: number | null = 0; cursor !== null;) {
          const page = await client.reviews.unused.query({ days, limit: 1, cursor });
          expect(new Set(page.items.map(({ user }) => user.key)).size).toBeLessThan(2);
          pages.push(page.items);
          cursor = page.next;
        }
        expect(pages.flat()).toEqual(items);
        for (const [index, { roles: held, uses }] of users.entries()) {
          const used = new Set(
            uses.flatMap(({ permission, daysAgo }) => (daysAgo <= days ? [permission] : [])),
          );
          const suggested = items.filter(({ user }) => user.key === `${tenant}-${index}`);
          const kept = held.filter((role) => !suggested.some((item) => item.role === role));
          const grantedBy = (some: readonly (typeof roles)[number][]): Set<string> =>
            new Set(some.flatMap((role) => permissionsOfRole(policy, role)));
          const [before, after] = [grantedBy(held), grantedBy(kept)];
          for (const permission of used) expect(after.has(permission)).toBe(before.has(permission));
          for (const { loses } of suggested)
            for (const { permission } of loses) expect(used).not.toContain(permission);
          expect(used.size === 0 ? kept : []).toEqual([]);
        }
      }),
      { numRuns: inject('all') ? 100 : 12 },
    );
  },
);

test('shows what each removal takes away, the source of the role, and who did not use a permission', async () => {
  const { tenant, client } = await createTenant([
    { roles: ['viewer', 'editor'], uses: [{ permission: 'reports:view', daysAgo: 3 }] },
    { roles: ['viewer'], uses: [{ permission: 'reports:view', daysAgo: 3 }] },
  ]);
  const all = await client.reviews.unused.query({});
  expect(all.items).toMatchObject([
    {
      user: { key: `${tenant}-0`, isMachine: true },
      role: 'editor',
      source: { kind: 'hand', by: null },
      loses: [{ permission: 'reports:create', onInstances: 0 }, { permission: 'members:view' }],
      keeps: ['reports:view', 'requests:create', 'policy:view'],
    },
  ]);
  expect(all.items[0]?.since.slice(0, 10)).toBe(new Date().toISOString().slice(0, 10));
  expect((await client.reviews.unused.query({ role: 'viewer' })).items).toEqual([]);
  // The role was assigned within the window of 250 days.
  expect((await client.reviews.unused.query({ days: 250 })).items).toEqual([]);
  const use = await client.reviews.roleUse.query({});
  expect(use.roles.find(({ role }) => role === 'editor')).toEqual({
    role: 'editor',
    holders: 1,
    permissions: [
      { permission: 'reports:view', users: 2 },
      { permission: 'reports:create', users: 0 },
      { permission: 'members:view', users: 0 },
      { permission: 'requests:create', users: 0 },
      { permission: 'policy:view', users: 0 },
    ],
  });
});

test('suggests nothing while the audit log is younger than the window, and nothing to those who cannot manage reviews', async () => {
  await sdk.api.tenants.create({ key: 'fresh', name: 'Fresh' });
  const { client } = await server.join({ role: 'admin', tenant: 'fresh' });
  await server.join({ key: 'idle', role: 'editor', tenant: 'fresh' });
  await server.members.readAll();
  expect(await client.reviews.unused.query({ days: 7 })).toMatchObject({
    isKnown: false,
    items: [],
    next: null,
  });
  const viewer = await server.join();
  expect(await codeOf(viewer.client.reviews.unused.query({}))).toBe('FORBIDDEN');
  expect(await codeOf(viewer.client.reviews.roleUse.query({}))).toBe('FORBIDDEN');
});
