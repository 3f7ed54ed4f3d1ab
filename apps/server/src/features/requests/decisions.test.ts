import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { grantRow, requestRow } from '../../testing/rows.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { clearRequests } from '../../testing/requests.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { reports } from '../reports/tables.ts';
import { accessGrants, accessRequests } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
const { client: viewer } = await server.join({ key: 'viewer' });
const { client: owner } = await server.join({ key: 'owner', role: 'editor' });
const { client: otherOwner } = await server.join({ key: 'other-owner', role: 'editor' });
const { client: admin } = await server.join({ key: 'admin', role: 'admin' });
const { client: elsewhere } = await server.join({ role: 'admin', tenant: 'acme' });
afterEach(async () => {
  await clearRequests(server);
  await server.db.delete(reports);
});

async function insert(more: Partial<typeof accessRequests.$inferInsert> = {}): Promise<string> {
  const row = requestRow({ requester: 'viewer', ...more });
  await server.db.insert(accessRequests).values(row);
  return row.id;
}
const requestOf = async (id: string) =>
  (await server.db.select().from(accessRequests).where(eq(accessRequests.id, id)))[0];
const draftOf = async (client: Client): Promise<string> =>
  (await client.reports.create.mutate({ title: 'Quarterly review', kind: 'access-review' })).id;
const aboutReport = (instance: string) => ({ resource: 'reports', role: 'reader', instance });
const decisions = (client: Client, id: string) =>
  [
    () => client.requests.get.query({ id }),
    () => client.requests.approve.mutate({ id }),
    () => client.requests.refuse.mutate({ id }),
  ] as const;

test('the owner of a report decides its requests, but not those for other reports or roles', async () => {
  const [report, others] = [await draftOf(owner), await draftOf(otherOwner)];
  const [ofOwn, ofOthers, ofRole] = [
    await insert(aboutReport(report)),
    await insert(aboutReport(others)),
    await insert(),
  ];
  const forbidden = { status: 403, code: 'FORBIDDEN' };
  for (const decide of decisions(owner, ofOthers)) {
    const share = { permission: 'reports:share', grantedBy: ['admin'], grantedByInstanceRoles: ['owner'] };
    expect(await refusal(decide())).toMatchObject({ ...forbidden, denied: share });
  }
  for (const decide of decisions(owner, ofRole)) {
    const denied = { permission: 'requests:decide' };
    expect(await refusal(decide())).toMatchObject({ ...forbidden, denied: denied });
  }
  const own = { title: 'Quarterly review', isOwn: false, hasApproved: false };
  expect((await owner.requests.list.query({})).items).toMatchObject([{ ...own, id: ofOwn, canDecide: true }]);
  expect(await owner.requests.get.query({ id: ofOwn })).toMatchObject({
    ...own,
    holds: [{ role: 'viewer' }],
  });
  expect(await owner.requests.approve.mutate({ id: ofOwn })).toMatchObject({
    status: 'approved',
    decidedBy: { key: 'owner' },
  });
  expect(await requestOf(ofOthers)).toMatchObject({ status: 'open' });
  expect(await requestOf(ofRole)).toMatchObject({ status: 'open' });
});

test('users who can share a collection decide its requests, with its title and the explanation', async () => {
  const { id: collection } = await admin.collections.create.mutate({ title: 'Audit 2026' });
  await admin.collections.share.mutate({ id: collection, subject: 'owner', role: 'owner' });
  const id = await insert({ resource: 'collections', role: 'editor', instance: collection });
  await waitFor(async () => {
    expect((await owner.requests.list.query({ withMeaning: true })).items).toMatchObject([
      {
        id,
        title: 'Audit 2026',
        canDecide: true,
        meaning: { adds: ['collections:view', 'collections:edit'] },
      },
    ]);
  });
  for (const decide of decisions(otherOwner, id)) {
    expect(await refusal(decide())).toMatchObject({ denied: { permission: 'collections:share' } });
  }
  expect((await otherOwner.requests.list.query({})).items).toEqual([]);
  expect(await owner.requests.get.query({ id })).toMatchObject({
    title: 'Audit 2026',
    holds: [{ role: 'viewer' }],
    explanation: {
      permission: 'collections:view',
      instance: { resource: 'collections', key: collection, title: 'Audit 2026' },
      outcome: 'deny',
    },
  });
  const { decidedAt } = await owner.requests.refuse.mutate({ id });
  await owner.requests.undo.mutate({ id, decidedAt: decidedAt ?? '' });
  await admin.collections.remove.mutate({ id: collection });
  expect(await admin.requests.get.query({ id })).toMatchObject({ title: null });
  expect(await codeOf(admin.requests.approve.mutate({ id }))).toBe('COLLECTION_NOT_FOUND');
});

test('users who can decide all requests need no permission on the report', async () => {
  await sdk.api.roles.create({ key: 'decider', name: 'Decider', permissions: ['requests:decide'] });
  const { client: decider } = await server.join({ key: 'dee', role: 'decider' });
  const id = await insert(aboutReport(await draftOf(owner)));
  expect(await decider.requests.refuse.mutate({ id })).toMatchObject({ decidedBy: { key: 'dee' } });
});

test('a request for a deleted report can be refused, but not approved', async () => {
  const report = await draftOf(owner);
  const id = await insert(aboutReport(report));
  await owner.reports.remove.mutate({ id: report });
  expect((await admin.requests.list.query({})).items).toMatchObject([{ id, title: null }]);
  expect(await admin.requests.get.query({ id })).toMatchObject({ id, title: null });
  expect(await codeOf(admin.requests.approve.mutate({ id }))).toBe('REPORT_NOT_FOUND');
  expect(await requestOf(id)).toMatchObject({ status: 'open' });
  expect(await server.db.select().from(accessGrants)).toEqual([]);
  await admin.requests.refuse.mutate({ id });
});

