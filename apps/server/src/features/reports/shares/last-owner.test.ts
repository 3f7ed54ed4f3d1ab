import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { lockUntilCommit } from '../../../platform/database/open-database.ts';
import { codeOf } from '../../../testing/call-procedure.ts';
import { deliverSuspension } from '../../../testing/deliver.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { askForRole, untilStatus } from '../../../testing/requests.ts';
import { startTestServer, type Client } from '../../../testing/test-server.ts';
import { untilLocked, waitFor } from '../../../testing/wait-for.ts';
import { auditEvents } from '../../audit/tables.ts';
import { collectionReports } from '../tables.ts';

const server = await startTestServer({ approvalRules: {} });
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', role: 'admin', email: 'ada@example.test' });

const newcomer = async (role = 'editor') => {
  const key = `person-${crypto.randomUUID()}`;
  return server.join({ key, role, email: `${key}@example.test`, firstName: 'Nina' });
};
const create = async (client: Client): Promise<string> =>
  (await client.reports.create.mutate({ title: 'Quarterly', kind: 'access-review' })).id;
const ownersOf = async (id: string, resource = 'reports'): Promise<string[]> =>
  (await sdk.api.roleAssignments.list({ resourceInstance: `${resource}:${id}` }))
    .flatMap(({ role, user }) => (role === 'owner' ? [user] : []))
    .toSorted();
const share = (id: string, subject: string) => admin.reports.share.mutate({ id, subject, role: 'owner' });
const unshare = (id: string, subject: string, newOwner?: string) =>
  codeOf(admin.reports.unshare.mutate({ id, subject, role: 'owner', newOwner }));
const obstacle = async (id: string, subject: string) =>
  (await admin.reports.sharePreview.query({ id, subject, role: 'owner', change: 'revoke' })).obstacle;
const remove = async (subjects: string[], newOwner?: string) =>
  (await admin.members.remove.mutate({ subjects, actions: ['roles'], newOwner })).map(({ code }) => code);

test('the last owner can be removed from sharing only after someone else has become an owner', async () => {
  const [first, second] = [await newcomer(), await newcomer()];
  const id = await create(first.client);
  expect(await obstacle(id, first.key)).toBe('LAST_OWNER');
  expect(await obstacle(id, second.key)).toBeNull();
  expect(await unshare(id, first.key)).toBe('LAST_OWNER');
  expect(await ownersOf(id)).toEqual([first.key]);
  await share(id, second.key);
  expect(await obstacle(id, first.key)).toBeNull();
  expect(await unshare(id, first.key)).toBe('ok');
  expect(await ownersOf(id)).toEqual([second.key]);
});

test('the removal of the last owner from sharing can name a new owner, who is one before', async () => {
  const [first, second, suspended] = [await newcomer(), await newcomer(), await newcomer()];
  await server.sync.revocations.record(suspended.key, 'suspended');
  const id = await create(first.client);
  for (const invalid of [suspended.key, first.key, 'nobody'])
    expect(await unshare(id, first.key, invalid)).toBe('NEW_OWNER_INVALID');
  expect(await ownersOf(id)).toEqual([first.key]);
  expect(await unshare(id, first.key, second.key)).toBe('ok');
  expect(await ownersOf(id)).toEqual([second.key]);
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ kind: 'change', limit: 2 });
  const removal = { actor: 'ada', instance: id, outcome: 'done' };
  expect(events).toMatchObject([
    { ...removal, action: 'share.take', subject: first.key },
    { ...removal, action: 'share.give', subject: second.key },
  ]);
});

