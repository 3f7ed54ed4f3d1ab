import { randomUUID } from 'node:crypto';
import { createLogtoManagement, logtoIdOf } from '@latchkey/directory-sync';
import { permissionsOfResourceRole } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { and, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { askForRole, giveByRequest, grantOf } from '../../testing/requests.ts';
import { openReview } from '../../testing/reviews.ts';
import { permitSdk, rolesIn } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { auditBegun, auditEvents } from '../audit/tables.ts';
import { reviewRows } from './tables.ts';

const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(server.url);
const inLogto = createLogtoManagement(logto.management);
// The administrator exists in Logto too, because a sweep removes all other users.
const ada = await logto.newUser({ name: 'Ada' });
const admin = await server.asNewcomer(ada);
await admin.session.me.query();
await server.directory.assignRole({ user: ada, role: 'admin', tenant: 'default' });
await waitFor(() => admin.members.list.query({}));

const dueAt = new Date(Date.now() + 7 * 86_400_000).toISOString();
const memberOf = async (key: string, organization: string): Promise<readonly string[] | undefined> =>
  (await inLogto.organizationsOf(logtoIdOf(key))).find(({ id }) => id === organization)?.roles;
const newcomer = async (role?: 'editor' | 'admin'): Promise<string> => {
  const key = await logto.newUser({ name: 'Nina' });
  await (await server.asNewcomer(key)).session.me.query();
  if (role !== undefined) await admin.members.assign.mutate({ subject: key, role });
  return key;
};
/** Creates an organization with an administrator, `boss`, and members who are viewers. */
const newOrganization = async (...members: string[]) => {
  const tenant = await logto.newOrganization('Globex');
  const boss = await newcomer();
  for (const key of [boss, ...members]) {
    await logto.join(tenant, key);
    await waitFor(async () => expect(await rolesIn(server, key, tenant)).toContain('viewer'));
  }
  const makeAdmin = async (key: string): Promise<void> => {
    await logto.assign(tenant, key, 'admin');
    await server.sync.accountChanged(key);
    await waitFor(async () => expect(await rolesIn(server, key, tenant)).toContain('admin'));
  };
  await makeAdmin(boss);
  const client = await server.as(boss, tenant);
  await waitFor(() => client.members.list.query({}));
  return { tenant, boss, client, makeAdmin };
};

type Row = Awaited<ReturnType<Client['reviews']['rows']['query']>>['items'][number];
type Decided = Omit<Parameters<Client['reviews']['decide']['mutate']>[0], 'id' | 'rows'>;
type Decide = (row: Row) => Decided | undefined;
const remove: Decided = { decision: 'remove', reason: 'Not needed.' };
const keep: Decided = { decision: 'keep', reason: 'Needed.' };

const allRows = async (client: Client, id: string): Promise<Row[]> => {
  const items: Row[] = [];
  for (let page; page === undefined || page.length === 200; items.push(...page))
    ({ items: page } = await client.reviews.rows.query({
      id,
      after: items.at(-1)?.position ?? -1,
      limit: 200,
    }));
  return items;
};
/** Opens a review of all access and decides its rows; `undefined` leaves a row undecided. */
const decided = async (decide: Decide, client = admin): Promise<string> => {
  const id = await openReview(client, { dueAt });
  for (const row of await allRows(client, id)) {
    const decision = row.canDecide ? decide(row) : undefined;
    if (decision !== undefined) await client.reviews.decide.mutate({ id, rows: [row], ...decision });
  }
  return id;
};
const Evidence = z.object({
  evidence: z.object({
    completeness: z.unknown(),
    summary: z.looseObject({ outcomes: z.unknown() }),
    exceptions: z.record(z.string(), z.array(z.number())),
    rows: z.array(z.looseObject({ sha256: z.string() })),
  }),
});
const apart = ['positionByRole', 'canDecide', 'lesserRoles', 'revision', 'sha256', 'applications'];
const inEvidence = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !apart.includes(name)));
/** Waits until the review is closed. Its evidence has all that the console shows of each row. */
const closed = async (id: string, client = admin, [by, tenant] = [ada, 'default']) => {
  const review = await waitFor(async () => {
    const found = await client.reviews.get.query({ id });
    expect(found).toMatchObject({ status: 'closed' });
    return found;
  });
  const organization = tenant === 'default' ? undefined : tenant;
  const file = await server.get(`/api/reviews/${id}/evidence?format=json`, by, organization);
  const { evidence } = Evidence.parse(await file.json());
  const rows = await allRows(client, id);
  expect(evidence.rows.map(inEvidence)).toEqual(rows.map(inEvidence));
  const excepted = rows.filter(({ outcome }) =>
    ['not-reviewed', 'changed', 'given-up'].includes(outcome ?? ''),
  );
  expect(evidence.exceptions).toEqual(
    Object.fromEntries(
      [...Map.groupBy(excepted, ({ outcome }) => outcome)].map(([outcome, some]) => [
        outcome,
        some.map(({ position }) => position),
      ]),
    ),
  );
  expect(evidence.summary.outcomes).toEqual(review.counts.outcomes);
  expect(evidence.completeness).toEqual(review.completeness);
  for (const { outcome, verifiedAt } of rows)
    expect(verifiedAt !== null).toBe(outcome === 'removed' || outcome === 'replaced');
  return review;
};
const finished = async (decide: Decide, client = admin, by?: [string, string]): Promise<string> => {
  const id = await decided(decide, client);
  await client.reviews.finish.mutate({ id });
  await closed(id, client, by);
  return id;
};
const outcomes = async (id: string, subject: string, client = admin) =>
  Object.fromEntries(
    (await allRows(client, id))
      .filter((row) => row.subject === subject)
      .map(({ role, instance, outcome, failure }) => [
        instance === null ? role : `${role} on ${instance.split(':')[0]}`,
        failure ?? outcome,
      ]),
  );
