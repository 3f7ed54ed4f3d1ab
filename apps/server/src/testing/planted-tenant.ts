import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { v7 as uuidV7 } from 'uuid';
import { reports } from '../features/reports/tables.ts';
import { reviews } from '../features/reviews/tables.ts';
import { permitSdk } from './permit-sdk.ts';
import type { TestLogto } from './test-logto.ts';
import type { TestServer } from './test-server.ts';
import { openReview } from './reviews.ts';
import { waitFor } from './wait-for.ts';

/** Occurs in every text of a planted tenant, and nowhere else. */
export const planted = 'canary';

export interface PlantedTenant {
  readonly tenant: string;
  /** The keys of the tenant's administrators and of a viewer. */
  readonly people: readonly string[];
  /** Ids that an attacker may know: one of each kind, and the keys of users. */
  readonly ids: readonly string[];
  /** The id of a closed review. */
  readonly review: string;
  /** Texts that no attacker can know. */
  readonly secrets: readonly string[];
}

/** Users who belong to the planted tenant and to another one. */
export interface Shared {
  readonly admin: string;
  readonly viewer: string;
}

/**
 * Creates a tenant with every kind of data, through the console's API as its own users. Every text in it contains
 * `planted`.
 */
export async function plantTenant(
  server: TestServer,
  logto: TestLogto,
  shared: Shared,
): Promise<PlantedTenant> {
  const text = (what: string): string => `${planted}-${what}`;
  const tenant = await logto.newOrganization(text('organization'));
  await permitSdk(server.permit).api.tenants.create({ key: tenant, name: text('organization') });
  const join = async (name: string, role: string): Promise<string> => {
    const email = `${name}@example.test`;
    const key = await logto.newUser({ name, primaryEmail: email });
    await logto.join(tenant, key);
    await server.directory.provisionUser({ key, firstName: name, email }, { role, tenant });
    return key;
  };
  const [admin, viewer] = [await join(text('admin'), 'admin'), await join(text('viewer'), 'viewer')];
  await server.directory.assignRole({ user: shared.admin, role: 'admin', tenant });
  await server.directory.assignRole({ user: shared.viewer, role: 'viewer', tenant });
  const [asAdmin, asViewer] = [await server.as(admin, tenant), await server.as(viewer, tenant)];
  const [asSharedAdmin, asSharedViewer] = [
    await server.as(shared.admin, tenant),
    await server.as(shared.viewer, tenant),
  ];

  const report = await asAdmin.reports.create.mutate({ title: text('report'), kind: 'access-review' });
  const own = await asSharedAdmin.reports.create.mutate({ title: text('own report'), kind: 'access-review' });
  const collection = await asAdmin.collections.create.mutate({ title: text('collection') });
  await asAdmin.reports.publish.mutate({ id: report.id });
  await asAdmin.collections.add.mutate({ id: collection.id, report: report.id });
  await asAdmin.reports.share.mutate({ id: report.id, subject: viewer, role: 'reader' });
  await asAdmin.collections.share.mutate({ id: collection.id, subject: shared.viewer, role: 'reader' });
  await asAdmin.members.assign.mutate({ subject: shared.viewer, role: 'editor' });
  await asAdmin.members.unassign.mutate({ subject: shared.viewer, role: 'editor' });

  // This name does not contain `planted`: when the membership changes, sync stores the account in the tenant `default`,
  // whose operator sees it.
  const leaver = await join('leaver', 'viewer');
  const [left] = await asAdmin.members.remove.mutate({ subjects: [leaver], actions: ['organization'] });
  if (left?.removal == null) throw new TypeError('No member was removed.');

  const fields = { reason: text('reason'), duration: 86_400 };
  const target = { kind: 'role', role: 'editor' } as const;
  const open = await asViewer.requests.create.mutate({ ...fields, target });
  const refused = await asSharedViewer.requests.create.mutate({ ...fields, target });
  await asAdmin.requests.refuse.mutate({ id: refused.id, note: text('note') });
  const approved = await asSharedViewer.requests.create.mutate({ ...fields, target });
  await asAdmin.requests.approve.mutate({ id: approved.id });
  await asSharedViewer.requests.create.mutate({
    ...fields,
    target: { kind: 'instance', resource: 'reports', id: own.id, role: 'editor' },
  });
  await asAdmin.members.assign.mutate({ subject: viewer, role: 'editor', duration: fields.duration });
  const calls = [asAdmin, asSharedAdmin, asSharedViewer];
  await Promise.all(calls.map((as) => as.requests.chooseMail.mutate({ kind: 'asked', isWanted: false })));
  await Promise.all(calls.map((as) => as.notifications.markRead.mutate({ ids: [uuidV7()] })));

  const review = await openReview(asAdmin, { name: text('review') });
  const [row] = (await asAdmin.reviews.rows.query({ id: review, subject: viewer })).items;
  if (row === undefined) throw new TypeError('The review has no rows.');
  await asAdmin.reviews.decide.mutate({
    id: review,
    rows: [row],
    decision: 'remove',
    reason: text('reason'),
  });
  const closed = await openReview(asAdmin, { name: text('closed review') });
  await asAdmin.reviews.finish.mutate({ id: closed });
  await waitFor(async () =>
    expect(await asAdmin.reviews.get.query({ id: closed })).toMatchObject({ status: 'closed' }),
  );
  // A worker removes the reviewers' role on the review some time after it was closed.
  await waitFor(async () => {
    const [found] = await server.db.select().from(reviews).where(eq(reviews.id, closed));
    expect(found?.releasedAt).not.toBeNull();
  });
  await asAdmin.reviews.addNote.mutate({ id: closed, text: text('note') });

  const [invited] = await asAdmin.invitations.create.mutate({ emails: [`${text('guest')}@example.test`] });
  if (invited?.outcome !== 'invited') throw new TypeError('No user was invited.');
  const view = await asAdmin.audit.saveView.mutate({ name: text('view'), filter: { actor: admin } });
  await asSharedAdmin.audit.saveView.mutate({ name: text('own view'), filter: {} });
  // A caller in another tenant cannot end this view, even if they know its id.
  const { id: viewed } = await asAdmin.viewAs.start.mutate({ kind: 'person', subject: viewer });
  // Plants a denial: the report belongs to another user.
  await asSharedViewer.reports.remove.mutate({ id: own.id }).catch(() => {});
  const deleted = await plantDeletedReport(server, { tenant, by: shared.admin });
  await server.audit.flush();
  await server.explanations.idle();
  const { events } = await asAdmin.audit.list.query({ kind: 'change', actions: ['request.refuse'] });
  const found = events.map(({ id }) => id);
  await server.members.readAll();
  const states = async () =>
    (await asSharedViewer.requests.mine.query({})).items.map(({ grant }) => grant?.status);
  await waitFor(async () => expect(await states()).toContain('active'));
  return {
    tenant,
    review: closed,
    people: [admin, shared.admin, shared.viewer],
    ids: [
      report.id,
      collection.id,
      open.id,
      view.id,
      deleted,
      ...found,
      invited.invitation.id,
      viewed,
      left.removal,
      review,
      closed,
      viewer,
      shared.viewer,
    ],
    secrets: [planted, admin, own.id, approved.id, refused.id],
  };
}

/** Creates a report that `by` deletes and can restore. Returns its id. */
export async function plantDeletedReport(
  server: TestServer,
  { tenant, by }: { readonly tenant: string; readonly by: string },
): Promise<string> {
  const as = await server.as(by, tenant);
  const title = `${planted}-deleted report`;
  const { id } = await as.reports.create.mutate({ title, kind: 'access-review' });
  await as.reports.remove.mutate({ id });
  // Keeps the report restorable for the duration of a test.
  await server.db
    .update(reports)
    .set({ removeAfter: new Date(8e12) })
    .where(eq(reports.id, id));
  return id;
}
