import { afterAll, beforeAll, expect, test } from 'vitest';
import { countCalls } from '../../testing/count-calls.ts';
import { startNeighbours, startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (const user of ['ann', 'bob']) {
    await server.directory.provisionUser({ key: user }, { role: 'viewer', tenant: 'default' }); // oxlint-disable-line no-await-in-loop
  }
});
afterAll(() => server.close());

/** The events of a user's stream of changes. */
async function* listen(
  subject: string,
  signal: AbortSignal,
  { issuer, url } = server,
): AsyncGenerator<string, void, void> {
  const token = await issuer.sign({ sub: subject });
  const response = await fetch(`${url}/api/trpc/session.changes`, {
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

test('reads roles live, and an answer changes as soon as a role does', async () => {
  const ann = await server.as('ann');
  expect((await ann.session.me.query()).roles).toEqual(['viewer']);
  expect(await ann.session.gates.mutate([{ path: 'reports.create' }])).toMatchObject([{ state: 'denied' }]);
  await server.directory.assignRole({ user: 'ann', role: 'editor', tenant: 'default' });
  expect(await ann.session.gates.mutate([{ path: 'reports.create' }])).toEqual([{ state: 'allowed' }]);
  expect((await ann.session.me.query()).roles).toEqual(['viewer', 'editor']);
});

test('an invalid question gets its own error, and the others are answered', async () => {
  const ann = await server.as('ann');
  expect(
    await ann.session.gates.mutate([
      { permission: 'audit:view' },
      // @ts-expect-error -- misspelled, or of a page that is older than the server
      { permission: 'audit:veiw' },
      { path: 'reports.archive' },
      { path: 'reports.publish', input: { id: 'no uuid' } },
      { path: 'reports.get', input: { id: crypto.randomUUID() } },
    ]),
  ).toMatchObject([
    { state: 'denied' },
    { state: 'unavailable', problem: 'unknown_permission' },
    { state: 'unavailable', problem: 'unknown_procedure' },
    { state: 'unavailable', problem: 'unreadable_input' },
    { state: 'unavailable', problem: 'not_found' },
  ]);
});

test("a page's thousand gates take five PDP calls, and a deleted report does not affect the others", async () => {
  await using stack = new AsyncDisposableStack();
  const neighbours = stack.use(await startNeighbours());
  const pdp = stack.use(await countCalls(neighbours.permit.pdpUrl));
  const crowded = await startTestServer({ neighbours, addresses: { pdp: pdp.url } });
  stack.defer(() => crowded.close());
  await crowded.directory.provisionUser({ key: 'ann' }, { role: 'admin', tenant: 'default' });
  const ann = await crowded.as('ann');
  const questions = Array.from({ length: 1_000 }, (_, index) => {
    const id = crypto.randomUUID();
    return index === 500
      ? { path: 'reports.get', input: { id } }
      : { permission: 'reports:publish' as const, instance: id };
  });
  await ann.session.me.query();
  pdp.calls.length = 0;
  const answers = await Promise.all(
    [0, 200, 400, 600, 800].map((start) => ann.session.gates.mutate(questions.slice(start, start + 200))),
  );
  expect(pdp.calls.length).toBeLessThanOrEqual(5);
  const states = answers.flat().map((answer) => ('problem' in answer ? answer.problem : answer.state));
  expect([...new Set(states)]).toEqual(['allowed', 'not_found']);
  expect(states[500]).toBe('not_found');
});

test("a user's stream has only the changes that concern them", async () => {
  const hangUp = new AbortController();
  const changes = listen('bob', hangUp.signal);
  const next = changes.next();
  const repeat = setInterval(() => {
    void server.directory.assignRole({ user: 'ann', role: 'viewer', tenant: 'default' });
  }, 20);
  const early = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 300))]);
  clearInterval(repeat);
  expect(early).toBeUndefined();
  // Repeated, because the stream may not have started yet.
  const change = setInterval(() => {
    void server.directory.assignRole({ user: 'bob', role: 'editor', tenant: 'default' });
  }, 100);
  expect((await next).value).toContain('"changed":true');
  clearInterval(change);
  hangUp.abort();
});

test('a client that reads immediately after a change, before the PDP knows it, is notified again', async () => {
  await using stack = new AsyncDisposableStack();
  const neighbours = stack.use(await startNeighbours({ propagationDelay: 500 }));
  const slow = stack.use(await startTestServer({ neighbours }));
  const hangUp = new AbortController();
  stack.defer(() => hangUp.abort());
  await slow.directory.provisionUser({ key: 'cid' }, { role: 'viewer', tenant: 'default' });
  const cid = await slow.as('cid');
  const create = async () => (await cid.session.gates.mutate([{ path: 'reports.create' }]))[0]?.state;
  const changes = listen('cid', hangUp.signal, slow);
  // The stream is open once it has emitted.
  const opened = changes.next();
  const repeat = setInterval(() => {
    void slow.directory.assignRole({ user: 'cid', role: 'viewer', tenant: 'default' });
  }, 100);
  await opened;
  clearInterval(repeat);

  await slow.directory.assignRole({ user: 'cid', role: 'editor', tenant: 'default' });
  // Denied, unless this takes longer than the change takes to reach the PDP.
  await create();
  for await (const _ of changes) {
    if ((await create()) === 'allowed') return;
  }
  expect.unreachable('the stream ended');
});