const changesOf = async (subject: string): Promise<unknown[]> => {
  await server.audit.flush();
  const events = await server.db
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.subject, subject), eq(auditEvents.kind, 'change')))
    .orderBy(auditEvents.at);
  return events
    .filter(({ detail }) => detail?.['cause'] !== undefined && Object(detail['cause']).kind === 'review')
    .map(({ action, actor, outcome }) => [action, actor, outcome]);
};

test('removes roles in Permit: assigned ones, from a request, and on a report; then the user is refused', async () => {
  const [key, client] = await newcomer('editor').then(async (one) => [one, await server.as(one)] as const);
  const other = await newcomer();
  await admin.requests.approve.mutate({ id: await askForRole(await server.as(other), 'editor') });
  const { id: report } = await admin.reports.create.mutate({ title: 'Board', kind: 'access-review' });
  await admin.reports.share.mutate({ id: report, subject: key, role: 'reader' });
  await waitFor(() => client.reports.list.query({}));
  const id = await finished(({ subject, role }) =>
    subject === key || (subject === other && role === 'editor') ? remove : keep,
  );
  expect(await outcomes(id, key)).toEqual({
    viewer: 'removed',
    editor: 'removed',
    'reader on reports': 'removed',
  });
  expect(await outcomes(id, other)).toEqual({ viewer: 'kept', editor: 'removed' });
  expect([await rolesIn(server, key), await rolesIn(server, other)]).toEqual([[], ['viewer']]);
  expect(await refusal(client.reports.list.query({}))).toMatchObject({ status: 403 });
  expect(await changesOf(key)).toHaveLength(3);
  expect(await changesOf(key)).toEqual(
    expect.arrayContaining([
      ['role.unassign', ada, 'done'],
      ['share.take', ada, 'done'],
    ]),
  );
});

test('a change assigns the lesser role before removing the other', async () => {
  const key = await newcomer('admin');
  const id = await finished(({ subject, role }) =>
    subject === key && role === 'admin' ? { decision: 'change', newRole: 'editor', reason: 'Edits.' } : keep,
  );
  expect(await outcomes(id, key)).toEqual({ viewer: 'kept', admin: 'replaced' });
  expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']);
  expect(await changesOf(key)).toEqual([
    ['role.assign', ada, 'done'],
    ['role.unassign', ada, 'done'],
  ]);
});

