import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { reports } from '../features/reports/tables.ts';
import { openRaw, sendRaw } from '../testing/raw-request.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { waitFor } from '../testing/wait-for.ts';

let server: TestServer;
const tokens = { viewer: '', editor: '' };
beforeAll(async () => {
  server = await startTestServer();
  for (const role of ['viewer', 'editor']) {
    await server.directory.provisionUser({ key: role }, { role, tenant: 'default' }); // oxlint-disable-line no-await-in-loop
    await server.as(role); // oxlint-disable-line no-await-in-loop
  }
  tokens.viewer = await server.issuer.sign({ sub: 'viewer' });
  tokens.editor = await server.issuer.sign({ sub: 'editor' });
});
afterAll(() => server.close());

const post = (
  procedure: string,
  headers: readonly string[],
  body = '',
): Promise<{ status?: number | undefined; text: string; closed: boolean }> =>
  sendRaw(
    server.url,
    `POST /api/trpc/${procedure} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers.join('\r\n')}\r\n\r\n${body}`,
  );
const bearer = (token: string): string => `authorization: Bearer ${token}`;

test('an unauthenticated request is 401 before a byte of the body is read, and the connection is closed', async () => {
  const answer = await post('reports.create', ['content-length: 130000']);
  expect(answer).toMatchObject({ status: 401, closed: true });
  expect(answer.text).toContain('TOKEN_MISSING');
});

test('a user without the permission is 403 before a byte of the body is read', async () => {
  const answer = await post('collections.create', [bearer(tokens.viewer), 'content-length: 130000']);
  expect(answer).toMatchObject({ status: 403, closed: true });
  expect(answer.text).toContain('FORBIDDEN');
});

test('a declared length of 400 MB is refused, and a chunked body when it becomes too large', async () => {
  const announced = await post('reports.publish', [bearer(tokens.viewer), 'content-length: 400000000']);
  expect(announced).toMatchObject({ status: 413, closed: true });
  expect(announced.text).toContain('REQUEST_TOO_LARGE');
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const chunked = await post(
    'reports.publish',
    [bearer(tokens.viewer), 'transfer-encoding: chunked'],
    chunk.repeat(20),
  );
  expect(chunked.status).toBe(413);
  expect(chunked.text).toContain('REQUEST_TOO_LARGE');
});

test('a body larger than a thousand ids is 413, even when it is sent completely', async () => {
  const body = JSON.stringify({ title: 'x'.repeat(140_000) });
  const answer = await post(
    'reports.create',
    [bearer(tokens.editor), `content-length: ${body.length}`, 'connection: close'],
    body,
  );
  expect(answer.status).toBe(413);
  expect(answer.text).toContain('REQUEST_TOO_LARGE');
});

test('a form is 415, because it may have thousands of parts and no procedure accepts one', async () => {
  const form = new FormData();
  form.set('title', 'A form');
  const response = await fetch(`${server.url}/api/trpc/reports.create`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.editor}` },
    body: form,
  });
  expect(response.status).toBe(415);
  expect(await response.text()).toContain('UNSUPPORTED_ENCODING');
});

test('a user can have 200 calls in progress: a fifth batch of fifty is 503 as a whole, and others are served', async () => {
  const path = `/api/trpc/${Array.from({ length: 50 }, () => 'reports.create').join(',')}?batch=1`;
  // The calls are in progress as long as they wait for their input.
  const unfinished = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${bearer(tokens.editor)}\r\ncontent-length: 1000\r\n\r\n{`;
  const batches = Array.from({ length: 5 }, () => openRaw(server.url, unfinished));
  await Promise.race(batches.map(({ ended }) => ended));
  const other = await (await server.as('viewer')).session.me.query();
  expect(other.subject).toBe('viewer');
  const answers = batches.map((batch) => batch.answer()).filter(({ text }) => text !== '');
  expect(answers).toMatchObject([{ status: 503, closed: true }]);
  expect(answers[0]?.text.split('SERVER_BUSY')).toHaveLength(51);
  for (const batch of batches) batch.end();
  await waitFor(async () => {
    const mine = await (await server.as('editor')).reports.list.query({});
    expect(mine.items).toEqual(expect.any(Array));
  });
});