test('only an active person with a direct ownership without an end counts as another owner', async () => {
  const first = await newcomer();
  const id = await create(first.client);
  const direct = (user: string, instance = `reports:${id}`) =>
    server.directory.assignRole({ user, role: 'owner', tenant: 'default', instance });

  await server.directory.provisionUser({ key: 'robot' }, { role: 'viewer', tenant: 'default' });
  await direct('robot');
  const suspended = await newcomer();
  await direct(suspended.key);
  await server.sync.revocations.record(suspended.key, 'suspended');
  const temporary = await newcomer();
  const request = await askForRole(temporary.client, {
    kind: 'instance',
    resource: 'reports',
    id,
    role: 'owner',
  });
  await admin.requests.approve.mutate({ id: request });
  await untilStatus(server, temporary.key, 'active');
  const collector = await newcomer('admin');
  const { id: collection } = await collector.client.collections.create.mutate({ title: 'Board' });
  await admin.collections.add.mutate({ id: collection, report: id });
  expect(await server.db.select().from(collectionReports)).toHaveLength(1);
  expect(await ownersOf(id)).toHaveLength(4);

  expect(await obstacle(id, first.key)).toBe('LAST_OWNER');
  expect(await remove([first.key])).toEqual(['LAST_OWNER']);
  for (const invalid of ['robot', suspended.key, temporary.key, 'nobody'])
    expect(await remove([first.key], invalid)).toEqual(['NEW_OWNER_INVALID']);
  expect(await ownersOf(id)).toHaveLength(4);
  // A temporary ownership ends anyway.
  expect(await obstacle(id, temporary.key)).toBeNull();
  expect(await remove([first.key], collector.key)).toEqual([null]);
  expect(await ownersOf(id)).toContain(collector.key);
  expect(await unshare(id, 'robot')).toBe('ok');
  expect(
    await codeOf(admin.collections.unshare.mutate({ id: collection, subject: collector.key, role: 'owner' })),
  ).toBe('LAST_OWNER');
});

test('a person who leaves hands their reports and collections to a new owner', async () => {
  const leaving = await newcomer('admin');
  const id = await create(leaving.client);
  const shared = await create(leaving.client);
  await share(shared, 'ada');
  const { id: collection } = await leaving.client.collections.create.mutate({ title: 'Board' });
  const deleted = await create(leaving.client);
  await leaving.client.reports.remove.mutate({ id: deleted });

  const [preview] = await admin.members.removePreview.query({ subjects: [leaving.key] });
  expect(preview).toMatchObject({ obstacle: null, lastOwnerOf: 2 });
  const owned = preview?.shares.filter(({ isLastOwner }) => isLastOwner) ?? [];
  expect(owned.map((one) => one.id).toSorted()).toEqual([id, collection].toSorted());
  expect(new Set(owned.map(({ title }) => title))).toEqual(new Set(['Board', 'Quarterly']));
  expect(await remove([leaving.key])).toEqual(['LAST_OWNER']);
  expect(await ownersOf(shared)).toEqual(['ada', leaving.key].toSorted());
  expect(await codeOf(remove([leaving.key], leaving.key))).toBe('NEW_OWNER_INVALID');
  expect(await remove([leaving.key], 'ada')).toEqual([null]);
  expect(await ownersOf(id)).toEqual(['ada']);
  expect(await ownersOf(shared)).toEqual(['ada']);
  expect(await ownersOf(collection, 'collections')).toEqual(['ada']);
  await server.audit.flush();
  expect(await server.db.select().from(auditEvents).where(eq(auditEvents.instance, id))).toContainEqual(
    expect.objectContaining({
      action: 'share.give',
      outcome: 'done',
      actor: 'ada',
      subject: 'ada',
      detail: { after: { roles: ['owner'] }, cause: { kind: 'removal', id: leaving.key } },
    }),
  );
  expect((await admin.reports.access.query({ id })).people).toMatchObject([
    { key: 'ada', roles: [{ role: 'owner', source: { kind: 'hand', by: { key: 'ada' } } }] },
  ]);
});

test('the new owner of a confidential report must be cleared to open it', async () => {
  const [leaving, successor] = [await newcomer(), await newcomer()];
  const [id, other] = [await create(leaving.client), await create(leaving.client)];
  await admin.reports.classify.mutate({ id, classification: 'confidential' });
  expect(await remove([leaving.key], successor.key)).toEqual(['NEW_OWNER_INVALID']);
  expect([await ownersOf(id), await ownersOf(other)]).toEqual([[leaving.key], [leaving.key]]);
  expect(await remove([leaving.key], 'ada')).toEqual([null]);
  expect([await ownersOf(id), await ownersOf(other)]).toEqual([['ada'], ['ada']]);
});