test('removes mapped roles in Logto, the membership last, and no sweep restores them', async () => {
  const [key, kept] = [await newcomer(), await newcomer()];
  const { tenant, boss, client, makeAdmin } = await newOrganization(key, kept);
  await makeAdmin(key);
  await makeAdmin(kept);
  const id = await finished(
    ({ subject, role }) => (subject === key || (subject === kept && role === 'admin') ? remove : keep),
    client,
    [boss, tenant],
  );
  expect(await outcomes(id, key, client)).toEqual({ viewer: 'removed', admin: 'removed' });
  expect(await memberOf(key, tenant)).toBeUndefined();
  expect(await memberOf(kept, tenant)).toEqual([]);
  await server.sync.control.requestRun({ reason: 'sweep' });
  await waitFor(async () =>
    expect((await server.sync.control.runs.list(1))[0]).toMatchObject({ status: 'done' }),
  );
  expect([await rolesIn(server, key, tenant), await rolesIn(server, kept, tenant)]).toEqual([[], ['viewer']]);
});

test('after a kill, the log has as made what Logto has lost, and nothing of a suspended user', async () => {
  const [key, suspended] = [await newcomer(), await newcomer()];
  const { tenant, boss, client, makeAdmin } = await newOrganization(key, suspended);
  await makeAdmin(key);
  await makeAdmin(suspended);
  await finished(({ subject, role }) => (subject === key && role === 'admin' ? remove : keep), client, [
    boss,
    tenant,
  ]);
  await logto.manage('PATCH', `/users/${suspended}/is-suspended`, { isSuspended: true });
  await waitFor(async () => expect(await rolesIn(server, suspended, tenant)).toEqual([]));
  await server.audit.flush();
  const ofReview = and(eq(auditEvents.subject, key), eq(auditEvents.channel, 'console'));
  const [made] = await server.db.delete(auditEvents).where(ofReview).returning();
  if (made === undefined) throw new Error('The removal is not recorded.');
  // Simulates kills minutes ago: one after the change, the other one before it.
  const killed = { ...made, at: made.at.toISOString(), outcome: 'failed', reason: 'INTERRUPTED' } as const;
  const begunAt = new Date(Date.now() - 600_000);
  const other = { ...killed, id: randomUUID(), subject: suspended };
  await server.db
    .insert(auditBegun)
    .values([killed, other].map((event) => ({ id: event.id, begunAt, event })));
  await startTestServer({ logto: logto.management, databaseUrl: server.databaseUrl, upstreams: server });
  await waitFor(async () => expect(await server.db.select().from(auditBegun)).toEqual([]));
  expect(await changesOf(key)).toEqual([['role.unassign', boss, 'done']]);
  expect(await changesOf(suspended)).toEqual([['role.unassign', boss, 'failed']]);
});

test('the removal of the membership role waits, with a code, while another role is kept', async () => {
  const key = await newcomer();
  const { tenant, boss, client } = await newOrganization(key);
  await client.members.assign.mutate({ subject: key, role: 'editor' });
  const id = await decided(({ role }) => (role === 'viewer' ? remove : keep), client);
  const planned = await client.reviews.removals.query({ id });
  expect(planned).toContainEqual(
    expect.objectContaining({ leavesOrganization: true, obstacle: 'MEMBERSHIP_ROLE' }),
  );
  await client.reviews.finish.mutate({ id });
  await waitFor(async () =>
    expect(await outcomes(id, key, client)).toEqual({ viewer: 'MEMBERSHIP_ROLE', editor: 'kept' }),
  );
  expect(await memberOf(key, tenant)).toEqual([]);
  await client.reviews.close.mutate({ id });
  const { counts, seal } = await closed(id, client, [boss, tenant]);
  expect(counts.outcomes).toMatchObject({ 'given-up': 1 });
  expect(seal).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('the removal of one role does not affect another one that is still being assigned', async () => {
  const key = await newcomer('editor');
  const id = await decided(({ subject, role }) =>
    subject === key && role === 'editor' ? remove : undefined,
  );
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 503 });
  await admin.requests.approve.mutate({ id: await askForRole(await server.as(key), 'admin') });
  await waitFor(async () => expect((await grantOf(server, key))?.attempts).toBeGreaterThan(0));
  await admin.reviews.finish.mutate({ id });
  await waitFor(async () => expect(await outcomes(id, key)).toMatchObject({ editor: 'removed' }));
  expect(await grantOf(server, key)).toMatchObject({ role: 'admin', endedBy: null });
});