test('a request of a user who is suspended, or no longer a member, stays open', async () => {
  const [suspended, former] = [await server.join(), await server.join()];
  const [first, second] = [
    await insert({ requester: suspended.key }),
    await insert({ requester: former.key }),
  ];
  await server.sync.revocations.record(suspended.key, 'suspended');
  await server.directory.unassignRole({ user: former.key, role: 'viewer', tenant: 'default' });
  const approve = (id: string) => refusal(admin.requests.approve.mutate({ id }));
  expect(await approve(first)).toMatchObject({ status: 409, code: 'MEMBER_SUSPENDED' });
  expect(await approve(second)).toMatchObject({ status: 404, code: 'PERSON_NOT_FOUND' });
  expect([await requestOf(first), await requestOf(second)]).toMatchObject([
    { status: 'open' },
    { status: 'open' },
  ]);
  await server.sync.revocations.record(suspended.key, 'active');
  expect(await admin.requests.approve.mutate({ id: first })).toMatchObject({ status: 'approved' });
});

test('refuses to grant a role that sync has come to manage', async () => {
  const id = await insert({ tenant: 'acme', role: 'viewer' });
  expect(await codeOf(elsewhere.requests.approve.mutate({ id }))).toBe('ROLE_MANAGED_IN_LOGTO');
  expect(await requestOf(id)).toMatchObject({ status: 'open' });
});

test('a role removed from the policy adds nothing, and Permit refuses it', async () => {
  const id = await insert({ role: 'of-an-older-policy' });
  expect(await admin.requests.get.query({ id })).toMatchObject({
    target: { kind: 'role', role: 'of-an-older-policy' },
    adds: [],
    explanation: null,
  });
  await admin.requests.approve.mutate({ id });
  await waitFor(async () => {
    const { grant } = await admin.requests.get.query({ id });
    expect(grant).toMatchObject({ status: 'failed', failure: 'PERMIT_REFUSED', endsSoon: false });
  });
});

const explained = async (permission: string | null, permissionOn: string | null = null): Promise<unknown> => {
  const id = await insert({ permission, permissionOn, role: permission === null ? 'editor' : 'admin' });
  return (await admin.requests.get.query({ id })).explanation;
};

test('explains the denied permission, or otherwise the first one that the request would add', async () => {
  const denied = { outcome: 'deny', subject: 'viewer', agrees: true };
  expect(await explained(null)).toMatchObject({ ...denied, permission: 'reports:create' });
  expect(await explained('members:view')).toMatchObject({ ...denied, permission: 'members:view' });
  await server.db.delete(accessRequests);
  // The requester already has `reports:view`.
  const other = await explained('reports:view', await draftOf(owner));
  expect(other).not.toMatchObject({ permission: 'reports:view' });
  expect(other).toMatchObject({ instance: null });
});

test('shows the request without facts while they are unavailable', async () => {
  const id = await insert();
  const { data } = await sdk.api.users.list(); // The SDK has discovered its environment.
  const { project_id: project, environment_id: environment } = data[0] ?? {};
  server.permit.faults.add({ path: `/v2/facts/${project}/${environment}/tenants/*`, status: 500 });
  const request = await admin.requests.get.query({ id });
  expect(request).toMatchObject({ adds: ['reports:create', 'members:view'], explanation: null });
});

test('the list includes the meaning of open requests, without one call for each', async () => {
  const report = await draftOf(owner);
  const ids = [await insert(), await insert({ ...aboutReport(report), requester: 'other-owner' })];
  const own = await insert({ requester: 'admin' });
  await insert({ role: 'admin', status: 'refused', decidedBy: 'admin', decidedAt: new Date() });
  const { items } = await admin.requests.list.query({ withMeaning: true, status: 'open' });
  const expected = await Promise.all(ids.map((id) => admin.requests.get.query({ id })));
  for (const { id, adds, holds, heldUntil } of expected)
    expect(items.find((one) => one.id === id)?.meaning).toEqual({ adds, holds, heldUntil });
  expect(expected[0]).toMatchObject({
    adds: ['reports:create', 'members:view'],
    holds: [{ role: 'viewer' }],
  });
  expect(items.find(({ id }) => id === own)?.meaning).toBeNull();
  expect((await admin.requests.list.query({})).items.map(({ meaning }) => meaning)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('the list omits the meanings while roles are unavailable', async () => {
  await insert();
  await sdk.api.users.list();
  server.permit.faults.add({ path: '/v2/facts/*', status: 500 });
  expect((await admin.requests.list.query({ withMeaning: true })).items).toMatchObject([{ meaning: null }]);
});

test('a temporary role can be requested again, a permanent one cannot', async () => {
  const target = { kind: 'role', role: 'editor' } as const;
  const expiresAt = new Date(Date.now() + 3_600_000);
  await server.db.insert(accessGrants).values(grantRow({ subject: 'viewer', status: 'active', expiresAt }));
  expect(await viewer.requests.preview.query({ target })).toMatchObject({
    obstacle: null,
    heldUntil: expiresAt.toISOString(),
  });
  const extending = await insert();
  expect(await admin.requests.get.query({ id: extending })).toMatchObject({
    heldUntil: expiresAt.toISOString(),
  });
  await server.db.delete(accessRequests);
  await server.db.update(accessGrants).set({ expiresAt: null });
  expect(await viewer.requests.preview.query({ target })).toMatchObject({
    obstacle: 'ALREADY_HELD',
    heldUntil: null,
  });
  const id = await insert();
  expect(await codeOf(admin.requests.approve.mutate({ id }))).toBe('ALREADY_HELD');
  expect(await requestOf(id)).toMatchObject({ status: 'open' });
});
