import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import * as fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { countCalls } from '../../../testing/count-calls.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestServer, startUpstreams, type Client } from '../../../testing/test-server.ts';

const upstreams = await startUpstreams();
const pdp = await countCalls(upstreams.permit.pdpUrl);
afterAll(() => pdp[Symbol.asyncDispose]());
// Decisions are not cached, because the test changes facts directly in Permit.
const server = await startTestServer({ upstreams, decisionTtl: 0, addresses: { pdp: pdp.url } });
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', role: 'admin' });
const tenant = 'default';

const tenantRoles = rolesOf(policy);
const shareRoles = ['owner', 'editor', 'reader'] as const;
const keys = ['ann', 'ben', 'cleo', 'dora'];
const clients = new Map<string, Client>([['ada', admin]]);
for (const key of keys) clients.set(key, (await server.join({ key })).client);
const { id: collection } = await admin.collections.create.mutate({ title: 'Board' });

const who = fc.constantFrom(...keys);
const changes = {
  /** Assigns a role in the tenant, or removes it. */
  member: fc.record({ who, role: fc.constantFrom(...tenantRoles), on: fc.boolean() }),
  /** Assigns a role on the report or the collection, or removes it. */
  share: fc.record({
    who,
    role: fc.constantFrom(...shareRoles),
    on: fc.boolean(),
    inCollection: fc.boolean(),
  }),
  clear: fc.record({ who, on: fc.boolean() }),
  suspend: fc.record({ who, on: fc.boolean() }),
  collect: fc.record({ on: fc.boolean() }),
  classify: fc.record({ on: fc.boolean() }),
  publish: fc.record({}),
};
type Step = {
  [Kind in keyof typeof changes]: { kind: Kind } & ((typeof changes)[Kind] extends fc.Arbitrary<infer Value>
    ? Value
    : never);
}[keyof typeof changes];
const of = (kind: Step['kind']): fc.Arbitrary<Step> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind names its fields
  fc.tuple(changes[kind] as fc.Arbitrary<object>).map(([fields]) => ({ kind, ...fields }) as Step);
const step = fc.oneof(
  { weight: 3, arbitrary: of('member') },
  { weight: 4, arbitrary: of('share') },
  { weight: 3, arbitrary: of('clear') },
  of('suspend'),
  of('collect'),
  { weight: 2, arbitrary: of('classify') },
  { weight: 2, arbitrary: of('publish') },
);

/** Assigns or removes a role, whether or not the user has it. */
async function hold(user: string, role: string, { on, instance }: { on: boolean; instance?: string }) {
  const share = { user, role, tenant, ...(instance === undefined ? {} : { instance }) };
  await (on ? server.directory.assignRole(share) : server.directory.unassignRole(share));
}

async function take(id: string, one: Step): Promise<void> {
  switch (one.kind) {
    case 'member':
      return hold(one.who, one.role, { on: one.on });
    case 'share': {
      const instance = one.inCollection ? `collections:${collection}` : `reports:${id}`;
      return hold(one.who, one.role, { on: one.on, instance });
    }
    case 'clear':
      await sdk.api.users.update(one.who, { attributes: one.on ? { clearance: 'confidential' } : {} });
      return;
    case 'suspend':
      await server.sync.revocations.record(one.who, one.on ? 'suspended' : 'active');
      return;
    case 'collect':
      await (one.on
        ? admin.collections.add.mutate({ id: collection, report: id })
        : admin.collections.removeReport.mutate({ id: collection, report: id }));
      return;
    case 'classify':
      await admin.reports.classify.mutate({ id, classification: one.on ? 'confidential' : 'normal' });
      return;
    default:
      await admin.reports.publish.mutate({ id });
  }
}

/** Returns the users who can open the report according to `reports.access`. */
async function listed(id: string): Promise<string[]> {
  await server.members.readAll();
  const { people, more, byRole } = await admin.reports.access.query({ id });
  expect(more).toBe(0);
  const withRole = new Map(people.map(({ key, lacks }) => [key, lacks === null]));
  const rows = await Promise.all(
    byRole.map(async ({ role, people: count, excluded }) => {
      const held = await sdk.api.roleAssignments.list({ role, tenant });
      const holders = held.filter(({ resource_instance: on }) => on === null || on === undefined);
      const out = new Set(excluded?.people.map(({ key }) => key));
      return { count, keys: holders.map(({ user }) => user).filter((key) => !out.has(key)) };
    }),
  );
  const isSuspended = async (key: string): Promise<boolean> =>
    (await server.sync.revocations.recordsOf([key])).get(key)?.status === 'suspended';
  const found: string[] = [];
  for (const key of clients.keys()) {
    const byOwnRole = withRole.get(key);
    const isIn = rows.some((row) => row.keys.includes(key)) && !(await isSuspended(key));
    // For a user with a role on the report, that user's own row decides, regardless of tenant roles.
    if (byOwnRole ?? isIn) found.push(key);
  }
  return found.toSorted();
}

/** Returns the users who can call `reports.get` successfully. */
async function readers(id: string): Promise<string[]> {
  const opened = await Promise.all(
    [...clients].map(async ([key, client]) => {
      const result = await client.reports.get.query({ id }).then(
        () => key,
        (error: unknown) => {
          const code: unknown = Object(error).data?.latchkey?.code;
          if (code !== 'FORBIDDEN' && code !== 'SUBJECT_REVOKED') throw error;
          return [];
        },
      );
      return result;
    }),
  );
  return opened.flat().toSorted();
}

test('law: after any history, the users with access to a report are those for whom reports.get succeeds', async () => {
  const histories = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: 14 }),
    async (steps: readonly Step[]) => {
      const { id } = await admin.reports.create.mutate({ title: 'Law', kind: 'access-review' });
      for (const one of steps) await take(id, one);
      expect(await listed(id)).toEqual(await readers(id));
      await admin.reports.remove.mutate({ id });
    },
  );
  await fc.assert(histories, { numRuns: inject('all') ? 60 : 8, endOnFailure: true });
}, 3_600_000);

test('the PDP decides for 200 members per call, and excluded members are counted', async () => {
  const crowd = Array.from({ length: 450 }, (_, index) => `member-${index}`);
  await sdk.api.users.bulkUserCreate(crowd.map((key) => ({ key })));
  await sdk.api.roleAssignments.bulkAssign(crowd.map((user) => ({ user, role: 'viewer', tenant })));
  await server.members.readAll();
  const { id } = await admin.reports.create.mutate({ title: 'Crowd', kind: 'access-review' });
  await admin.reports.publish.mutate({ id });
  await admin.reports.classify.mutate({ id, classification: 'confidential' });
  const before = pdp.calls.length;
  const { byRole } = await admin.reports.access.query({ id });
  const viewers = byRole.find(({ role }) => role === 'viewer');
  expect(viewers?.excluded?.total).toBeGreaterThanOrEqual(450);
  expect(viewers?.excluded?.people).toHaveLength(50);
  // 450 members take three calls for clearance and three for viewing, besides the gate's own call.
  expect(pdp.calls.slice(before).filter((path) => path === '/allowed/bulk')).toHaveLength(6);
});