test('does not change roles that changed or ended after the population was read', async () => {
  const [again, left, gone] = [await newcomer('editor'), await newcomer('editor'), await newcomer('editor')];
  const id = await decided(({ role }) => (role === 'editor' ? remove : undefined));
  for (const subject of [again, left]) await admin.members.unassign.mutate({ subject, role: 'editor' });
  await admin.members.assign.mutate({ subject: again, role: 'editor' });
  await logto.manage('DELETE', `/users/${gone}`);
  await waitFor(async () => expect(await rolesIn(server, gone)).toEqual([]));
  await admin.reviews.finish.mutate({ id });
  await closed(id);
  expect(await outcomes(id, again)).toEqual({ viewer: 'not-reviewed', editor: 'changed' });
  expect(await outcomes(id, left)).toEqual({ viewer: 'not-reviewed', editor: 'gone' });
  expect(await outcomes(id, gone)).toEqual({ viewer: 'not-reviewed', editor: 'gone' });
  expect(await rolesIn(server, again)).toEqual(['editor', 'viewer']);
});

test('does not remove roles whose end changed after the population was read', async () => {
  const day = 86_400;
  const [extended, requested, endless, same] = [
    await newcomer(),
    await newcomer(),
    await newcomer(),
    await newcomer(),
  ];
  for (const subject of [extended, endless, same])
    await admin.members.assign.mutate({ subject, role: 'editor', duration: 7 * day });
  await giveByRequest(server, admin, { key: requested, role: 'editor' });
  const id = await decided(({ role }) => (role === 'editor' ? remove : undefined));
  for (const subject of [extended, requested])
    await admin.members.assign.mutate({ subject, role: 'editor', duration: 30 * day });
  await admin.members.assign.mutate({ subject: endless, role: 'editor' });
  await admin.reviews.finish.mutate({ id });
  await closed(id);
  for (const subject of [extended, requested, endless]) {
    expect(await outcomes(id, subject)).toMatchObject({ editor: 'changed' });
    expect(await rolesIn(server, subject)).toEqual(['editor', 'viewer']);
  }
  expect(await outcomes(id, same)).toMatchObject({ editor: 'removed' });
  expect(await rolesIn(server, same)).toEqual(['viewer']);
});

const completenessOf = async (by: Client) => {
  const { completeness } = await by.reviews.get.query({ id: await decided(() => undefined, by) });
  return completeness;
};

test('counts the members in Logto, and those of them who are not in Permit', async () => {
  const [known, unknown] = [await newcomer(), await newcomer()];
  const { client } = await newOrganization(known, unknown);
  await permitSdk(server.permit).api.users.delete(unknown);
  expect(await completenessOf(client)).toMatchObject({
    logtoUsers: 3,
    onlyInLogto: 1,
    permitUsers: 2,
    permitRoles: 3,
    rows: 3,
  });
  // The tenant `default` is compared with all users of Logto.
  let users = 0;
  for await (const page of inLogto.users({})) users += page.length;
  expect(await completenessOf(admin)).toMatchObject({ logtoUsers: users, onlyInLogto: 1 });
});

