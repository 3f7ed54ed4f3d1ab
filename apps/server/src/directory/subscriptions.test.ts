import { expect, test } from 'vitest';
import { terminateBus } from '../testing/fresh-database.ts';
import { openStream } from '../testing/listen.ts';
import { permitSdk } from '../testing/permit-sdk.ts';
import { startTestServer } from '../testing/test-server.ts';

const server = await startTestServer();
await server.join({ key: 'bob' });

test('the stream of changes also ends when the notification of the suspension is lost', async () => {
  const stream = await openStream(server, 'session.changes', { subject: 'bob' });
  // The suspension is announced while no replica listens, so a replica must detect it by reading the table.
  await terminateBus(server.databaseUrl, "update directory_users set status = 'suspended' where id = 'bob'");
  expect(await stream.ended).toContain('SUBJECT_REVOKED');
  stream.end();
  await server.sync.revocations.record('bob', 'active');
});

test('ends when the permission is removed in Permit directly, without another open page', async () => {
  await server.join({ key: 'amy', role: 'admin' });
  await server.sync.control.setPaused(true);
  const id = await server.sync.control.requestRun({ reason: 'manual' });
  const input = encodeURIComponent(JSON.stringify({ id }));
  const streams = await Promise.all([
    openStream(server, `sync.progress?input=${input}`, { subject: 'amy' }),
    openStream(server, 'audit.changes', { subject: 'amy' }),
  ]);
  const lost = { user: 'amy', role: 'admin', tenant: 'default' };
  await permitSdk(server.permit).api.roleAssignments.unassign(lost);
  for (const stream of streams) {
    expect(await stream.ended).toContain('FORBIDDEN');
    stream.end();
  }
});

test('an outage of the PDP ends no stream of changes', async () => {
  const stream = await openStream(server, 'session.changes', { subject: 'bob' });
  server.permit.faults.add({ path: '/allowed*', status: 503 });
  await server.directory.assignRole({ user: 'bob', role: 'editor', tenant: 'default' });
  const still = await Promise.race([
    stream.ended,
    new Promise((resolve) => setTimeout(resolve, 500, 'open')),
  ]);
  server.permit.faults.clear();
  stream.end();
  await stream.ended.catch(() => {});
  expect(still).toBe('open');
});
