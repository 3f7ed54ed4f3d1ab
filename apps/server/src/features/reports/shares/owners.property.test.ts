import * as fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { countCalls } from '../../../testing/count-calls.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestServer, startUpstreams, type Client } from '../../../testing/test-server.ts';

const upstreams = await startUpstreams();
const api = await countCalls(upstreams.permit.url);
afterAll(() => api[Symbol.asyncDispose]());
// Decisions are not cached, because the test changes facts directly in Permit.
const server = await startTestServer({ upstreams, decisionTtl: 0, addresses: { permitApi: api.url } });
const sdk = permitSdk(server.permit);

const tenants = ['default', 'acme'] as const;
const keys = ['ann', 'ben', 'cleo'];
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
const admins = new Map<string, Client>();
async function joinAll(): Promise<void> {
  for (const key of ['ada', ...keys]) await server.join({ key });
  for (const tenant of tenants) {
    await server.directory.assignRole({ user: 'ada', role: 'admin', tenant });
    for (const user of keys) await server.directory.assignRole({ user, role: 'viewer', tenant });
  }
}
await joinAll();
for (const tenant of tenants)
  admins.set(tenant, await server.as('ada', tenant === 'default' ? undefined : tenant));
const adminOf = (tenant: string): Client => admins.get(tenant)!;

interface Place {
  readonly tenant: string;
  readonly reports: readonly string[];
  readonly collection: string;
}

async function createPlace(tenant: string): Promise<Place> {
  const admin = adminOf(tenant);
  const create = async (title: string) =>
    (await admin.reports.create.mutate({ title, kind: 'access-review' })).id;
  const reports = [await create('One'), await create('Two'), await create('Three')];
  const { id: collection } = await admin.collections.create.mutate({ title: 'Board' });
  return { tenant, reports, collection };
}

const who = fc.constantFrom('ada', ...keys);
const role = fc.constantFrom('owner', 'owner', 'editor', 'reader');
/** `on`: a report, or the collection. */
const on = fc.constantFrom(0, 1, 2, 'collection' as const);
const tenant = fc.constantFrom(...tenants);
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('share', 'unshare', 'assign', 'unassign'), tenant, who, role, on }),
  fc.record({ kind: fc.constantFrom('collect', 'take'), tenant, report: fc.constantFrom(0, 1, 2) }),
  fc.record({ kind: fc.constant('transfer'), tenant, who, on }),
  fc.record({ kind: fc.constantFrom('suspend', 'delete'), who: fc.constantFrom(...keys) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const instanceOf = (place: Place, where: number | 'collection'): string =>
  where === 'collection' ? `collections:${place.collection}` : `reports:${place.reports[where]}`;

// The user may be deleted, and a rule may refuse to remove the last owner.
const ignored = () => undefined;

async function take(places: readonly Place[], one: Step): Promise<void> {
  if (!('tenant' in one)) {
    // As sync does: a suspension removes all roles, and a deletion the user.
    const { data } = await sdk.api.users.list({ search: one.who });
    if (!data.some(({ key }) => key === one.who)) return;
    if (one.kind === 'delete') return sdk.api.users.delete(one.who);
    for (const held of await sdk.api.roleAssignments.list({ user: one.who }))
      if (held.resource_instance !== null && held.resource_instance !== undefined)
        await server.directory.unassignRole({
          user: one.who,
          role: held.role,
          tenant: held.tenant ?? '',
          instance: held.resource_instance,
        });
    return;
  }
  const place = places.find((each) => each.tenant === one.tenant)!;
  const admin = adminOf(one.tenant);
  if ('report' in one) {
    const report = place.reports[one.report];
    if (report === undefined) throw new TypeError('no such report');
    const input = { id: place.collection, report };
    await (one.kind === 'collect'
      ? admin.collections.add.mutate(input)
      : admin.collections.take.mutate(input));
    return;
  }
  const instance = instanceOf(place, one.on);
  const procedures = one.on === 'collection' ? admin.collections : admin.reports;
  const id = instance.slice(instance.indexOf(':') + 1);
  if ('role' in one) {
    const { role: named, who: subject } = one;
    const given = { user: subject, role: named, tenant: one.tenant, instance };
    if (one.kind === 'share') await procedures.share.mutate({ id, subject, role: named }).catch(ignored);
    else if (one.kind === 'unshare')
      await procedures.unshare.mutate({ id, subject, role: named }).catch(ignored);
    else if (one.kind === 'assign') await server.directory.assignRole(given).catch(ignored);
    else await server.directory.unassignRole(given).catch(ignored);
    return;
  }
  await procedures.share.mutate({ id, subject: one.who, role: 'owner' }).catch(ignored);
  for (const { user, role: held } of await sdk.api.roleAssignments.list({ resourceInstance: instance }))
    if (held === 'owner' && user !== one.who)
      await procedures.unshare.mutate({ id, subject: user, role: 'owner' }).catch(ignored);
}

/** The owners of each instance by Permit's own role assignments and links. */
async function ownersInPermit(place: Place): Promise<Map<string, string[]>> {
  const held = await sdk.api.roleAssignments.list({ tenant: place.tenant, role: 'owner', perPage: 100 });
  const on = (instance: string): string[] =>
    held.flatMap((one) => (one.resource_instance === instance ? [one.user] : []));
  const collection = instanceOf(place, 'collection');
  const links = await sdk.api.relationshipTuples.list({ subject: collection });
  return new Map([
    [collection, on(collection).toSorted()],
    ...place.reports.map((id): [string, string[]] => {
      const isIn = links.some(({ object }) => object === `reports:${id}`);
      const all = [...on(`reports:${id}`), ...(isIn ? on(collection) : [])];
      return [`reports:${id}`, [...new Set(all)].toSorted()];
    }),
  ]);
}

const keysOf = (one: { readonly owners: readonly { readonly key: string }[] | null }): string[] | undefined =>
  one.owners?.map(({ key }) => key).toSorted();

test('law: after any history, lists, pages and the filter name as owners those to whom Permit gives the role', async () => {
  const histories = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
    const places = [await createPlace('default'), await createPlace('acme')];
    for (const one of steps) await take(places, one);
    for (const place of places) {
      const admin = adminOf(place.tenant);
      const expected = await ownersInPermit(place);
      const { items } = await admin.reports.list.query({});
      const pages = await Promise.all(place.reports.map((id) => admin.reports.get.query({ id })));
      const collection = await admin.collections.get.query({ id: place.collection });
      const collections = await admin.collections.list.query();
      const shown = (
        all: readonly { id: string; owners: readonly { key: string }[] | null }[],
        of = 'reports',
      ) => all.map((one) => [`${of}:${one.id}`, keysOf(one)] as const);
      const ofReports = [...expected].filter(([instance]) => instance.startsWith('reports:'));
      expect(new Map(shown(items))).toEqual(new Map(ofReports));
      expect(new Map(shown(pages))).toEqual(new Map(ofReports));
      for (const [instance, owners] of shown(collection.reports))
        expect(owners).toEqual(expected.get(instance));
      for (const one of [[collection], collections])
        expect(shown(one, 'collections')).toEqual([
          [`collections:${place.collection}`, expected.get(`collections:${place.collection}`)],
        ]);
      const none = ofReports.flatMap(([instance, owners]) => (owners.length === 0 ? [instance] : []));
      const filtered = await admin.reports.list.query({ owner: 'none' });
      expect(filtered.items.map(({ id }) => `reports:${id}`).toSorted()).toEqual(none.toSorted());
      expect(await admin.reports.counts.query({ owner: 'none' })).toMatchObject({
        found: none.length,
        all: 3,
      });
    }
    for (const { tenant: of, reports, collection } of places) {
      for (const id of reports) await adminOf(of).reports.remove.mutate({ id });
      await adminOf(of).collections.remove.mutate({ id: collection });
    }
    await joinAll();
  });
  await fc.assert(histories, { numRuns: inject('all') ? 100 : 8, endOnFailure: true });
}, 3_600_000);