const Refusal = z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) });

/** Calls of one user that are in progress for as long as they wait for their input. */
async function holdCalls(person: string, batches: number): Promise<Socket[]> {
  const token = await server.issuer.sign({ sub: person });
  const path = `/api/trpc/${Array.from({ length: 50 }, () => 'reports.create').join(',')}?batch=1`;
  return Array.from({ length: batches }, () =>
    open(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${bearer(token)}\r\ncontent-length: 1000\r\n\r\n{`,
    ),
  );
}

/** A connection that sends this, and never reads. */
function open(text: string): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => Refusal.parse(error).data.latchkey.code,
  );

test('all users together can have 600 calls in progress: the next is SERVER_BUSY for any user', async () => {
  const people = ['ed', 'edda', 'edna'];
  for (const person of people) {
    await server.directory.provisionUser({ key: person }, { role: 'editor', tenant: 'default' }); // oxlint-disable-line no-await-in-loop
    await server.as(person); // oxlint-disable-line no-await-in-loop
  }
  const viewer = await server.as('viewer');
  const two = await Promise.all(people.slice(1).map((person) => holdCalls(person, 4)));
  // Two users cannot use it up.
  await expect.poll(() => code(viewer.session.me.query())).toBe('accepted');
  const third = await holdCalls('ed', 4);
  const busy = async (): Promise<unknown> => {
    const answer = await code(viewer.session.me.query());
    // The viewer's previous call may briefly have taken the slots of a batch, which was then refused.
    if (answer === 'accepted') third.push(...(await holdCalls('ed', 1)));
    return answer;
  };
  await expect.poll(busy).toBe('SERVER_BUSY');
  for (const socket of [...two.flat(), ...third]) socket.destroy();
  await expect.poll(() => code(viewer.session.me.query())).toBe('accepted');
});

test('two users who do not read their large reports leave no room for a third: SERVER_BUSY until they disconnect', async () => {
  const id = randomUUID();
  const member = { key: 'x', name: 'x'.repeat(20_000_000), email: null, roles: [] };
  await server.db.insert(reports).values({
    id,
    tenant: 'default',
    title: 'Large',
    kind: 'access-review',
    status: 'published',
    ownerKey: 'editor',
    content: { generatedAt: new Date().toISOString(), members: [member] },
  });
  const input = encodeURIComponent(JSON.stringify({ id }));
  const get = (token: string): string =>
    `GET /api/trpc/reports.get?input=${input} HTTP/1.1\r\nhost: x\r\n${bearer(token)}\r\n\r\n`;
  const third = await server.as('third');
  await server.directory.provisionUser({ key: 'third' }, { role: 'viewer', tenant: 'default' });
  const deaf = [open(get(tokens.viewer)), open(get(tokens.editor))];
  // Both read only the beginning of their response.
  await Promise.all(deaf.map(async (socket) => once(socket.resume(), 'data').finally(() => socket.pause())));
  expect(await code(third.reports.get.query({ id }))).toBe('SERVER_BUSY');
  for (const socket of deaf) socket.destroy();
  await expect.poll(() => code(third.reports.get.query({ id }))).toBe('accepted');
  await server.db.delete(reports).where(eq(reports.id, id));
});

test('a user can have 1,000 gate checks in progress: further ones are SERVER_BUSY, and others are served', async () => {
  server.permit.faults.add({ path: '/allowed*', delay: 600_000 });
  // One client per request, because a client would batch them.
  const ask = async (person: string, round: number): Promise<unknown> =>
    code(
      (await server.as(person)).session.gates.mutate(
        Array.from({ length: 200 }, (_, index) => ({
          permission: 'reports:view' as const,
          instance: `${round}-${index}`,
        })),
      ),
    );
  const asked = [1, 2, 3, 4, 5, 6].map((round) => ask('viewer', round));
  expect(await Promise.race(asked)).toBe('SERVER_BUSY');
  const other = ask('editor', 7);
  server.permit.faults.clear();
  expect(await other).not.toBe('SERVER_BUSY');
  expect((await Promise.all(asked)).filter((outcome) => outcome === 'SERVER_BUSY')).toHaveLength(1);
  expect(await ask('viewer', 8)).toBe('accepted');
});

test('an encoded body is 415', async () => {
  const answer = await post(
    'reports.publish',
    [bearer(tokens.viewer), 'content-encoding: gzip', 'content-length: 2', 'connection: close'],
    '{}',
  );
  expect(answer.status).toBe(415);
});

test('a user cannot take all memory: 503 beyond the limit, while others are served', async () => {
  const held = Array.from({ length: 6 }, () =>
    openRaw(
      server.url,
      `POST /api/trpc/reports.create HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${bearer(tokens.editor)}\r\ncontent-length: 130000\r\n\r\n{`,
    ),
  );
  await expect.poll(() => held.map((body) => body.answer().status)).toContain(503);
  for (const body of held) body.end();
  await waitFor(async () => {
    const mine = await (
      await server.as('editor')
    ).reports.create.mutate({ title: 'Mine', kind: 'access-review' });
    expect(mine.id).toEqual(expect.any(String));
  });
});

test('a batch of 51 calls is refused as a whole, and none of them runs', async () => {
  const calls = Object.fromEntries(
    Array.from({ length: 51 }, (_, index) => [index, { title: `Batch ${index}`, kind: 'access-review' }]),
  );
  const paths = Array.from({ length: 51 }, () => 'reports.create').join(',');
  const response = await fetch(`${server.url}/api/trpc/${paths}?batch=1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.editor}`, 'content-type': 'application/json' },
    body: JSON.stringify(calls),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('BATCH_TOO_LARGE');
  const titles = (await (await server.as('editor')).reports.list.query({})).items.map(({ title }) => title);
  expect(titles.filter((title) => title.startsWith('Batch'))).toEqual([]);
});

/** Opens the stream of changes; `first` is its beginning: the connection, and the refusal if there is one. */
async function openStream(): Promise<{ first: Promise<string>; end: () => void }> {
  const end = new AbortController();
  const response = await fetch(`${server.url}/api/trpc/session.changes`, {
    headers: { authorization: `Bearer ${tokens.viewer}`, accept: 'text/event-stream' },
    signal: end.signal,
  });
  const read = async (): Promise<string> => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      if (text.includes('serialized-error')) return text;
    }
    return text;
  };
  const pause = sleep(2_000).then(() => 'open');
  return { first: Promise.race([read().catch(() => 'ended'), pause]), end: () => end.abort() };
}

test('a user can have twenty subscriptions; the next is refused until one ends', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, openStream));
  await waitFor(async () => {
    const oneMore = await openStream();
    const first = await oneMore.first;
    oneMore.end();
    expect(first).toContain('SUBSCRIPTION_LIMIT');
  });
  all[0]?.end();
  await waitFor(async () => {
    const again = await openStream();
    const first = await again.first;
    again.end();
    expect(first).toBe('open');
  });
  for (const { end } of all) end();
});

test.each([
  ['a path that cannot be decoded', '/api/trpc/%ff', 400],
  ['a path that cannot be decoded, elsewhere', '/%ff', 404],
  ['a procedure that does not exist', '/api/trpc/nothing.here', 404],
  [
    'NUL in an input',
    `/api/trpc/sync.delivery?input=${encodeURIComponent(JSON.stringify({ id: '\u0000' }))}`,
    403,
  ],
])('%s is not a 500', async (_, path, status) => {
  const response = await fetch(`${server.url}${path}`, {
    headers: { authorization: `Bearer ${tokens.viewer}` },
  });
  expect(response.status).toBe(status);
});

test("NUL in a title and a time out of PostgreSQL's range are 400, as invalid input", async () => {
  const client = await server.as('editor');
  expect(await code(client.reports.create.mutate({ title: 'a\u0000b', kind: 'access-review' }))).toBe(
    'INPUT_INVALID',
  );
  const cursor = {
    createdAt: '0000-01-01T00:00:00Z',
    title: '',
    id: '018f4d2e-0000-4000-8000-000000000000',
  };
  expect(await code(client.reports.list.query({ cursor }))).toBe('INPUT_INVALID');
});
