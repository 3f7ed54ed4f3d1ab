import * as fc from 'fast-check';
import { and, eq } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { codeOf } from '../../../testing/call-procedure.ts';
import { openReview } from '../../../testing/reviews.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { askForRole } from '../../../testing/requests.ts';
import { startTestServer, type Client } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';
import { accessGrants } from '../../requests/tables.ts';

const server = await startTestServer({ approvalRules: {} });
const replica = await startTestServer({ databaseUrl: server.databaseUrl, upstreams: server });
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', role: 'admin', email: 'ada@example.test' });
const admins = [admin, await replica.as('ada')];

const tenant = 'default';
const people = 4;
const who = fc.nat(people - 1);
/** How a person owns an instance. The second instance is a collection, which contains the first one, a report. */
const ownership = fc.record({
  who,
  instance: fc.nat(1),
  how: fc.constantFrom('direct', 'permanent request', 'temporary request'),
});
/** `newOwner`: a person, or the administrator with this key. */
const newOwner = fc.option(fc.oneof(who, fc.constant('ada')), { nil: undefined });
const removal = fc.oneof(
  fc.record({ kind: fc.constant('unshare'), who, instance: fc.nat(1) }),
  fc.record({ kind: fc.constant('remove'), people: fc.uniqueArray(who, { minLength: 1 }), newOwner }),
  fc.record({
    kind: fc.constant('review'),
    people: fc.uniqueArray(who, { minLength: 1 }),
    decision: fc.constantFrom('remove', 'change'),
    newOwner,
  }),
);
const situation = fc.record({
  owners: fc.uniqueArray(ownership, {
    minLength: 1,
    maxLength: 6,
    selector: (one) => `${one.who} ${one.instance}`,
  }),
  suspended: fc.subarray([0, 1, 2, 3], { maxLength: 2 }),
  removals: fc.array(fc.tuple(removal, fc.nat(1)), { minLength: 1, maxLength: 4 }),
});
type Removal = typeof removal extends fc.Arbitrary<infer Value> ? Value : never;

async function review(
  client: Client,
  decided: Extract<Removal, { kind: 'review' }>,
  keys: readonly string[],
) {
  const id = await openReview(client);
  for (let after = -1; ;) {
    const { items } = await client.reviews.rows.query({ id, after });
    const rows = items.filter(
      ({ subject, role, canDecide }) =>
        canDecide && role === 'owner' && decided.people.some((index) => keys[index] === subject),
    );
    const more = decided.decision === 'change' ? { newRole: 'reader' } : {};
    if (rows.length > 0)
      await client.reviews.decide.mutate({ id, rows, decision: decided.decision, reason: 'So.', ...more });
    if (items.length < 100) break;
    after = items.at(-1)?.position ?? after;
  }
  return async (): Promise<void> => {
    const chosen = typeof decided.newOwner === 'number' ? keys[decided.newOwner] : decided.newOwner;
    if ((await codeOf(client.reviews.finish.mutate({ id, newOwner: chosen }))) !== 'ok')
      await client.reviews.finish.mutate({ id });
    // A failed removal may be attempted again before the review is closed.
    await waitFor(async () => {
      const { status, counts } = await client.reviews.get.query({ id });
      if ((counts.outcomes.failed ?? 0) > 0) await codeOf(client.reviews.close.mutate({ id }));
      expect(status).toBe('closed');
    });
  };
}

test('no removal leaves a report or a collection without a lasting owner that had one', async () => {
  await fc.assert(
    fc.asyncProperty(situation, async ({ owners, suspended, removals }) => {
      const keys: string[] = [];
      for (let index = 0; index < people; index += 1)
        keys.push((await server.join({ role: 'editor', email: `${crypto.randomUUID()}@example.test` })).key);
      const keyOf = (index: number): string => keys[index] ?? '';
      const report = (await admin.reports.create.mutate({ title: 'Board', kind: 'access-review' })).id;
      const collection = (await admin.collections.create.mutate({ title: 'Boards' })).id;
      await admin.collections.add.mutate({ id: collection, report });
      const instances = [
        { resource: 'reports', id: report },
        { resource: 'collections', id: collection },
      ] as const;
      const own = { user: 'ada', role: 'owner', tenant } as const;
      const temporary = new Set<string>();
      for (const { who: index, instance, how } of owners) {
        const { resource, id } = instances[instance] ?? instances[0];
        const key = keyOf(index);
        if (how === 'direct') {
          await server.directory.assignRole({ ...own, user: key, instance: `${resource}:${id}` });
          continue;
        }
        if (how === 'temporary request') temporary.add(`${key} ${id}`);
        const target = { kind: 'instance', resource, id, role: 'owner' } as const;
        const duration = how === 'temporary request' ? 86_400 : null;
        const asked = await askForRole(await server.as(key), target, duration);
        await admin.requests.approve.mutate({ id: asked });
        const isGrant = and(eq(accessGrants.subject, key), eq(accessGrants.instance, id));
        await waitFor(async () =>
          expect(await server.db.select().from(accessGrants).where(isGrant)).toMatchObject([
            { status: 'active' },
          ]),
        );
      }
      const inactive = new Set(suspended.map(keyOf));
      for (const key of inactive) await server.sync.revocations.record(key, 'suspended');
      for (const { resource, id } of instances)
        await server.directory.unassignRole({ ...own, instance: `${resource}:${id}` });
      const lastingOn = async ({ resource, id }: (typeof instances)[number]): Promise<string[]> =>
        (await sdk.api.roleAssignments.list({ resourceInstance: `${resource}:${id}` })).flatMap(
          ({ role, user }) =>
            role === 'owner' && !inactive.has(user) && !temporary.has(`${user} ${id}`) ? [user] : [],
        );
      const before = await Promise.all(instances.map(lastingOn));

      const runs = await Promise.all(
        removals.map(async ([one, replicaIndex]): Promise<() => Promise<unknown>> => {
          const client = admins[replicaIndex] ?? admin;
          if (one.kind === 'review') return review(client, one, keys);
          if (one.kind === 'unshare') {
            const { resource, id } = instances[one.instance] ?? instances[0];
            const share = { id, subject: keyOf(one.who), role: 'owner' } as const;
            return () => codeOf(client[resource].unshare.mutate(share));
          }
          const chosen = typeof one.newOwner === 'number' ? keyOf(one.newOwner) : one.newOwner;
          const subjects = one.people.map(keyOf);
          return () =>
            codeOf(client.members.remove.mutate({ subjects, actions: ['roles'], newOwner: chosen }));
        }),
      );
      await Promise.all(runs.map((run) => run()));
      const after = await Promise.all(instances.map(lastingOn));
      expect(after.map((owning) => owning.length > 0)).toEqual(
        before.map((owning, index) => owning.length > 0 || (after[index]?.length ?? 0) > 0),
      );
    }),
    { numRuns: inject('all') ? 20 : 4 },
  );
}, 900_000);
