import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { terminateBus } from '../testing/fresh-database.ts';
import { startTestServer } from '../testing/test-server.ts';

const server = await startTestServer();
for (const [user, role] of [
  ['ann', 'viewer'],
  ['ada', 'admin'],
  ['bob', 'viewer'],
] as const) {
  await server.directory.provisionUser({ key: user }, { role, tenant: 'default' });
  await server.as(user);
}

interface OpenStream {
  /** Resolves to everything that was sent when the server has ended the stream. */
  readonly ended: Promise<string>;
  readonly end: () => void;
}

async function open(subject: string, path: string): Promise<OpenStream> {
  const token = await server.issuer.sign({ sub: subject });
  const hangUp = new AbortController();
  const response = await fetch(`${server.url}/api/trpc/${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: hangUp.signal,
  });
  const decoder = new TextDecoder();
  const read = async (): Promise<string> => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('serialized-error')) return text;
    }
    return text;
  };
  return { ended: read(), end: () => hangUp.abort() };
}

test('the stream of changes also ends when the notification of the suspension is lost', async () => {
  const stream = await open('bob', 'session.changes');
  // Notified while no replica listens, so that a replica must detect it by reading the table.
  await terminateBus(server.databaseUrl, "update directory_users set status = 'suspended' where id = 'bob'");
  expect(await stream.ended).toContain('SUBJECT_REVOKED');
  stream.end();
  await server.sync.revocations.record('bob', 'active');
});

test('ends when the permission is removed in Permit directly, without another open page', async () => {
  const { url: apiUrl, keys } = server.permit;
  const permit = createPermitDirectory({ policy, apiUrl, apiKey: keys.environment });
  await permit.provisionUser({ key: 'amy' }, { role: 'admin', tenant: 'default' });
  await server.as('amy');
  await server.sync.control.setPaused(true);
  const id = await server.sync.control.requestRun({ reason: 'manual' });
  const input = encodeURIComponent(JSON.stringify({ id }));
  const streams = await Promise.all([
    open('amy', `sync.progress?input=${input}`),
    open('amy', 'audit.changes'),
  ]);
  await permit.unassignRole({ user: 'amy', role: 'admin', tenant: 'default' });
  for (const stream of streams) {
    expect(await stream.ended).toContain('FORBIDDEN');
    stream.end();
  }
});

test('an outage of the PDP ends no stream of changes', async () => {
  const stream = await open('bob', 'session.changes');
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
