import * as fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { countCalls } from '../../../testing/count-calls.ts';
import { deliverSuspension } from '../../../testing/deliver.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestServer, startUpstreams, type Client } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const upstreams = await startUpstreams();
const api = await countCalls(upstreams.permit.url);
afterAll(() => api[Symbol.asyncDispose]());
// Decisions are not cached, because the test changes facts directly in Permit.
const server = await startTestServer({ upstreams, decisionTtl: 0, addresses: { permitApi: api.url } });
const sdk = permitSdk(server.permit);

await server.join({ key: 'ada' });
/** Creates a tenant with one administrator, so that each run and each test has its own reports. */
async function createTenant(): Promise<{ readonly tenant: string; readonly admin: Client }> {
  const tenant = `tenant-${crypto.randomUUID()}`;
  await sdk.api.tenants.create({ key: tenant, name: tenant });
  await server.directory.assignRole({ user: 'ada', role: 'admin', tenant });
  return { tenant, admin: await server.as('ada', tenant) };
}
const createReport = async (admin: Client, title = 'Report'): Promise<string> =>
  (await admin.reports.create.mutate({ title, kind: 'access-review' })).id;

interface Place {
  readonly tenant: string;
  readonly admin: Client;
  readonly reports: readonly string[];
  readonly collection: string;
}

async function createPlace(users: readonly string[]): Promise<Place> {
  const { tenant, admin } = await createTenant();
  for (const user of users) await server.directory.assignRole({ user, role: 'viewer', tenant });
  const reports = [await createReport(admin), await createReport(admin), await createReport(admin)];
  const { id: collection } = await admin.collections.create.mutate({ title: 'Board' });
  return { tenant, admin, reports, collection };
}

/** The administrator, or one of three other users. */
const who = fc.nat(3);
const role = fc.constantFrom('owner', 'owner', 'editor', 'reader');
/** `on`: a report, or the collection. */
const on = fc.constantFrom(0, 1, 2, 'collection' as const);
const place = fc.nat(1);
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('share', 'unshare', 'assign', 'unassign'), place, who, role, on }),
  fc.record({ kind: fc.constantFrom('collect', 'take'), place, report: fc.constantFrom(0, 1, 2) }),
  fc.record({ kind: fc.constant('transfer'), place, who, on }),
  /** `isApplied`: whether sync has applied it to Permit. */
  fc.record({
    kind: fc.constantFrom('suspended', 'gone'),
    who: fc.integer({ min: 1, max: 3 }),
    isApplied: fc.boolean(),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const instanceOf = ({ collection, reports }: Place, where: number | 'collection'): string =>
  where === 'collection' ? `collections:${collection}` : `reports:${reports[where]}`;

// The user may be inactive, and a rule may refuse to remove the last owner.
const ignored = () => undefined;

async function leave(key: string, status: 'suspended' | 'gone', isApplied: boolean): Promise<void> {
  if (!isApplied) return void (await server.sync.revocations.record(key, status));
  if (status === 'gone') return sdk.api.users.delete(key);
  await deliverSuspension(server.url, key);
  await waitFor(async () => expect(await sdk.api.roleAssignments.list({ user: key })).toEqual([]));
}

async function take(places: readonly Place[], keys: readonly string[], one: Step): Promise<void> {
  if (!('place' in one)) return;
  const { admin, tenant, collection, ...there } = places[one.place]!;
  if ('report' in one) {
    const input = { id: collection, report: there.reports[one.report]! };
    await (one.kind === 'collect'
      ? admin.collections.add.mutate(input)
      : admin.collections.removeReport.mutate(input));
    return;
  }
  const instance = instanceOf({ admin, tenant, collection, ...there }, one.on);
  const procedures = one.on === 'collection' ? admin.collections : admin.reports;
  const id = instance.slice(instance.indexOf(':') + 1);
  const subject = keys[one.who]!;
  if ('role' in one) {
    const { role: named } = one;
    const given = { user: subject, role: named, tenant, instance };
    if (one.kind === 'share') await procedures.share.mutate({ id, subject, role: named }).catch(ignored);
    else if (one.kind === 'unshare')
      await procedures.unshare.mutate({ id, subject, role: named }).catch(ignored);
    else if (one.kind === 'assign') await server.directory.assignRole(given).catch(ignored);
    else await server.directory.unassignRole(given).catch(ignored);
    return;
  }
  await procedures.share.mutate({ id, subject, role: 'owner' }).catch(ignored);
  for (const { user, role: held } of await sdk.api.roleAssignments.list({ resourceInstance: instance }))
    if (held === 'owner' && user !== subject)
      await procedures.unshare.mutate({ id, subject: user, role: 'owner' }).catch(ignored);
}

/** The active owners of each instance by Permit's own role assignments and links. */
async function ownersInPermit(of: Place, inactive: ReadonlySet<string>): Promise<Map<string, string[]>> {
  const on = async (resourceInstance: string): Promise<string[]> =>
    (await sdk.api.roleAssignments.list({ resourceInstance })).flatMap(({ role: held, user }) =>
      held === 'owner' && !inactive.has(user) ? [user] : [],
    );
  const collection = instanceOf(of, 'collection');
  const inherited = await on(collection);
  const links = await sdk.api.relationshipTuples.list({ subject: collection });
  const owners = new Map([[collection, inherited.toSorted()]]);
  for (const id of of.reports) {
    const isIn = links.some(({ object }) => object === `reports:${id}`);
    const all = [...(await on(`reports:${id}`)), ...(isIn ? inherited : [])];
    owners.set(`reports:${id}`, [...new Set(all)].toSorted());
  }
  return owners;
}

const keysOf = (one: { readonly owners: readonly { readonly key: string }[] | null }): string[] | undefined =>
  one.owners?.map(({ key }) => key).toSorted();

test('law: after any history, lists, pages, the filter and sharing name the active users with the role as owners', async () => {
  const histories = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
    const keys = ['ada', ...['ann', 'ben', 'cleo'].map((name) => `${name}-${crypto.randomUUID()}`)];
    for (const key of keys.slice(1)) await server.join({ key });
    const places = [await createPlace(keys.slice(1)), await createPlace(keys.slice(1))];
    const inactive = new Set<string>();
    for (const one of steps) {
      await take(places, keys, one);
      const leaving = 'isApplied' in one ? keys[one.who]! : 'ada';
      if (!('isApplied' in one) || inactive.has(leaving)) continue;
      await leave(leaving, one.kind, one.isApplied);
      inactive.add(leaving);
    }
    for (const of of places) {
      const { admin } = of;
      const expected = await ownersInPermit(of, inactive);
      const { items } = await admin.reports.list.query({});
      const pages = await Promise.all(of.reports.map((id) => admin.reports.get.query({ id })));
      const collection = await admin.collections.get.query({ id: of.collection });
      const collections = await admin.collections.list.query();
      const shown = (
        all: readonly { id: string; owners: readonly { key: string }[] | null }[],
        resource = 'reports',
      ) => all.map((one) => [`${resource}:${one.id}`, keysOf(one)] as const);
      const ofReports = [...expected].filter(([instance]) => instance.startsWith('reports:'));
      expect(new Map(shown(items))).toEqual(new Map(ofReports));
      expect(new Map(shown(pages))).toEqual(new Map(ofReports));
      for (const [instance, owners] of shown(collection.reports))
        expect(owners).toEqual(expected.get(instance));
      for (const one of [[collection], collections])
        expect(shown(one, 'collections')).toEqual([
          [`collections:${of.collection}`, expected.get(`collections:${of.collection}`)],
        ]);
      for (const id of of.reports) {
        const { people } = await admin.reports.access.query({ id });
        const owners = people.filter(
          ({ roles, lacks }) => lacks !== 'ACCOUNT_INACTIVE' && roles.some((held) => held.role === 'owner'),
        );
        expect(keysOf({ owners })).toEqual(expected.get(`reports:${id}`));
      }
      const none = ofReports.flatMap(([instance, owners]) => (owners.length === 0 ? [instance] : []));
      const filtered = await admin.reports.list.query({ owner: 'none' });
      expect(filtered.items.map(({ id }) => `reports:${id}`).toSorted()).toEqual(none.toSorted());
      expect(await admin.reports.counts.query({ owner: 'none' })).toMatchObject({
        found: none.length,
        all: 3,
      });
    }
  });
  await fc.assert(histories, { numRuns: inject('all') ? 30 : 8, endOnFailure: true });
}, 3_600_000);

