import { createPermitDirectory } from '@latchkey/permissions/permit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { terminateBus } from '../testing/terminate-bus.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { waitFor } from '../testing/wait-for.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (const [user, role] of [
    ['ann', 'viewer'],
    ['ada', 'admin'],
    ['bob', 'viewer'],
  ] as const) {
    await server.directory.provisionUser({ key: user }, { role, tenant: 'default' }); // oxlint-disable-line no-await-in-loop
    await server.as(user); // oxlint-disable-line no-await-in-loop
  }
});
afterAll(() => server.close());

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

test('the stream of changes ends with SUBJECT_REVOKED when its reader is suspended', async () => {
  const stream = await open('ann', 'session.changes');
  await server.sync.revocations.record('ann', 'suspended');
  expect(await stream.ended).toContain('SUBJECT_REVOKED');
  stream.end();
  await server.sync.revocations.record('ann', 'active');
});

test('the stream of changes also ends when the notification of the suspension is lost', async () => {
  const stream = await open('bob', 'session.changes');
  // Notified while no replica listens, so that a replica must detect it by reading the table.
  await terminateBus(server.databaseUrl, "update directory_users set status = 'suspended' where id = 'bob'");
  expect(await stream.ended).toContain('SUBJECT_REVOKED');
  stream.end();
  await server.sync.revocations.record('bob', 'active');
});

test('the progress of a run ends with FORBIDDEN for a former administrator', async () => {
  // While sync is paused, the run never ends.
  await server.sync.control.setPaused(true);
  const id = await server.sync.control.requestRun({ reason: 'manual' });
  const stream = await open('ada', `sync.progress?input=${encodeURIComponent(JSON.stringify({ id }))}`);
  await server.directory.unassignRole({ user: 'ada', role: 'admin', tenant: 'default' });
  expect(await stream.ended).toContain('FORBIDDEN');
  stream.end();
});

test('ends when the permission is removed in Permit directly, without another open page', async () => {
  const { url: apiUrl, keys } = server.permit;
  const permit = createPermitDirectory({ apiUrl, apiKey: keys.environment });
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
    expect(await stream.ended).toContain('FORBIDDEN'); // oxlint-disable-line no-await-in-loop -- sequential
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

test('notifies within seconds of a change made in Permit directly', async () => {
  const { url: apiUrl, keys } = server.permit;
  const permit = createPermitDirectory({ apiUrl, apiKey: keys.environment });
  await permit.provisionUser({ key: 'eve' }, { role: 'viewer', tenant: 'default' });
  await server.as('eve');
  const token = await server.issuer.sign({ sub: 'eve' });
  const hangUp = new AbortController();
  const response = await fetch(`${server.url}/api/trpc/session.changes`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: hangUp.signal,
  });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  let isEditor = false;
  await waitFor(async () => {
    // Repeated, because the first change may precede the first read.
    await permit[isEditor ? 'unassignRole' : 'assignRole']({
      user: 'eve',
      role: 'editor',
      tenant: 'default',
    });
    isEditor = !isEditor;
    expect(text).toContain('"changed":true');
  }, 3_000);
  hangUp.abort();
  await reading;
});