test('the last administrator stays, as the plan shows', async () => {
  const other = await newcomer('admin');
  const client = await server.as(other);
  await waitFor(() => client.members.list.query({}));
  const id = await decided(
    ({ subject, role }) => (subject === ada && role === 'admin' ? remove : undefined),
    client,
  );
  expect(await client.reviews.removals.query({ id })).toMatchObject([
    {
      subject: ada,
      role: 'admin',
      instance: null,
      decision: 'remove',
      facts: { name: 'Ada' },
      obstacle: null,
      keeps: ['reports:view', 'requests:create', 'policy:view'],
    },
  ]);
  await admin.members.unassign.mutate({ subject: other, role: 'admin' });
  expect(await admin.reviews.removals.query({ id })).toMatchObject([{ obstacle: 'LAST_ADMINISTRATOR' }]);
  await admin.reviews.finish.mutate({ id });
  await waitFor(async () => expect(await outcomes(id, ada)).toMatchObject({ admin: 'LAST_ADMINISTRATOR' }));
  await server.directory.assignRole({ user: other, role: 'admin', tenant: 'default' });
  await admin.reviews.retry.mutate({ id });
  await closed(id, client, [other, 'default']);
  expect(await rolesIn(server, ada)).not.toContain('admin');
  await server.directory.assignRole({ user: ada, role: 'admin', tenant: 'default' });
  await server.directory.unassignRole({ user: other, role: 'admin', tenant: 'default' });
});

test('the last owner stays, as the plan shows, unless a new owner is chosen, who gets the report first', async () => {
  const [first, second, successor] = [await newcomer('editor'), await newcomer(), await newcomer()];
  const created = { title: 'Board', kind: 'access-review' } as const;
  const { id: report } = await (await server.as(first)).reports.create.mutate(created);
  await admin.reports.share.mutate({ id: report, subject: second, role: 'owner' });
  const isOwner = ({ instance, role }: Row): boolean => instance === `reports:${report}` && role === 'owner';
  const lesser = { decision: 'change', newRole: 'reader', reason: 'Reads it.' } as const;
  const decideOwners: Decide = (row) => (isOwner(row) ? (row.subject === first ? remove : lesser) : keep);

  const id = await decided(decideOwners);
  const plan = await admin.reviews.removals.query({ id });
  expect(plan.map(({ obstacle }) => obstacle)).toEqual([null, 'LAST_OWNER']);
  expect(await codeOf(admin.reviews.finish.mutate({ id, newOwner: second }))).toBe('NEW_OWNER_INVALID');
  await admin.reviews.finish.mutate({ id });
  await waitFor(async () =>
    expect((await allRows(admin, id)).filter(isOwner).map((row) => row.failure ?? row.outcome)).toEqual(
      expect.arrayContaining(['LAST_OWNER', expect.stringMatching(/^(removed|replaced)$/)]),
    ),
  );
  await admin.reviews.close.mutate({ id });
  await closed(id);
  const ownersOn = async () =>
    (await admin.reports.access.query({ id: report })).people
      .filter(({ roles }) => roles.some(({ role }) => role === 'owner'))
      .map(({ key }) => key);
  expect(await ownersOn()).toHaveLength(1);

  const next = await decided(decideOwners);
  await admin.reviews.finish.mutate({ id: next, newOwner: successor });
  await closed(next);
  expect(await ownersOn()).toEqual([successor]);
  expect(await changesOf(successor)).toEqual([['share.give', ada, 'done']]);
});

test('an administrator who loses another role remains an administrator', async () => {
  const other = await newcomer('admin');
  const client = await server.as(other);
  await waitFor(() => client.members.list.query({}));
  // In the plan, Ada's row comes first.
  const id = await decided(
    ({ subject, role }) => (subject === ada && role === 'viewer' ? remove : undefined),
    client,
  );
  const rows = (await allRows(admin, id)).filter((row) => row.subject === other && row.role === 'admin');
  await admin.reviews.decide.mutate({ id, rows, ...remove });
  expect(await admin.reviews.removals.query({ id })).toMatchObject([
    { subject: ada, role: 'viewer' },
    { subject: other, role: 'admin', obstacle: null },
  ]);
  await server.directory.unassignRole({ user: other, role: 'admin', tenant: 'default' });
});