test('a page of many reports takes few calls to Permit, and names every owner of each', async () => {
  const { tenant, admin } = await createTenant();
  for (let index = 0; index < 30; index += 1) await createReport(admin);
  const callsOf = async (limit: number) => {
    const before = api.calls.length;
    const { items } = await admin.reports.list.query({ limit });
    expect(items.map((one) => keysOf(one))).toEqual(Array.from({ length: limit }, () => ['ada']));
    return api.calls.slice(before).filter((path) => path.includes('role_assignments')).length;
  };
  expect(await callsOf(30)).toBe(1);
  // Other reports have so many owners that each report is read by itself.
  const crowd = Array.from({ length: 400 }, (_, index) => `owner-${index}`);
  await sdk.api.users.bulkUserCreate(crowd.map((key) => ({ key })));
  await sdk.api.roleAssignments.bulkAssign(
    crowd.map((user) => ({
      user,
      role: 'owner',
      tenant,
      resource_instance: `reports:other-${user}`,
    })),
  );
  expect(await callsOf(30)).toBe(4 + 30);
  expect(await callsOf(5)).toBe(5);
});

test('while Permit cannot be read, owners are unknown, the filter and the export fail, and nobody is named', async () => {
  const { tenant, admin } = await createTenant();
  const id = await createReport(admin);
  const { id: collection } = await admin.collections.create.mutate({ title: 'Mine too' });
  server.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
  try {
    expect((await admin.reports.get.query({ id })).owners).toBeNull();
    expect((await admin.reports.list.query({})).items.map(({ owners }) => owners)).toEqual([null]);
    expect((await admin.collections.get.query({ id: collection })).owners).toBeNull();
    await expect(admin.reports.list.query({ owner: 'none' })).rejects.toMatchObject({
      data: { httpStatus: 503 },
    });
    const exported = server.get('/api/reports/export?format=csv', 'ada', tenant);
    await expect(exported.then((answer) => answer.text())).rejects.toThrow();
  } finally {
    server.permit.faults.clear();
  }
});
