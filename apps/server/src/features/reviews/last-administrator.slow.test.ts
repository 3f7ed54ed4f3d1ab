import { createPublicKey, verify } from 'node:crypto';
import { createLogtoManagement } from '@latchkey/directory-sync';
import { idOf } from '@latchkey/directory-sync/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const administrators = Array.from({ length: 125 }, (_, index) => `user${index}`);
const tenant = 'globex';
const logto = await startTestLogto({
  users: administrators.map((id) => ({ id, username: id })),
  organizations: [
    {
      id: tenant,
      name: 'Globex',
      members: administrators.map((userId) => ({ userId, roles: ['admin'] })),
    },
  ],
});
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(server.url);
const inLogto = createLogtoManagement(logto.management);

const File = z.object({
  evidence: z.object({ rows: z.array(z.unknown()) }),
  seal: z.object({ signature: z.string(), publicKey: z.string() }),
});

test('a review that removes 125 administrators leaves one, as its plan says, and can be retried', async () => {
  const run = await server.sync.control.requestRun({ reason: 'sweep' });
  await waitFor(async () => {
    const found = (await server.sync.control.runs.list(5)).find((one) => one.id === run);
    expect(found?.status).toBe('done');
  });
  const robot = idOf(
    await logto.manage('POST', '/applications', { name: 'Robot', type: 'MachineToMachine' }),
  );
  const { client } = await server.join({ key: robot, role: 'admin', tenant });
  await waitFor(() => client.members.list.query({}));
  const { id } = await client.reviews.create.mutate({
    name: 'Everyone',
    scope: { kind: 'all' },
    reviewers: { kind: 'role', role: 'admin' },
    dueAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await waitFor(async () =>
    expect(await client.reviews.get.query({ id })).toMatchObject({ status: 'draft' }),
  );
  await client.reviews.start.mutate({ id });
  const rowsOf = async () => [
    ...(await client.reviews.rows.query({ id, limit: 200 })).items,
    ...(await client.reviews.rows.query({ id, limit: 200, after: 199 })).items,
  ];
  const rows = (await rowsOf()).filter(({ subject }) => subject !== robot);
  expect(rows).toHaveLength(250);
  for (let start = 0; start < rows.length; start += 100)
    await client.reviews.decide.mutate({
      id,
      rows: rows.slice(start, start + 100).map(({ position, revision }) => ({ position, revision })),
      decision: 'remove',
      reason: 'Not needed.',
    });
  const planned = [];
  for (let page; page === undefined || page.length > 0; planned.push(...page))
    page = await client.reviews.removals.query({ id, after: planned.at(-1)?.position ?? -1, limit: 50 });
  expect(planned).toHaveLength(250);
  const refused = planned
    .filter(({ obstacle }) => obstacle !== null)
    .map(({ position, subject, obstacle }) => ({ position, subject, obstacle }));
  expect(
    refused.map(({ obstacle }) => String(obstacle)).toSorted((one, other) => one.localeCompare(other)),
  ).toEqual(['LAST_ADMINISTRATOR', 'MEMBERSHIP_ROLE']);
  const last = refused[0]?.subject ?? '';

  await client.reviews.finish.mutate({ id });
  await waitFor(
    async () =>
      expect((await client.reviews.get.query({ id })).counts.outcomes).toEqual({
        removed: 248,
        failed: 2,
        'not-reviewed': 1,
      }),
    500,
  );
  expect(
    (await rowsOf())
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ position, subject, failure }) => ({ position, subject, obstacle: failure })),
  ).toEqual(refused);
  const members = [];
  for await (const page of inLogto.members(tenant)) members.push(...page);
  expect(members).toEqual([{ id: last, roles: ['admin'] }]);
  // The administrator who is left can retry and close the review.
  const boss = await server.as(last, tenant);
  await boss.reviews.retry.mutate({ id });
  await boss.reviews.close.mutate({ id });
  await waitFor(async () => expect(await boss.reviews.get.query({ id })).toMatchObject({ status: 'closed' }));
  const text = await (await server.get(`/api/reviews/${id}/evidence?format=json`, last, tenant)).text();
  const { evidence, seal } = File.parse(JSON.parse(text));
  expect(evidence.rows).toHaveLength(251);
  const sealed = text.slice('{"evidence":'.length, text.indexOf(',"seal":'));
  const key = { key: Buffer.from(seal.publicKey, 'base64'), type: 'spki', format: 'der' } as const;
  expect(verify(null, Buffer.from(sealed), createPublicKey(key), Buffer.from(seal.signature, 'base64'))).toBe(
    true,
  );
}, 1_800_000);
