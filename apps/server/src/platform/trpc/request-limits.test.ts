import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { reports } from '../../features/reports/tables.ts';
import { reportRow } from '../../testing/rows.ts';
import { openRaw, sendRaw } from '../../testing/raw-request.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
for (const role of ['viewer', 'editor']) await server.join({ key: role, role });
const tokens = {
  viewer: await server.issuer.sign({ sub: 'viewer' }),
  editor: await server.issuer.sign({ sub: 'editor' }),
};

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

/** Opens a connection that sends `text` and does not read the response. */
function open(text: string): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

test('two clients that do not read their large responses leave no memory for a third: SERVER_BUSY until they disconnect', async () => {
  const member = { key: 'x', name: 'x'.repeat(20_000_000), email: null, roles: [] };
  const content = { generatedAt: new Date().toISOString(), members: [member] };
  const large = reportRow({ status: 'published', content });
  await server.db.insert(reports).values(large);
  const { id } = large;
  const input = encodeURIComponent(JSON.stringify({ id }));
  const get = (token: string): string =>
    `GET /api/trpc/reports.get?input=${input} HTTP/1.1\r\nhost: x\r\n${bearer(token)}\r\n\r\n`;
  const { client: third } = await server.join();
  const deaf = [open(get(tokens.viewer)), open(get(tokens.editor))];
  // Both read only the beginning of their response.
  await Promise.all(deaf.map(async (socket) => once(socket.resume(), 'data').finally(() => socket.pause())));
  expect(await codeOf(third.reports.get.query({ id }))).toBe('SERVER_BUSY');
  for (const socket of deaf) socket.destroy();
  await expect.poll(() => codeOf(third.reports.get.query({ id }))).toBe('ok');
  await server.db.delete(reports).where(eq(reports.id, id));
});

test('a user can have 1,000 gate checks in progress: further ones are SERVER_BUSY, and others are served', async () => {
  server.permit.faults.add({ path: '/allowed*', delay: 600_000 });
  // One client per request, because a client would batch them.
  const ask = async (person: string, round: number): Promise<unknown> =>
    codeOf(
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
  expect(await ask('viewer', 8)).toBe('ok');
});

test("NUL in a title and a time out of PostgreSQL's range are 400, as invalid input", async () => {
  const client = await server.as('editor');
  expect(await codeOf(client.reports.create.mutate({ title: 'a\u0000b', kind: 'access-review' }))).toBe(
    'INPUT_INVALID',
  );
  const cursor = { createdAt: '0000-01-01T00:00:00Z', title: '', id: '018f4d2e-0000-4000-8000-000000000000' };
  expect(await codeOf(client.reports.list.query({ cursor }))).toBe('INPUT_INVALID');
});
