import { and, eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { draftReview } from '../../testing/reviews.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { untilLocked } from '../../testing/wait-for.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { auditEvents } from '../audit/tables.ts';
import { members } from '../members/tables.ts';
import { changeReview, lockReview, rowsAt } from './review-store.ts';

/** The number of milliseconds by which the server's clock is ahead. */
let ahead = 0;
const server = await startTestServer({ now: () => new Date(Date.now() + ahead) });
const person = async (key: string, role: string, tenant?: string) =>
  (await server.join({ key, email: `${key}@example.test`, role, ...(tenant !== undefined && { tenant }) }))
    .client;
const admin = await person('ada', 'admin');
const other = await person('otto', 'admin');
const viewer = await person('vera', 'viewer');
await person('ed', 'editor');
await server.join({ key: 'export', firstName: 'Export', role: 'editor' });
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const inAcme = await person('boss', 'admin', 'acme');
await server.members.readAll();

const inAWeek = () => new Date(Date.now() + ahead + 7 * 86_400_000).toISOString();
type Created = Parameters<Client['reviews']['create']['mutate']>[0];
const defaults: Omit<Created, 'dueAt'> = {
  name: 'November',
  scope: { kind: 'all' },
  reviewers: { kind: 'role', role: 'admin' },
};

const draft = (input: Partial<Created> = {}) => draftReview(admin, { dueAt: inAWeek(), ...input });
const started = async (input: Partial<Created> = {}): Promise<string> => {
  const id = await draft(input);
  await admin.reviews.start.mutate({ id });
  return id;
};
const rowsOf = async (client: Client, id: string) => (await client.reviews.rows.query({ id })).items;
const rowOf = async (client: Client, id: string, subject: string, role: string) => {
  const found = (await rowsOf(client, id)).find((row) => row.subject === subject && row.role === role);
  if (found === undefined) throw new Error(`no row of ${subject} as ${role}`);
  return found;
};

test('a draft has every role of the tenant, its facts, and a reviewer who is not its holder', async () => {
  const id = await draft();
  const rows = await rowsOf(admin, id);
  expect(rows.map(({ subject, role, flags }) => [subject, role, flags])).toEqual([
    ['ada', 'admin', ['privileged']],
    ['export', 'editor', ['machine']],
    ['otto', 'admin', ['privileged']],
    ['vera', 'viewer', ['only-holder']],
    ['ed', 'editor', []],
  ]);
  for (const { subject, reviewer } of rows) {
    expect(['ada', 'otto']).toContain(reviewer?.key);
    expect(reviewer?.key).not.toBe(subject);
  }
  expect(await admin.reviews.get.query({ id })).toMatchObject({
    completeness: { permitUsers: 5, permitRoles: 5, rows: 5, logtoUsers: null },
    progress: [
      { reviewer: { key: 'ada' }, rows: 3, decided: 0 },
      { reviewer: { key: 'otto' }, rows: 2, decided: 0 },
    ],
    counts: { flags: { privileged: 2, machine: 1, 'only-holder': 1 } },
  });
});

test('a role has the user who assigned it, and since when', async () => {
  await admin.members.assign.mutate({ subject: 'vera', role: 'editor' });
  const { facts } = await rowOf(admin, await draft(), 'vera', 'editor');
  await admin.members.unassign.mutate({ subject: 'vera', role: 'editor' });
  expect(facts.source).toMatchObject({ kind: 'hand', by: { key: 'ada', name: 'ada@example.test' } });
  expect(facts.since).toBe(facts.source?.kind === 'hand' ? facts.source.at : undefined);
});

test('the scope limits the rows', async () => {
  expect(
    (await rowsOf(admin, await draft({ scope: { kind: 'machines' } }))).map((row) => row.subject),
  ).toEqual(['export']);
  const privileged = await rowsOf(admin, await draft({ scope: { kind: 'privileged' } }));
  expect(privileged.map((row) => row.subject)).toEqual(['ada', 'otto']);
});

test('a review of reports or collections has only roles on these', async () => {
  const { id: report } = await inAcme.reports.create.mutate({ title: 'Board', kind: 'machines' });
  const { id: collection } = await inAcme.collections.create.mutate({ title: 'Finance' });
  const reviewOf = async (resource: 'reports' | 'collections') => {
    const { id } = await inAcme.reviews.create.mutate({
      ...defaults,
      scope: { kind: 'instances', resource },
      dueAt: inAWeek(),
    });
    return vi.waitFor(
      async () => {
        const review = await inAcme.reviews.get.query({ id });
        expect(review).toMatchObject({ status: 'draft', completeness: { permitRoles: 3, rows: 1 } });
        const rows = await rowsOf(inAcme, id);
        return rows.map(({ role, instance, facts }) => [role, instance, facts.source]);
      },
      { timeout: 60_000 },
    );
  };
  const source = { kind: 'creator', at: expect.any(String) };
  expect(await reviewOf('reports')).toEqual([['owner', `reports:${report}`, source]]);
  expect(await reviewOf('collections')).toEqual([['owner', `collections:${collection}`, source]]);
  const placed = { user: 'boss', tenant: 'acme', instance: `reports:${report}` };
  await server.directory.unassignRole({ ...placed, role: 'owner' });
  await server.directory.assignRole({ ...placed, role: 'reader' });
  expect(await reviewOf('reports')).toEqual([['reader', `reports:${report}`, null]]);
});

const setLastSignIn = (subject: string, at: Date | null) =>
  server.db.update(members).set({ lastSignInAt: at }).where(eq(members.subject, subject));

test('a review of inactive users has those who have not signed in for 90 days', async () => {
  const lastSignInAt = new Date(Date.now() - 100 * 86_400_000);
  await setLastSignIn('vera', lastSignInAt);
  await setLastSignIn('ed', new Date(Date.now() - 80 * 86_400_000));
  const id = await draft({ scope: { kind: 'inactive' } });
  expect(await rowsOf(admin, id)).toMatchObject([
    {
      subject: 'vera',
      flags: ['inactive', 'only-holder'],
      facts: { lastSignInAt: lastSignInAt.toISOString() },
    },
  ]);
  for (const subject of ['vera', 'ed']) await setLastSignIn(subject, null);
});

test('a chosen reviewer decides, and can no longer do so after the review is cancelled', async () => {
  const id = await started({ reviewers: { kind: 'users', subjects: ['vera'] } });
  expect((await viewer.reviews.list.query()).items.map((review) => review.id)).toContain(id);
  const notification = {
    kind: 'to-review',
    by: { key: 'ada' },
    on: { id, title: 'November' },
    isRead: false,
  };
  const assigned = async () =>
    (await viewer.notifications.list.query()).filter(({ kind }) => kind === 'to-review');
  expect(await assigned()).toMatchObject([notification]);
  const row = await rowOf(viewer, id, 'ed', 'editor');
  const decision = { id, rows: [row], decision: 'keep' as const };
  expect(await viewer.reviews.decide.mutate(decision)).toEqual({ outdated: [] });
  expect(await rowOf(viewer, id, 'ed', 'editor')).toMatchObject({
    decision: 'keep',
    decidedBy: { key: 'vera' },
    revision: 1,
  });
  // A decision based on an outdated revision of the row changes nothing.
  expect(await admin.reviews.decide.mutate({ ...decision, decision: 'remove', reason: 'No.' })).toEqual({
    outdated: [row.position],
  });
  await expect(refusal(viewer.reviews.cancel.mutate({ id }))).resolves.toMatchObject({ code: 'FORBIDDEN' });
  await admin.reviews.cancel.mutate({ id });
  expect(await assigned()).toEqual([]);
  await vi.waitFor(async () => expect(await codeOf(viewer.reviews.get.query({ id }))).toBe('FORBIDDEN'), {
    timeout: 60_000,
  });
});

test('decisions require a reason if it matters, a lesser role for a change, and another user as reviewer', async () => {
  const id = await started();
  const [ada, ed] = [await rowOf(admin, id, 'ada', 'admin'), await rowOf(admin, id, 'ed', 'editor')];
  const decide = (row: { position: number; revision: number }, more: object, by = admin) =>
    refusal(by.reviews.decide.mutate({ id, rows: [row], decision: 'keep', ...more }));
  expect(await decide(ada, { reason: 'Mine' })).toMatchObject({ code: 'OWN_REVIEW' });
  expect(await decide(ada, {}, other)).toMatchObject({ code: 'REASON_REQUIRED' });
  expect(await decide(ed, { decision: 'remove' })).toMatchObject({ code: 'REASON_REQUIRED' });
  const change = { decision: 'change', reason: 'Reads only' };
  expect(await decide(ed, { ...change, newRole: 'admin' })).toMatchObject({ code: 'INPUT_INVALID' });
  expect(ed.lesserRoles).toEqual(['viewer']);
  const { position, revision: first } = ed;
  await admin.reviews.decide.mutate({ id, rows: [ed], decision: 'keep', newRole: 'viewer' });
  await admin.reviews.decide.mutate({
    id,
    rows: [{ position, revision: first + 1 }],
    decision: null,
    newRole: 'viewer',
  });
  await server.audit.flush();
  const recorded = await server.db
    .select({ detail: auditEvents.detail })
    .from(auditEvents)
    .where(and(eq(auditEvents.action, 'review.decide'), eq(auditEvents.instance, id)))
    .orderBy(auditEvents.at, auditEvents.id);
  expect(recorded.map(({ detail }) => detail?.['after'])).toEqual([
    { decision: 'keep', rows: 1 },
    { decision: null, rows: 1 },
  ]);
  await admin.reviews.decide.mutate({
    id,
    rows: [{ position, revision: first + 2 }],
    decision: 'change',
    reason: 'Reads only',
    newRole: 'viewer',
  });
  expect(await rowOf(admin, id, 'ed', 'editor')).toMatchObject({ decision: 'change', newRole: 'viewer' });
  const { revision } = await rowOf(admin, id, 'ed', 'editor');
  await admin.reviews.decide.mutate({ id, rows: [{ ...ed, revision }], decision: null });
  expect(await rowOf(admin, id, 'ed', 'editor')).toMatchObject({
    decision: null,
    reason: null,
    decidedBy: null,
  });
});

test('a decision that waits for a change of the review is refused if the review is no longer open', async () => {
  const id = await started();
  const row = await rowOf(admin, id, 'ed', 'editor');
  let deciding: Promise<unknown> | undefined;
  await server.db.transaction(async (transaction) => {
    await lockReview(transaction, { tenant: 'default', id }, 'update');
    await changeReview(transaction, { id, status: 'open' }, { status: 'cancelled' });
    deciding = refusal(admin.reviews.decide.mutate({ id, rows: [row], decision: 'remove', reason: 'Left.' }));
    await untilLocked(server.db);
  });
  expect(await deciding).toMatchObject({ code: 'REVIEW_STATUS' });
  expect(await rowsAt(server.db, id, [row.position])).toMatchObject([
    { decision: null, revision: row.revision },
  ]);
});

test('filters rows by reviewer, decision, flag and text, and pages by user or by role', async () => {
  const id = await started();
  const subjects = async (filter: object) =>
    (await admin.reviews.rows.query({ id, ...filter })).items.map(({ subject }) => subject);
  expect(await subjects({ flag: 'machine' })).toEqual(['export']);
  expect(await subjects({ search: 'VERA view' })).toEqual(['vera']);
  expect(await subjects({ decision: 'keep' })).toEqual([]);
  const mine = await subjects({ mine: true });
  expect(mine).not.toContain('ada');
  const byRole = await admin.reviews.rows.query({ id, by: 'role', limit: 2 });
  expect(byRole.total).toBe(5);
  expect(byRole.items.map(({ role }) => role)).toEqual(['admin', 'admin']);
  const after = byRole.items.at(-1)?.positionByRole;
  const rest = await admin.reviews.rows.query({ id, by: 'role', after });
  expect(rest.items.map(({ role }) => role)).toEqual(['editor', 'editor', 'viewer']);
});

test('a monthly review is followed by one that opens itself and shows what changed', async () => {
  const id = await started({ recurrence: 'monthly', name: 'Monthly', scope: { kind: 'privileged' } });
  const rows = await rowsOf(admin, id);
  for (const row of rows)
    await (row.subject === 'ada' ? other : admin).reviews.decide.mutate({
      id,
      rows: [row],
      decision: 'keep',
      reason: 'Operates it',
    });
  await admin.reviews.finish.mutate({ id });
  await person('nora', 'admin');
  ahead += 32 * 86_400_000;
  await vi.waitFor(
    async () => {
      const { items } = await admin.reviews.list.query();
      expect(items[0]).toMatchObject({ name: 'Monthly', status: 'open', rows: 3 });
      expect(items[0]?.id).not.toBe(id);
    },
    { timeout: 60_000 },
  );
  const [next] = (await admin.reviews.list.query()).items;
  const second = await rowsOf(admin, next?.id ?? '');
  expect(second.map(({ subject, flags }) => [subject, flags])).toEqual([
    ['nora', ['privileged', 'new']],
    ['ada', ['privileged']],
    ['otto', ['privileged']],
  ]);
  const unchanged = await admin.reviews.rows.query({ id: next?.id ?? '', unchanged: true });
  expect(unchanged.items.map(({ subject }) => subject)).toEqual(['ada', 'otto']);
});

test('only a draft can be started, and only by managers', async () => {
  const id = await started();
  expect(await refusal(admin.reviews.start.mutate({ id }))).toMatchObject({
    code: 'REVIEW_STATUS',
    details: { status: 'open' },
  });
  expect(await codeOf(viewer.reviews.create.mutate({ ...defaults, dueAt: inAWeek() }))).toBe('FORBIDDEN');
  // With the second date, the due date of a next review would be too late for PostgreSQL.
  for (const dueAt of ['2020-01-01T00:00:00Z', '9999-12-31T00:00:00Z'])
    expect(await codeOf(admin.reviews.create.mutate({ ...defaults, dueAt }))).toBe('INPUT_INVALID');
});

test('reviewers see the titles of reports that they may read, and managers see all', async () => {
  const { id: secret } = await admin.reports.create.mutate({ title: 'Secret', kind: 'machines' });
  await admin.reports.publish.mutate({ id: secret });
  await admin.reports.classify.mutate({ id: secret, classification: 'confidential' });
  const { id: open } = await admin.reports.create.mutate({ title: 'Open', kind: 'machines' });
  await admin.reports.publish.mutate({ id: open });
  const id = await started({
    scope: { kind: 'instances', resource: 'reports' },
    reviewers: { kind: 'users', subjects: ['vera'] },
  });
  const titlesFor = async (client: Client) =>
    new Set((await rowsOf(client, id)).map(({ facts }) => facts.title));
  expect(await titlesFor(admin)).toEqual(new Set(['Open', 'Secret']));
  expect(await titlesFor(viewer)).toEqual(new Set(['Open', null]));
  expect((await viewer.reviews.rows.query({ id, search: 'secret' })).total).toBe(0);
});

test('a discarded draft is deleted', async () => {
  const id = await draft();
  await admin.reviews.cancel.mutate({ id });
  await vi.waitFor(
    async () => expect(await codeOf(admin.reviews.get.query({ id }))).toBe('REVIEW_NOT_FOUND'),
    { timeout: 60_000 },
  );
});

test('finds the users who can review behind any number of machines', async () => {
  const machines = Array.from({ length: 55 }, (_, index) => `machine-${index}`);
  await Promise.all(machines.map((key) => server.join({ key, role: 'editor', tenant: 'acme' })));
  await person('zoe', 'editor', 'acme');
  const { id } = await inAcme.reviews.create.mutate({
    ...defaults,
    scope: { kind: 'machines' },
    reviewers: { kind: 'role', role: 'editor' },
    dueAt: inAWeek(),
  });
  await vi.waitFor(
    async () =>
      expect(await inAcme.reviews.get.query({ id })).toMatchObject({
        status: 'draft',
        progress: [{ reviewer: { key: 'zoe' }, rows: machines.length }],
      }),
    { timeout: 60_000 },
  );
});
