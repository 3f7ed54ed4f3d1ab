import { suspendedRolesAttribute } from '@latchkey/directory-sync';
import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { and, eq } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventAt } from '../../testing/event-at.ts';
import { openReview, untilReview } from '../../testing/reviews.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { createEventStore } from '../audit/event-store.ts';
import { auditEvents, permissionUses } from '../audit/tables.ts';
import { collections, reports, shares } from '../reports/tables.ts';

const day = 86_400_000;
/** The period of the flag, in days. */
const period = 90;
/** The number of days by which the server's clock is ahead of Permit's, and so the age of all roles in Permit. */
let ahead = 0;
const now = (): number => Date.now() + ahead * day;
const server = await startTestServer({ now: () => new Date(now()) });
const store = createEventStore(server.db);
const sdk = permitSdk(server.permit);

/** Ages in days, not within an hour of the period. */
const age = fc.constantFrom(0.5, 20, 89.5, 90.5, 150);
/** Where a use happened: nowhere in particular, or on an instance, perhaps in another tenant. */
const place = fc.constantFrom('tenant', 'report', 'other report', 'collection', 'elsewhere');
const History = fc.record({
  ahead: fc.constantFrom(10, 200),
  log: age,
  creation: age,
  /** `null`: the roles were assigned outside the console. */
  share: fc.option(age),
  uses: fc.array(
    fc.record({
      user: fc.constantFrom('creator', 'reader', 'viewer'),
      permission: fc.constantFrom('reports:view', 'reports:edit', 'collections:view', 'reports:create'),
      place,
      age,
    }),
    { maxLength: 5 },
  ),
});
type History = typeof History extends fc.Arbitrary<infer Value> ? Value : never;

const ago = (days: number): Date => new Date(now() - days * day);
const Evidence = z.object({
  evidence: z.object({
    rows: z.array(
      z.object({
        subject: z.string(),
        role: z.string(),
        instance: z.string().nullable(),
        flags: z.array(z.string()),
      }),
    ),
  }),
});

let count = 0;
/** A report and a collection with it, which `creator` created. `reader` reads both, and `viewer` has a tenant role. */
async function createTenant({ log, creation, share, uses }: History) {
  count += 1;
  const tenant = `tenant-${count}`;
  await sdk.api.tenants.create({ key: tenant, name: tenant });
  const keyOf = (user: string): string => `${tenant}-${user}`;
  const join = async (user: string, role: string): Promise<Client> =>
    (await server.join({ key: keyOf(user), email: `${keyOf(user)}@example.test`, role, tenant })).client;
  const admin = await join('admin', 'admin');
  const creator = await join('creator', 'admin');
  for (const user of ['reader', 'viewer']) await join(user, 'viewer');
  const { id: report } = await creator.reports.create.mutate({ title: 'Board', kind: 'machines' });
  const { id: other } = await creator.reports.create.mutate({ title: 'Other', kind: 'machines' });
  const { id: collection } = await creator.collections.create.mutate({ title: 'Finance' });
  await creator.collections.add.mutate({ id: collection, report });
  const subject = keyOf('reader');
  await creator.reports.share.mutate({ id: report, subject, role: 'reader' });
  await creator.collections.share.mutate({ id: collection, subject, role: 'reader' });
  // A stored role, which is restored at the end of the suspension, has no date: it is never unused.
  const attributes = { [suspendedRolesAttribute]: [`viewer@${tenant}`] };
  await sdk.api.users.create({ key: keyOf('suspended'), attributes });
  await server.members.readAll();

  // Replaces the past of the tenant.
  await server.audit.flush();
  for (const table of [auditEvents, permissionUses])
    await server.db.delete(table).where(eq(table.tenant, tenant));
  for (const table of [reports, collections])
    await server.db
      .update(table)
      .set({ createdAt: ago(creation) })
      .where(eq(table.tenant, tenant));
  const isHere = and(eq(shares.tenant, tenant), eq(shares.subject, subject));
  if (share === null) await server.db.delete(shares).where(isHere);
  else
    await server.db
      .update(shares)
      .set({ at: ago(share) })
      .where(isHere);
  const instanceOf = { tenant: null, elsewhere: report, report, 'other report': other, collection };
  await store.insert([
    eventAt(ago(log).toISOString(), { tenant, actor: keyOf('admin'), action: 'policy:view' }),
    ...uses.map((use) =>
      eventAt(ago(use.age).toISOString(), {
        tenant: use.place === 'elsewhere' ? 'default' : tenant,
        actor: keyOf(use.user),
        action: use.permission,
        instance: instanceOf[use.place],
      }),
    ),
  ]);
  return { tenant, admin, keyOf, report, other, collection };
}