test('of several who leave together, only those without another owner need a new one', async () => {
  const [one, other, free] = [await newcomer(), await newcomer(), await newcomer()];
  const id = await create(one.client);
  await share(id, other.key);
  const subjects = [one.key, other.key, free.key];
  const preview = await admin.members.removePreview.query({ subjects });
  expect(preview.map(({ lastOwnerOf }) => lastOwnerOf)).toEqual([0, 1, 0]);
  const codes = await remove(subjects);
  expect([
    ['LAST_OWNER', null, null],
    [null, 'LAST_OWNER', null],
  ]).toContainEqual(codes);
  expect(await ownersOf(id)).toHaveLength(1);
});

test('stored roles of a suspended owner are removed only with a new owner', async () => {
  const owner = await newcomer();
  const id = await create(owner.client);
  await deliverSuspension(server.url, owner.key);
  await waitFor(async () => expect(await ownersOf(id)).toEqual([]));
  const preview = await admin.members.removePreview.query({ subjects: [owner.key] });
  expect(preview).toMatchObject([{ status: 'suspended', lastOwnerOf: 1, shares: [{ id }] }]);
  expect(await remove([owner.key])).toEqual(['LAST_OWNER']);
  expect(await remove([owner.key], 'ada')).toEqual([null]);
  expect(await ownersOf(id)).toEqual(['ada']);
});

test('two owners are not removed at the same time, on any replica', async () => {
  await using replica = await startTestServer({
    databaseUrl: server.databaseUrl,
    upstreams: server,
  });
  const [one, other] = [await newcomer(), await newcomer()];
  const id = await create(one.client);
  await share(id, other.key);
  const elsewhere = await replica.as('ada');
  const codes = await server.db.transaction(async (transaction) => {
    await lockUntilCommit(transaction, 'owners of default');
    const removals = [
      unshare(id, one.key),
      codeOf(elsewhere.reports.unshare.mutate({ id, subject: other.key, role: 'owner' })),
    ];
    await untilLocked(server.db, 2);
    return removals;
  });
  expect((await Promise.all(codes)).toSorted()).toEqual(['LAST_OWNER', 'ok']);
  expect(await ownersOf(id)).toHaveLength(1);
});

test('an owner does not count after a removal with an unknown effect, but does after a refused one', async () => {
  const [one, other] = [await newcomer(), await newcomer()];
  const id = await create(one.client);
  await share(id, other.key);
  const removal = { method: 'DELETE', path: '/v2/facts/*' };
  server.permit.faults.add({ ...removal, status: 403 });
  expect(await unshare(id, one.key)).not.toBe('ok');
  server.permit.faults.clear();
  expect(await obstacle(id, other.key)).toBeNull();
  server.permit.faults.add({ ...removal, status: 503 });
  expect(await unshare(id, one.key)).not.toBe('ok');
  server.permit.faults.clear();
  expect(await ownersOf(id)).toHaveLength(2);
  expect(await obstacle(id, other.key)).toBe('LAST_OWNER');
  expect(await unshare(id, other.key)).toBe('LAST_OWNER');
  expect(await remove([other.key], one.key)).toEqual(['NEW_OWNER_INVALID']);
  expect(await unshare(id, one.key)).toBe('ok');
});

test('a new owner whose own removal waits is not the last one to be removed', async () => {
  const [leaving, successor] = [await newcomer(), await newcomer()];
  const id = await create(leaving.client);
  const removals = await server.db.transaction(async (transaction) => {
    await lockUntilCommit(transaction, 'owners of default');
    const first = remove([leaving.key], successor.key);
    await untilLocked(server.db);
    return [first, remove([successor.key])] as const;
  });
  expect(await removals[0]).toEqual([null]);
  expect(await removals[1]).toEqual(['LAST_OWNER']);
  expect(await ownersOf(id)).toEqual([successor.key]);
});

test('an approval that made the last owner cannot be undone', async () => {
  const [first, second] = [await newcomer(), await newcomer()];
  const id = await create(first.client);
  const target = { kind: 'instance', resource: 'reports', id, role: 'owner' } as const;
  const request = await askForRole(second.client, target, null);
  const { decidedAt } = await admin.requests.approve.mutate({ id: request });
  await untilStatus(server, second.key, 'active');
  expect(await unshare(id, first.key)).toBe('ok');
  const undo = () => codeOf(admin.requests.undo.mutate({ id: request, decidedAt: decidedAt ?? '' }));
  expect(await undo()).toBe('LAST_OWNER');
  await share(id, first.key);
  expect(await undo()).toBe('ok');
  expect(await ownersOf(id)).toEqual([first.key]);
});