test('of two users who finish a review concurrently, one succeeds, and the error names them to the other', async () => {
  const id = await decided(() => undefined);
  const results = await Promise.all(
    [0, 1].map(() => refusal(admin.reviews.finish.mutate({ id })).catch(() => null)),
  );
  expect(results.filter((one) => one === null)).toHaveLength(1);
  expect(results.find((one) => one !== null)).toMatchObject({
    code: 'REVIEW_FINISHED',
    details: { by: ada, at: expect.any(String) },
  });
  await closed(id);
  expect(await refusal(admin.reviews.retry.mutate({ id }))).toMatchObject({
    code: 'REVIEW_STATUS',
    details: { status: 'closed' },
  });
});

/** Finishes a review whose removal of a user's role `editor` fails because Permit is down. */
const failing = async (): Promise<{ readonly key: string; readonly id: string }> => {
  const key = await newcomer('editor');
  const id = await decided(({ subject, role }) =>
    subject === key && role === 'editor' ? remove : undefined,
  );
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 503 });
  await admin.reviews.finish.mutate({ id });
  await waitFor(async () =>
    expect(await outcomes(id, key)).toMatchObject({ editor: 'DIRECTORY_UNAVAILABLE' }),
  );
  expect(await rolesIn(server, key)).toContain('editor');
  server.permit.faults.clear();
  return { key, id };
};

test('removals that fail in an outage of Permit show it, and are made once afterwards', async () => {
  const { key, id } = await failing();
  await admin.reviews.retry.mutate({ id });
  await closed(id);
  expect(await outcomes(id, key)).toMatchObject({ editor: 'removed' });
  expect((await changesOf(key)).filter((one) => String(one).endsWith('done'))).toHaveLength(1);
  const recorded = await server.db
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.instance, id), eq(auditEvents.action, 'review.retry')));
  expect(recorded).toMatchObject([{ actor: ada, detail: { after: { removals: expect.any(Number) } } }]);
});

test('the next attempt verifies a removal after which the server was killed', async () => {
  const { key, id } = await failing();
  // Simulates a killed attempt: the role is removed, and the lease has expired.
  await server.directory.unassignRole({ user: key, role: 'editor', tenant: 'default' });
  await server.db
    .update(reviewRows)
    .set({ outcome: 'pending', failure: null, nextAttemptAt: new Date() })
    .where(and(eq(reviewRows.review, id), eq(reviewRows.subject, key), eq(reviewRows.role, 'editor')));
  await closed(id);
  expect(await outcomes(id, key)).toMatchObject({ editor: 'removed' });
});

test('a failure to write evidence does not delay other reviews', async () => {
  const [broken, other] = [await decided(() => undefined), await decided(() => undefined)];
  await server.db
    .update(reviewRows)
    .set({ facts: sql`'null'` })
    .where(eq(reviewRows.review, broken));
  await admin.reviews.finish.mutate({ id: broken });
  await admin.reviews.finish.mutate({ id: other });
  await closed(other);
  expect(await admin.reviews.get.query({ id: broken })).toMatchObject({ status: 'applying', seal: null });
  await server.db.delete(reviewRows).where(eq(reviewRows.review, broken));
  await closed(broken);
});

test('the stored role of a suspended user is removed, and does not come back', async () => {
  const key = await newcomer('editor');
  await admin.members.remove.mutate({ subjects: [key], actions: ['suspend'] });
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual([]));
  const id = await finished(({ subject, role }) =>
    subject === key && role === 'editor' ? remove : undefined,
  );
  expect(await outcomes(id, key)).toMatchObject({ editor: 'removed' });
  await admin.members.reactivate.mutate({ subject: key });
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual(['viewer']));
});

