import { afterEach, expect, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { idsOf, pagesOf } from '../../testing/pages.ts';
import { requestRow } from '../../testing/rows.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { clearRequests } from '../../testing/requests.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { reports } from '../reports/tables.ts';
import { accessRequests } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
const person = async (role: string, firstName: string) =>
  (await server.join({ key: role, firstName, email: `${role}@example.com`, role })).client;
const viewer = await person('viewer', 'Vera Viewer');
const editor = await person('editor', 'Ed Editor');
const admin = await person('admin', 'Ada Admin');
const { client: elsewhere } = await server.join({ role: 'admin', tenant: 'acme' });
afterEach(async () => {
  await clearRequests(server);
  await server.db.delete(reports);
});

const day = 86_400;
const asEditor = { kind: 'role', role: 'editor' } as const;
const ask = (client: Client, more: object = {}) =>
  client.requests.create.mutate({
    target: asEditor,
    reason: 'To write the quarterly review',
    duration: day,
    ...more,
  });
const draftOf = (client: Client): Promise<{ id: string }> =>
  client.reports.create.mutate({ title: 'Quarterly review', kind: 'access-review' });
async function insert(count: number, of: (index: number) => Partial<typeof accessRequests.$inferInsert>) {
  const rows = Array.from({ length: count }, (_, index) => requestRow({ requester: 'viewer', ...of(index) }));
  await server.db.insert(accessRequests).values(rows);
  return rows;
}
const readerOf = (id: string) => ({ kind: 'instance', resource: 'reports', id, role: 'reader' }) as const;

test('the preview shows what a role adds, the approvers and the durations', async () => {
  expect(await viewer.requests.preview.query({ target: asEditor })).toEqual({
    target: asEditor,
    adds: ['reports:create', 'members:view'],
    approvalsNeeded: 1,
    obstacle: null,
    heldUntil: null,
    approvers: { people: [{ key: 'admin', name: 'Ada Admin' }], more: false },
    durations: { choices: [day, 7 * day], min: 60, max: 366 * day, forGood: true },
  });
});

test('without email there are no email preferences', async () => {
  expect(await viewer.requests.mails.query()).toEqual([]);
});

test('the owner of a report is its first approver, and requesters are not their own approvers', async () => {
  const { id } = await draftOf(editor);
  const preview = await viewer.requests.preview.query({ target: readerOf(id) });
  expect(preview.approvers?.people.map(({ key }) => key)).toEqual(['editor', 'admin']);
  expect(preview.adds).toEqual([]);
  const own = await admin.requests.preview.query({ target: asEditor });
  expect(own.approvers).toEqual({ people: [], more: false });
});

test('the owner of a collection is its first approver, and the requester can withdraw', async () => {
  const { id } = await admin.collections.create.mutate({ title: 'Audit 2026' });
  await admin.collections.share.mutate({ id, subject: 'editor', role: 'owner' });
  const target = { kind: 'instance', resource: 'collections', id, role: 'reader' } as const;
  await waitFor(async () => {
    const { adds, approvers } = await viewer.requests.preview.query({ target });
    expect(adds).toEqual(['collections:view']);
    expect(approvers?.people.map(({ key }) => key)).toEqual(['editor', 'admin']);
  });
  const asked = await ask(viewer, { target });
  expect(asked).toMatchObject({ target, status: 'open' });
  expect(await viewer.requests.preview.query({ target })).toMatchObject({ obstacle: 'REQUEST_OPEN' });
  await viewer.requests.withdraw.mutate({ id: asked.id });
  expect((await viewer.requests.mine.query({})).items).toMatchObject([{ target, status: 'withdrawn' }]);
});

test('a request is visible only to its requester and its approvers', async () => {
  const created = await ask(viewer, { permission: 'reports:create' });
  expect(created).toMatchObject({
    target: asEditor,
    requester: { key: 'viewer', name: 'Vera Viewer' },
    reason: 'To write the quarterly review',
    permission: 'reports:create',
    duration: day,
    status: 'open',
    decidedBy: null,
    grant: null,
  });
  expect(await viewer.requests.mine.query({})).toEqual({ items: [created], nextCursor: null });
  expect((await admin.requests.list.query({ status: 'open' })).items).toEqual([
    {
      ...created,
      isOwn: false,
      hasApproved: false,
      canDecide: true,
      title: null,
      isGone: false,
      deniedOn: null,
      meaning: null,
    },
  ]);
  expect((await admin.requests.list.query({ status: 'refused' })).items).toEqual([]);
  expect((await editor.requests.list.query({})).items).toEqual([]);
  expect((await editor.requests.mine.query({})).items).toEqual([]);
  expect(await refusal(editor.requests.get.query({ id: created.id }))).toMatchObject({
    status: 403,
    code: 'FORBIDDEN',
    denied: { permission: 'requests:decide', grantedBy: ['admin'] },
  });
});

test('another tenant cannot request reports or collections of this one', async () => {
  const report = await draftOf(editor);
  const collection = await admin.collections.create.mutate({ title: 'Of default' });
  for (const target of [
    readerOf(report.id),
    readerOf(crypto.randomUUID()),
    { ...readerOf(collection.id), resource: 'collections' } as const,
    // The id of a report is not found among the collections.
    { ...readerOf(report.id), resource: 'collections' } as const,
  ]) {
    const code = target.resource === 'reports' ? 'REPORT_NOT_FOUND' : 'COLLECTION_NOT_FOUND';
    const unknown = { status: 404, code, requestId: 'string' };
    expect(await refusal(elsewhere.requests.preview.query({ target }))).toEqual(unknown);
    expect(await refusal(ask(elsewhere, { target }))).toEqual(unknown);
  }
});

test('an approver without clearance sees no title of a confidential report', async () => {
  const { id: report } = await draftOf(editor);
  const { id } = await ask(viewer, { target: readerOf(report), permission: 'reports:view', on: report });
  const unreadable = {
    title: null,
    isGone: false,
    deniedOn: { resource: 'reports', id: report, title: null },
  };
  const readable = { title: 'Quarterly review', deniedOn: { title: 'Quarterly review' } };
  expect((await editor.requests.list.query({})).items).toMatchObject([readable]);
  await admin.reports.classify.mutate({ id: report, classification: 'confidential' });
  expect((await editor.requests.list.query({})).items).toMatchObject([unreadable]);
  expect(await editor.requests.get.query({ id })).toMatchObject(unreadable);
  expect((await admin.requests.list.query({})).items).toMatchObject([readable]);
  expect(await admin.requests.get.query({ id })).toMatchObject(readable);
  // The role alone would not let the requester open the report.
  expect(await codeOf(admin.requests.approve.mutate({ id }))).toBe('NOT_CLEARED');
});

test('a role that would not grant the denied permission cannot be requested', async () => {
  const { id: report } = await draftOf(admin);
  await admin.reports.publish.mutate({ id: report });
  await admin.reports.classify.mutate({ id: report, classification: 'confidential' });
  const denied = { permission: 'reports:view-confidential', on: report } as const;
  const administrator = { kind: 'role', role: 'admin' } as const;
  for (const [target, code] of [
    [asEditor, 'NOT_CLEARED'],
    [readerOf(report), 'NOT_CLEARED'],
  ] as const) {
    expect(await viewer.requests.preview.query({ target, ...denied })).toMatchObject({ obstacle: code });
    expect(await codeOf(ask(viewer, { target, ...denied }))).toBe(code);
  }
  const elsewise = { permission: 'members:assign' };
  expect(await codeOf(ask(viewer, elsewise))).toBe('REQUEST_WITHOUT_EFFECT');
  expect(await viewer.requests.preview.query({ target: administrator, ...denied })).toMatchObject({
    obstacle: null,
    adds: expect.arrayContaining(['reports:view-confidential']),
  });
  const { id } = await ask(viewer, { target: administrator, ...denied });
  const deniedOn = { resource: 'reports', id: report, title: 'Quarterly review' };
  expect((await admin.requests.list.query({})).items).toMatchObject([{ id, title: null, deniedOn }]);
  expect(await admin.requests.get.query({ id })).toMatchObject({
    deniedOn,
    explanation: { permission: 'reports:view-confidential', instance: { key: report } },
  });
});

test('a role on a collection can be requested for a permission on a report in it', async () => {
  const { id: report } = await draftOf(admin);
  const { id } = await admin.collections.create.mutate({ title: 'Audit 2026' });
  const target = { kind: 'instance', resource: 'collections', id, role: 'editor' } as const;
  const denied = { target, permission: 'reports:edit', on: report };
  const reader = await server.join();
  // The requester can see the collection, because the explanation names no others.
  await admin.collections.share.mutate({ id, subject: reader.key, role: 'reader' });
  await waitFor(async () => expect(await reader.client.collections.get.query({ id })).toMatchObject({ id }));
  expect(await codeOf(ask(reader.client, denied))).toBe('REQUEST_WITHOUT_EFFECT');
  await admin.collections.add.mutate({ id, report });
  expect(await ask(reader.client, denied)).toMatchObject({ target, on: { resource: 'reports', id: report } });
});

test('a user sees that a request is their own, and cannot decide it', async () => {
  const { id } = await ask(admin);
  expect((await admin.requests.list.query({})).items).toMatchObject([{ isOwn: true, canDecide: false }]);
  expect(await admin.requests.get.query({ id })).toMatchObject({ isOwn: true });
  for (const call of [admin.requests.approve, admin.requests.refuse])
    expect(await codeOf(call.mutate({ id }))).toBe('OWN_REQUEST');
});

test('a user who can share every report decides only requests for reports, not for tenant roles', async () => {
  await sdk.api.roles.create({ key: 'sharer', name: 'Sharer', permissions: ['reports:share'] });
  const { client: sharer } = await server.join({ role: 'sharer' });
  const { id } = await ask(viewer);
  const report = await draftOf(editor);
  const asked = await ask(viewer, { target: readerOf(report.id) });
  const denied = { status: 403, code: 'FORBIDDEN', denied: { permission: 'requests:decide' } };
  expect(await refusal(sharer.requests.get.query({ id }))).toMatchObject(denied);
  expect(await refusal(sharer.requests.approve.mutate({ id }))).toMatchObject(denied);
  expect(await sharer.requests.refuse.mutate({ id: asked.id })).toMatchObject({ status: 'refused' });
});

test('of two concurrent requests for the same target, one is refused', async () => {
  const answers = await Promise.allSettled([ask(viewer), ask(viewer), ask(viewer)]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const refused = answers.filter((answer) => answer.status === 'rejected');
  for (const { reason } of refused) expect(await codeOf(Promise.reject(reason))).toBe('REQUEST_OPEN');
});

test("a user cannot withdraw another user's request, or a request twice", async () => {
  const { id } = await ask(viewer);
  expect(await codeOf(editor.requests.withdraw.mutate({ id }))).toBe('REQUEST_NOT_FOUND');
  await viewer.requests.withdraw.mutate({ id });
  expect(await refusal(viewer.requests.withdraw.mutate({ id }))).toMatchObject({
    status: 409,
    code: 'REQUEST_DECIDED',
    details: { status: 'withdrawn', decidedBy: null },
  });
});

test('a role already held cannot be requested', async () => {
  const { id } = await draftOf(editor);
  const owner = { ...readerOf(id), role: 'owner' } as const;
  for (const target of [asEditor, owner]) {
    expect(await codeOf(ask(editor, { target }))).toBe('ALREADY_HELD');
    expect(await editor.requests.preview.query({ target })).toMatchObject({ obstacle: 'ALREADY_HELD' });
  }
});

test('a role that sync manages in this tenant must be requested in Logto', async () => {
  const target = { kind: 'role', role: 'viewer' } as const;
  expect(await codeOf(ask(elsewhere, { target }))).toBe('ROLE_MANAGED_IN_LOGTO');
  expect(await elsewhere.requests.preview.query({ target })).toMatchObject({
    obstacle: 'ROLE_MANAGED_IN_LOGTO',
  });
});

test("limits a user's number of open requests, even concurrently", async () => {
  await insert(17, (index) => ({ role: `role-${index}`, createdAt: new Date(0) }));
  const drafts = await Promise.all(Array.from({ length: 8 }, () => draftOf(editor)));
  const outcomes = await Promise.all(
    drafts.map(({ id }) =>
      ask(viewer, { target: readerOf(id) }).then(
        () => 'made',
        () => 'refused',
      ),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(3);
  expect(await codeOf(ask(viewer))).toBe('REQUEST_LIMIT');
});

test('limits requests that are withdrawn again to sixty per hour', async () => {
  await insert(60, () => ({ status: 'withdrawn' }));
  expect(await codeOf(ask(viewer))).toBe('REQUEST_LIMIT');
  await server.db.update(accessRequests).set({ createdAt: new Date(Date.now() - 3_700_000) });
  await expect(ask(viewer)).resolves.toMatchObject({ status: 'open' });
});

test('pages have no gaps or repetitions', async () => {
  const rows = await insert(5, (index) => ({
    status: 'refused',
    createdAt: new Date(index < 2 ? 1_000 : index * 1_000),
  }));
  for (const read of [viewer.requests.mine.query, admin.requests.list.query]) {
    const pages = await pagesOf(read, { limit: 2 });
    expect(idsOf(pages).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  }
});

test('during an outage of Permit no role can be requested, and no request is stored: 503', async () => {
  server.permit.faults.add({ path: '/v2/facts/*', status: 500 });
  expect(await codeOf(ask(viewer))).toBe('DIRECTORY_UNAVAILABLE');
  expect(await server.db.select().from(accessRequests)).toEqual([]);
});

test('pages show keys when names are unavailable', async () => {
  await ask(viewer);
  server.permit.faults.add({ path: '/v2/facts/*', status: 500 });
  const other = await startTestServer({
    databaseUrl: server.databaseUrl,
    upstreams: server,
  });
  const { items } = await (await other.as('viewer')).requests.mine.query({});
  expect(items).toMatchObject([{ requester: { key: 'viewer', name: null } }]);
  await other.close();
});