function nameOf(row: { subject: string; role: string; instance: string | null }): string {
  return `${row.subject} ${row.role} ${row.instance}`;
}

async function flagged(admin: Client, tenant: string, key: string): Promise<string[]> {
  const id = await openReview(admin, { dueAt: ago(-7).toISOString() });
  await admin.reviews.finish.mutate({ id });
  await untilReview(admin, id, 'closed');
  const { items } = await admin.reviews.rows.query({ id, limit: 200 });
  const response = await server.get(`/api/reviews/${id}/evidence?format=json`, key, tenant);
  const { evidence } = Evidence.parse(await response.json());
  const unused = (rows: typeof evidence.rows | typeof items): string[] =>
    rows
      .filter(({ subject, flags }) => subject !== key && flags.some((flag) => flag === 'unused'))
      .map(nameOf)
      .toSorted();
  expect(unused(evidence.rows)).toEqual(unused(items));
  const page = await admin.reviews.unused.query({ days: period, limit: 50 });
  expect(
    page.items
      .map(({ user, role }) => nameOf({ subject: user.key, role, instance: null }))
      .filter((one) => !one.startsWith(key))
      .toSorted(),
  ).toEqual(unused(items.filter(({ instance }) => instance === null)));
  expect(items.map(({ subject }) => subject)).toContain(`${tenant}-suspended`);
  return unused(items);
}

test('law: a role is unused if and only if it is known to be older than the period, the audit log covers it, and its holder did not use it there', async () => {
  await fc.assert(
    fc.asyncProperty(History, async (history) => {
      ({ ahead } = history);
      const { tenant, admin, keyOf, report, other, collection } = await createTenant(history);
      const { log, creation, share, uses } = history;
      const isUsed = (user: string, permissions: readonly string[], places: readonly string[]): boolean =>
        uses.some(
          (use) =>
            use.user === user &&
            use.age < period &&
            permissions.includes(use.permission) &&
            places.includes(use.place),
        );
      const anywhere = ['tenant', 'report', 'other report', 'collection'];
      const [reportOf, collectionOf] = (['reports', 'collections'] as const).map(
        (resource) => (role: 'owner' | 'reader') => permissionsOfResourceRole(policy, resource, role),
      );
      const expected: [boolean, string][] = [
        [!isUsed('creator', permissionsOfRole(policy, 'admin'), anywhere), `${keyOf('creator')} admin null`],
        ...['reader', 'viewer'].map((user): [boolean, string] => [
          !isUsed(user, permissionsOfRole(policy, 'viewer'), anywhere),
          `${keyOf(user)} viewer null`,
        ]),
        ...(
          [
            ['creator', 'owner', creation],
            ['reader', 'reader', share ?? ahead],
          ] as const
        ).flatMap(([user, role, assigned]): [boolean, string][] => {
          const isOld = assigned > period;
          const onReports = reportOf?.(role) ?? [];
          const isOn = isUsed(user, onReports, ['report']);
          const isOnCollection = isOn || isUsed(user, collectionOf?.(role) ?? [], ['collection']);
          return [
            [isOld && !isOn, `${keyOf(user)} ${role} reports:${report}`],
            [isOld && !isOnCollection, `${keyOf(user)} ${role} collections:${collection}`],
            ...(user === 'creator'
              ? [
                  [
                    isOld && !isUsed(user, onReports, ['other report']),
                    `${keyOf(user)} ${role} reports:${other}`,
                  ] as [boolean, string],
                ]
              : []),
          ];
        }),
      ];
      // The oldest event of the log, and the age of all roles in Permit.
      const covered = Math.max(log, ...uses.flatMap((use) => (use.place === 'elsewhere' ? [] : [use.age])));
      const isKnown = covered > period && ahead > period;
      expect(await flagged(admin, tenant, keyOf('admin'))).toEqual(
        expected.flatMap(([isUnused, name]) => (isKnown && isUnused ? [name] : [])).toSorted(),
      );
    }),
    {
      numRuns: inject('all') ? 40 : 10,
      examples: [
        [{ ahead: 200, log: 150, creation: 150, share: 150, uses: [] }],
        // The use of a report is a use of the role on its collection.
        [
          {
            ahead: 200,
            log: 150,
            creation: 150,
            share: 150,
            uses: [{ user: 'reader', permission: 'reports:view', place: 'report', age: 20 }],
          },
        ],
      ],
    },
  );
}, 300_000);
