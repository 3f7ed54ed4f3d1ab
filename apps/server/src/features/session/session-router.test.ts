import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (const user of ['ann', 'bob']) {
    await server.directory.provisionUser({ key: user }, { role: 'viewer', tenant: 'default' }); // oxlint-disable-line no-await-in-loop
  }
});
afterAll(() => server.close());

/** The events of a person's stream of changes. */
async function* listen(subject: string, signal: AbortSignal): AsyncGenerator<string, void, void> {
  const token = await server.issuer.sign({ sub: subject });
  const response = await fetch(`${server.url}/api/trpc/session.changes`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal,
  });
  expect(response.status).toBe(200);
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    for (const line of decoder.decode(chunk, { stream: true }).split('\n')) {
      if (line.startsWith('data: ') && line.includes('changed')) yield line.slice(6);
    }
  }
}

test('roles are read live, and an answer changes as soon as a role does', async () => {
  const ann = await server.as('ann');
  expect((await ann.session.me.query()).roles).toEqual(['viewer']);
  expect(await ann.session.gates.query([{ path: 'reports.create' }])).toMatchObject([{ state: 'denied' }]);
  await server.directory.assignRole({ user: 'ann', role: 'editor', tenant: 'default' });
  expect(await ann.session.gates.query([{ path: 'reports.create' }])).toEqual([{ state: 'allowed' }]);
  expect((await ann.session.me.query()).roles).toEqual(['viewer', 'editor']);
});

test('a question by permission is answered; a permission that the policy does not have is refused', async () => {
  const ann = await server.as('ann');
  expect(await ann.session.gates.query([{ permission: 'audit:view' }])).toMatchObject([{ state: 'denied' }]);
  // @ts-expect-error -- misspelled
  await expect(ann.session.gates.query([{ permission: 'audit:veiw' }])).rejects.toMatchObject({
    data: { latchkey: { code: 'INPUT_INVALID' } },
  });
});

test('the stream of a person has the changes that concern them, and no others', async () => {
  const hangUp = new AbortController();
  const changes = listen('bob', hangUp.signal);
  const next = changes.next();
  const repeat = setInterval(() => {
    void server.directory.assignRole({ user: 'ann', role: 'viewer', tenant: 'default' });
  }, 20);
  const early = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 300))]);
  clearInterval(repeat);
  expect(early).toBeUndefined();
  await server.directory.assignRole({ user: 'bob', role: 'editor', tenant: 'default' });
  expect((await next).value).toContain('"changed":true');
  hangUp.abort();
});
