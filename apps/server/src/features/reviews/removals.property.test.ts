import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { rolesIn } from '../../testing/permit-sdk.ts';
import { openReview, untilReview } from '../../testing/reviews.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(server.url);

/**
 * The roles of a member: `viewer` comes from the membership and `admin` from a role in Logto; `editor` is assigned in
 * the console, `reader` on a report.
 */
const roles = ['viewer', 'admin', 'editor', 'reader'] as const;
type Role = (typeof roles)[number];

const member = fc.record({
  held: fc.subarray<Role>(['admin', 'editor', 'reader']),
  /** The decision for each role; `change` makes an administrator an editor. */
  decisions: fc.record({
    viewer: fc.constantFrom('keep', 'remove', 'none'),
    admin: fc.constantFrom('keep', 'remove', 'change'),
    editor: fc.constantFrom('keep', 'remove', 'none'),
    reader: fc.constantFrom('keep', 'remove', 'none'),
  }),
  /** What another administrator does before the review is finished. */
  meanwhile: fc.constantFrom('nothing', 'give', 'take', 'again'),
});
type Member = typeof member extends fc.Arbitrary<infer Value> ? Value : never;

function expected({ held, decisions, meanwhile }: Member): Role[] {
  const reviewed = new Set<Role>(['viewer', ...held]);
  const present = new Set(reviewed);
  const isGivenSince = (role: Role): boolean =>
    role === 'editor' && present.has('editor') && (!reviewed.has('editor') || meanwhile === 'again');
  if (meanwhile === 'give' || meanwhile === 'again') present.add('editor');
  if (meanwhile === 'take') present.delete('editor');
  const removed = [...present].filter(
    (role) => reviewed.has(role) && decisions[role] === 'remove' && !isGivenSince(role),
  );
  const isChanged = present.has('admin') && decisions.admin === 'change';
  // A removal of the lesser role takes precedence over a change to it.
  const isOnlyRemoved = isChanged && reviewed.has('editor') && decisions.editor === 'remove';
  // The membership ends only if no other role stays.
  const isLeaving = removed.length + (isOnlyRemoved ? 1 : 0) === present.size;
  if (isChanged) present.delete('admin');
  for (const role of removed) if (role !== 'viewer' || isLeaving) present.delete(role);
  if (isChanged && !isOnlyRemoved) present.add('editor');
  return roles.filter((role) => present.has(role));
}

const asRole = (name: string): Role => {
  const found = roles.find((role) => role === name);
  if (found === undefined) throw new Error(`an unexpected role ${name}`);
  return found;
};
const newcomer = async (): Promise<string> => {
  const key = await logto.newUser();
  await (await server.asNewcomer(key)).session.me.query();
  return key;
};

async function organizationOf(members: readonly Member[]) {
  const tenant = await logto.newOrganization('Globex');
  const join = async (isAdmin: boolean): Promise<string> => {
    const key = await newcomer();
    await logto.join(tenant, key);
    if (isAdmin) await logto.assign(tenant, key, 'admin');
    await server.sync.accountChanged(key);
    await waitFor(async () =>
      expect(await rolesIn(server, key, tenant)).toEqual(isAdmin ? ['admin', 'viewer'] : ['viewer']),
    );
    return key;
  };
  const client = await server.as(await join(true), tenant);
  await waitFor(() => client.members.list.query({}));
  const { id: report } = await client.reports.create.mutate({ title: 'Board', kind: 'access-review' });
  const keys: string[] = [];
  for (const { held } of members) {
    const key = await join(held.includes('admin'));
    if (held.includes('editor')) await client.members.assign.mutate({ subject: key, role: 'editor' });
    if (held.includes('reader'))
      await client.reports.share.mutate({ id: report, subject: key, role: 'reader' });
    keys.push(key);
  }
  return { tenant, client, keys };
}

async function review(client: Client, keys: readonly string[], members: readonly Member[]): Promise<string> {
  const id = await openReview(client);
  for (const row of (await client.reviews.rows.query({ id })).items) {
    const of = members[keys.indexOf(row.subject)];
    const decision = of?.decisions[asRole(row.role)] ?? 'none';
    if (decision === 'none') continue;
    const more = decision === 'change' ? { newRole: 'editor' } : {};
    const { position, revision } = row;
    await client.reviews.decide.mutate({
      id,
      rows: [{ position, revision }],
      decision,
      reason: 'So.',
      ...more,
    });
  }
  return id;
}

/** Finishes the review. Gives up removals that fail. */
async function finish(client: Client, id: string): Promise<void> {
  await client.reviews.finish.mutate({ id });
  const outcomes = async () => (await client.reviews.get.query({ id })).counts.outcomes;
  await waitFor(async () => expect((await outcomes()).pending ?? 0).toBe(0));
  if (((await outcomes()).failed ?? 0) > 0) await client.reviews.close.mutate({ id });
  await untilReview(client, id, 'closed');
}

test('after a finished review, and after a sweep, users have the kept roles and those assigned since', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 4 }), async (members) => {
      const { tenant, client, keys } = await organizationOf(members);
      const id = await review(client, keys, members);
      for (const [index, { meanwhile }] of members.entries()) {
        const change = { subject: keys[index] ?? '', role: 'editor' } as const;
        if (meanwhile === 'take' || meanwhile === 'again') await client.members.unassign.mutate(change);
        if (meanwhile === 'give' || meanwhile === 'again') await client.members.assign.mutate(change);
      }
      await finish(client, id);
      const run = await server.sync.control.requestRun({ reason: 'sweep' });
      await waitFor(async () => {
        const found = (await server.sync.control.runs.list(5)).find((one) => one.id === run);
        expect(found?.status).toBe('done');
      });
      const found = await Promise.all(keys.map((key) => rolesIn(server, key, tenant)));
      expect(found).toEqual(members.map((one) => expected(one).toSorted()));
    }),
    { numRuns: inject('all') ? 20 : 3 },
  );
}, 900_000);
