import { createPermitClient, createPermitFacts } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const [users, batch] = [50_000, 100];

const keyOf = (index: number): string => `user-${index}`;

test('the pages of a review of 50,000 roles have each role once', { timeout: 600_000 }, async () => {
  const server = await startTestServer();
  const { client: admin } = await server.join({ key: 'ada', email: 'ada@example.test', role: 'admin' });
  await server.join({ key: 'otto', email: 'otto@example.test', role: 'admin' });
  const { writes } = createPermitFacts(
    createPermitClient({
      apiUrl: server.permit.url,
      apiKey: server.permit.keys.environment,
      deadline: 60_000,
    }),
  );
  for (let start = 0; start < users; start += batch)
    await writes.createUsers(
      Array.from({ length: batch }, (_, index) => ({
        user: {
          key: keyOf(start + index),
          email: `${keyOf(start + index)}@example.test`,
          firstName: `User ${start + index}`,
          attributes: {},
        },
        grants: [{ role: 'viewer', tenant: 'default' }],
      })),
    );
  const { id } = await admin.reviews.create.mutate({
    name: 'Everyone',
    scope: { kind: 'all' },
    reviewers: { kind: 'role', role: 'admin' },
    dueAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await waitFor(async () => {
    const { status, completeness, counts } = await admin.reviews.get.query({ id });
    expect(status).toBe('draft');
    expect(completeness).toMatchObject({ permitUsers: users + 2, permitRoles: users + 2, rows: users + 2 });
    expect(counts.flags).toEqual({ privileged: 2 });
  }, 500);
  const seen = new Set<string>();
  for (let after = -1; ;) {
    const { items, total } = await admin.reviews.rows.query({ id, after, limit: 200 });
    expect(total).toBe(users + 2);
    const last = items.at(-1);
    if (last === undefined) break;
    for (const { subject } of items) seen.add(subject);
    after = last.position;
  }
  expect(seen.size).toBe(users + 2);
  await admin.reviews.start.mutate({ id });
  const { items } = await admin.reviews.rows.query({ id, after: users - 300, limit: 200 });
  expect(await admin.reviews.decide.mutate({ id, rows: items, decision: 'keep' })).toEqual({ outdated: [] });
  expect(await admin.reviews.get.query({ id })).toMatchObject({ decided: 200 });
  await admin.reviews.finish.mutate({ id });
  await waitFor(
    async () => expect(await admin.reviews.get.query({ id })).toMatchObject({ status: 'closed' }),
    500,
  );
});
