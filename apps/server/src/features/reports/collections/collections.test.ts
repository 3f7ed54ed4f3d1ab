import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../../testing/call-procedure.ts';
import { startTestServer, type Client } from '../../../testing/test-server.ts';
import { untilLocked, waitFor } from '../../../testing/wait-for.ts';
import { collections, reports } from '../tables.ts';

const server = await startTestServer();
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', firstName: 'Ada', role: 'admin' });

const create = async (title = 'Board') => (await admin.collections.create.mutate({ title })).id;
const draft = async (client = admin) =>
  (await client.reports.create.mutate({ title: 'Quarterly', kind: 'access-review' })).id;
const reads = (client: Client, id: string): Promise<unknown> => codeOf(client.reports.get.query({ id }));

test('a role on a collection is the same role on its reports, as long as they are in it', async () => {
  const [id, report, beside] = [await create(), await draft(), await draft()];
  const { key, client } = await server.join();
  await admin.collections.share.mutate({ id, subject: key, role: 'editor' });
  expect(await admin.collections.addable.query({ id })).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: report }),
      expect.objectContaining({ id: beside }),
    ]),
  );
  expect(await admin.collections.addable.query({ id, search: 'another' })).toEqual([]);
  await admin.collections.add.mutate({ id, report });
  await admin.collections.add.mutate({ id, report });
  await waitFor(async () => expect(await reads(client, report)).toBe('ok'));
  expect(await reads(client, beside)).toBe('FORBIDDEN');
  expect((await admin.reports.access.query({ id: report })).people).toContainEqual(
    expect.objectContaining({
      key,
      roles: [{ role: 'editor', source: { kind: 'collection', collection: { id, title: 'Board' } } }],
    }),
  );
  expect(await client.collections.get.query({ id })).toMatchObject({
    title: 'Board',
    owners: [{ key: 'ada', name: 'Ada' }],
    reports: [
      { id: report, title: 'Quarterly', status: 'draft', kind: 'access-review', owners: [{ key: 'ada' }] },
    ],
    hidden: 0,
  });
  await admin.collections.removeReport.mutate({ id, report });
  await waitFor(async () => expect(await reads(client, report)).toBe('FORBIDDEN'));
});

test('ids are case-insensitive: nobody keeps a role on a report that was removed', async () => {
  const [id, report] = [await create(), await draft()];
  const { key, client } = await server.join();
  await admin.collections.share.mutate({ id, subject: key, role: 'editor' });
  await admin.collections.add.mutate({ id, report });
  await waitFor(async () => expect(await reads(client, report)).toBe('ok'));
  await client.collections.removeReport.mutate({ id, report: report.toUpperCase() });
  await waitFor(async () => expect(await reads(client, report)).toBe('FORBIDDEN'));
});

test('users see the collections on which they have a role, with only the reports that they may read', async () => {
  const [id, report] = [await create('Audit 2026'), await draft()];
  const { key, client } = await server.join();
  await admin.collections.add.mutate({ id, report });
  expect(await client.collections.list.query()).toEqual([]);
  expect(await refusal(client.collections.get.query({ id }))).toMatchObject({
    status: 403,
    denied: { permission: 'collections:view', grantedByInstanceRoles: ['owner', 'editor', 'reader'] },
  });
  await admin.collections.share.mutate({ id, subject: key, role: 'reader' });
  await waitFor(async () => {
    expect(await client.collections.list.query()).toMatchObject([{ id, title: 'Audit 2026', reports: 1 }]);
  });
  // Readers do not see drafts.
  expect(await client.collections.get.query({ id })).toMatchObject({ reports: [], hidden: 1 });
  await admin.reports.publish.mutate({ id: report });
  expect(await client.collections.get.query({ id })).toMatchObject({ reports: [{ id: report }], hidden: 0 });
  expect((await admin.collections.list.query()).map((one) => one.title)).toContain('Audit 2026');
  expect(await admin.collections.list.query({ search: 'aUDIT' })).toMatchObject([{ id }]);
  expect(await admin.collections.list.query({ search: 'another' })).toEqual([]);
});