test('the plan counts viewing a report as kept only if the report’s page will open', async () => {
  const key = await newcomer();
  const pages = ['draft', 'published', 'confidential'] as const;
  const reports = new Map<string, string>();
  for (const page of pages) {
    const { id } = await admin.reports.create.mutate({ title: page, kind: 'access-review' });
    await admin.reports.share.mutate({ id, subject: key, role: 'owner' });
    if (page !== 'draft') await admin.reports.publish.mutate({ id });
    if (page === 'confidential') await admin.reports.classify.mutate({ id, classification: 'confidential' });
    reports.set(page, id);
  }
  const reader = await newcomer();
  const published = { id: reports.get('published') ?? '', subject: reader, role: 'reader' } as const;
  await (await server.as(key)).reports.share.mutate(published);
  const isRemoved = ({ subject, instance }: Row): boolean => subject === key && instance !== null;
  const id = await decided((row) => (isRemoved(row) ? remove : keep));
  const { items } = await admin.reviews.rows.query({ id, subject: reader });
  expect(items.find(({ role }) => role === 'reader')?.facts.source).toMatchObject({
    kind: 'hand',
    by: { key, name: expect.any(String) },
  });
  const planned = await admin.reviews.removals.query({ id });
  const kept = pages.map((page) => {
    const one = planned.find(({ instance }) => instance === `reports:${reports.get(page)}`);
    return [page, one?.keeps];
  });
  expect(kept).toEqual([
    ['draft', []],
    ['published', ['reports:view']],
    ['confidential', []],
  ]);
  await admin.reviews.finish.mutate({ id });
  await closed(id);
  const client = await server.as(key);
  for (const [page, keeps] of kept) {
    const opens = () =>
      client.reports.get.query({ id: reports.get(String(page)) ?? '' }).then(
        () => true,
        () => false,
      );
    await waitFor(async () => expect(await opens()).toBe(keeps?.includes('reports:view')));
  }
});

test('the plan shows what a user loses and keeps, and an inherited role stays', async () => {
  const [key, other] = [await newcomer('editor'), await newcomer()];
  const { id: collection } = await admin.collections.create.mutate({ title: 'Finance' });
  const { id: report } = await admin.reports.create.mutate({ title: 'Costs', kind: 'access-review' });
  await admin.collections.add.mutate({ id: collection, report });
  for (const role of ['editor', 'owner'] as const)
    await admin.reports.share.mutate({ id: report, subject: key, role });
  await admin.collections.share.mutate({ id: collection, subject: key, role: 'editor' });
  const isRemoved = ({ subject, role, instance }: Row): boolean =>
    role === 'viewer' ? subject === other : subject === key && instance?.startsWith('collections:') !== true;
  const id = await decided((row) => (isRemoved(row) ? remove : keep));
  const planned = await admin.reviews.removals.query({ id });
  const rows = (await allRows(admin, id)).filter(isRemoved);
  const planOf = (role: string, resource?: string) => {
    const row = rows.find((one) => one.role === role && one.instance?.split(':')[0] === resource);
    return planned.find(({ position }) => position === row?.position);
  };
  const ofOwner = permissionsOfResourceRole(policy, 'reports', 'owner');
  expect(planned).toHaveLength(4);
  expect(planOf('owner', 'reports')).toMatchObject({
    loses: ofOwner.filter((permission) => !/:(?:view|edit)$/.test(permission)),
    keeps: ['reports:view', 'reports:edit'],
    obstacle: null,
  });
  expect(planOf('editor', 'reports')).toMatchObject({ loses: [], keeps: ['reports:view', 'reports:edit'] });
  expect(planOf('editor')).toMatchObject({
    loses: ['reports:create', 'members:view'],
    keeps: ['reports:view', 'requests:create', 'policy:view'],
  });
  await admin.reviews.finish.mutate({ id });
  await closed(id);
  expect(await outcomes(id, key)).toEqual({
    viewer: 'kept',
    editor: 'removed',
    'editor on reports': 'removed',
    'owner on reports': 'removed',
    'editor on collections': 'kept',
  });
});

test('a note is added to a closed review only, and is recorded', async () => {
  const id = await decided(() => undefined);
  const note = { id, text: 'The wrong Nina.' };
  expect(await codeOf(admin.reviews.addNote.mutate(note))).toBe('REVIEW_STATUS');
  await admin.reviews.finish.mutate({ id });
  await closed(id);
  await admin.reviews.addNote.mutate(note);
  expect((await admin.reviews.get.query({ id })).notes).toMatchObject([
    { by: { key: ada }, text: 'The wrong Nina.' },
  ]);
  await server.audit.flush();
  const recorded = await server.db.select().from(auditEvents).where(eq(auditEvents.instance, id));
  expect(recorded.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['review.finish', 'review.seal', 'review.note']),
  );
});