test('a page of many reports takes few calls to Permit, and names every owner of each', async () => {
  const { client: admin } = await server.join({ key: 'eve', role: 'admin' });
  const create = async (index: number) =>
    (await admin.reports.create.mutate({ title: `Report ${index}`, kind: 'access-review' })).id;
  const ids: string[] = [];
  for (let index = 0; index < 30; index += 1) ids.push(await create(index));
  const callsOf = async (limit: number) => {
    const before = api.calls.length;
    const { items } = await admin.reports.list.query({ limit });
    expect(items.map((one) => keysOf(one))).toEqual(Array.from({ length: limit }, () => ['eve']));
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
      tenant: 'default',
      resource_instance: `reports:other-${user}`,
    })),
  );
  expect(await callsOf(30)).toBe(4 + 30);
  expect(await callsOf(5)).toBe(5);
  for (const id of ids) await admin.reports.remove.mutate({ id });
});

test('while Permit cannot be read, owners are unknown, the filter and the export fail, and nobody is named', async () => {
  const { client: admin, key } = await server.join({ role: 'admin' });
  const { id } = await admin.reports.create.mutate({ title: 'Mine', kind: 'access-review' });
  const { id: collection } = await admin.collections.create.mutate({ title: 'Mine too' });
  server.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
  try {
    expect((await admin.reports.get.query({ id })).owners).toBeNull();
    expect((await admin.reports.list.query({})).items.map(({ owners }) => owners)).toEqual([null]);
    expect((await admin.collections.get.query({ id: collection })).owners).toBeNull();
    await expect(admin.reports.list.query({ owner: 'none' })).rejects.toMatchObject({
      data: { httpStatus: 503 },
    });
    const authorization = `Bearer ${await server.issuer.sign({ sub: key })}`;
    const exported = fetch(`${server.url}/api/reports/export?format=csv`, { headers: { authorization } });
    await expect(exported.then((answer) => answer.text())).rejects.toThrow();
  } finally {
    server.permit.faults.clear();
  }
  await admin.reports.remove.mutate({ id });
  await admin.collections.remove.mutate({ id: collection });
});