test('only reports that the caller may share can be added, and only by users who can edit the collection', async () => {
  const id = await create();
  const { key, client } = await server.join({ role: 'editor' });
  const [own, others] = [await draft(client), await draft()];
  expect(await refusal(client.collections.add.mutate({ id, report: own }))).toMatchObject({
    denied: { permission: 'collections:edit' },
  });
  await admin.collections.share.mutate({ id, subject: key, role: 'editor' });
  await waitFor(() => client.collections.add.mutate({ id, report: own }));
  expect(await refusal(client.collections.add.mutate({ id, report: others }))).toMatchObject({
    denied: { permission: 'reports:share' },
  });
  expect((await client.collections.addable.query({ id })).map((one) => one.id)).not.toContain(others);
  for (const call of [
    () => client.collections.share.mutate({ id, subject: key, role: 'owner' }),
    () => client.collections.remove.mutate({ id }),
    () => client.collections.create.mutate({ title: 'Mine' }),
  ]) {
    expect(await refusal(call())).toMatchObject({ status: 403 });
  }
  await client.collections.rename.mutate({ id, title: 'Renamed' });
  expect((await admin.collections.get.query({ id })).title).toBe('Renamed');
});

test('a collection accepts no report of another tenant', async () => {
  const report = await draft();
  await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
  const { client: elsewhere } = await server.join({ role: 'admin', tenant: 'acme' });
  const { id: there } = await elsewhere.collections.create.mutate({ title: 'There' });
  expect(await codeOf(elsewhere.collections.add.mutate({ id: there, report }))).toBe('REPORT_NOT_FOUND');
  expect(await elsewhere.collections.list.query()).toMatchObject([{ id: there }]);
});

test('a report that is deleted meanwhile is not added or changed, and a collection is not renamed', async () => {
  const [id, report, other] = [await create(), await draft(), await create()];
  const changing = await server.db.transaction(async (transaction) => {
    await transaction.update(reports).set({ deletedAt: new Date() }).where(eq(reports.id, report));
    await transaction.delete(collections).where(eq(collections.id, other));
    const codes = [
      () => admin.collections.add.mutate({ id, report }),
      () => admin.reports.rename.mutate({ id: report, title: 'Late' }),
      () => admin.reports.classify.mutate({ id: report, classification: 'confidential' }),
      () => admin.reports.publish.mutate({ id: report }),
      () => admin.collections.rename.mutate({ id: other, title: 'Late' }),
    ].map((change) => codeOf(change()));
    await untilLocked(server.db, codes.length);
    return { codes };
  });
  expect(await Promise.all(changing.codes)).toEqual([
    ...Array.from({ length: 4 }, () => 'REPORT_NOT_FOUND'),
    'COLLECTION_NOT_FOUND',
  ]);
});

test('creates, adds and removes nothing while Permit is down, and recovers afterwards', async () => {
  const [id, report] = [await create(), await draft()];
  const before = await admin.collections.list.query();
  for (const method of ['POST', 'DELETE'])
    server.permit.faults.add({ method, path: '/v2/facts/*', status: 503 });
  for (const call of [
    () => admin.collections.create.mutate({ title: 'Lost' }),
    () => admin.collections.add.mutate({ id, report }),
    () => admin.collections.remove.mutate({ id }),
  ]) {
    expect(await codeOf(call())).toBe('DIRECTORY_UNAVAILABLE');
  }
  server.permit.faults.clear();
  expect(await admin.collections.list.query()).toEqual(before);
  await admin.collections.add.mutate({ id, report });
  await admin.reports.remove.mutate({ id: report });
  expect(await admin.collections.get.query({ id })).toMatchObject({ reports: [], hidden: 0 });
});

test('deleting a collection deletes its roles, but not its reports', async () => {
  const [id, report] = [await create(), await draft()];
  const { key, client } = await server.join();
  await admin.collections.share.mutate({ id, subject: key, role: 'editor' });
  await admin.collections.add.mutate({ id, report });
  await waitFor(async () => expect(await reads(client, report)).toBe('ok'));
  await admin.collections.remove.mutate({ id });
  await waitFor(async () => expect(await reads(client, report)).toBe('FORBIDDEN'));
  expect(await reads(admin, report)).toBe('ok');
  expect(await codeOf(admin.collections.get.query({ id }))).toBe('COLLECTION_NOT_FOUND');
});
