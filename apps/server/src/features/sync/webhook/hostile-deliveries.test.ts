import { randomBytes } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deliver, sign } from '../../../testing/deliver.ts';
import { openRaw, sendRaw } from '../../../testing/raw-request.ts';
import { signingKey, startTestServer } from '../../../testing/test-server.ts';
import { deliverySubjects, webhookDeliveries } from '../tables.ts';
import { waitFor } from '../../../testing/wait-for.ts';

/** The limit of wrong signatures. The tests that do not test the limit stay below it. */
const maxWrong = 300;
const server = await startTestServer({ trustProxy: 1, rateLimits: { deliveries: maxWrong } });

const path = '/api/webhooks/logto';
const head = (headers: readonly string[]): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${headers.join('\r\n')}\r\n\r\n`;
const signature = `logto-signature-sha-256: ${'0'.repeat(64)}`;

test.each([
  ['no signature', [], 'WEBHOOK_SIGNATURE_MISSING'],
  ['a signature that is too short', ['logto-signature-sha-256: 00'], 'WEBHOOK_SIGNATURE_INVALID'],
  [
    'a signature of other characters',
    [`logto-signature-sha-256: ${'z'.repeat(64)}`],
    'WEBHOOK_SIGNATURE_INVALID',
  ],
])('%s: 401 before the body is read, and the connection is closed', async (_, headers, code) => {
  const answer = await sendRaw(server.url, head([...headers, 'content-length: 1000000']));
  expect(answer).toMatchObject({ status: 401, closed: true });
  expect(answer.text).toContain(code);
});

test('a body with a too large declared length gets a 413 before it is sent', async () => {
  const answer = await sendRaw(server.url, head([signature, 'content-length: 1048577']));
  expect(answer).toMatchObject({ status: 413, closed: true });
  expect(answer.text).toContain('WEBHOOK_TOO_LARGE');
});

test('unfinished bodies share a memory limit: 503 beyond it, and deliveries are accepted when they are gone', async () => {
  const { refused, end } = await fillBodies();
  expect(refused[0]).toMatchObject({ status: 503, text: expect.stringContaining('SERVER_BUSY') });
  end();
  await waitFor(async () => {
    expect(await deliver(server.url, lockout(1))).toEqual([200, undefined]);
  });
});

const suspect = '192.0.2.20';
const sendFrom = async (address: string, body: string, made: string): Promise<number> => {
  const headers = { 'x-forwarded-for': address, 'logto-signature-sha-256': made };
  return (await fetch(`${server.url}${path}`, { method: 'POST', headers, body })).status;
};

test('an address that has used up the limit of wrong signatures gets little memory, and genuine deliveries are not refused', async () => {
  const wrong = await Promise.all(
    Array.from({ length: maxWrong + 1 }, () => sendFrom(suspect, '{}', '0'.repeat(64))),
  );
  expect(wrong.filter((status) => status === 429)).toHaveLength(1);
  const almost =
    head([signature, `x-forwarded-for: ${suspect}`, 'content-length: 1048576']) + 'x'.repeat(1_048_575);
  const bodies = Array.from({ length: 10 }, () => openRaw(server.url, almost));
  await expect.poll(() => bodies.filter((body) => body.answer().status === 503).length).toBe(10 - 2);
  const [short, long] = [lockout(100), lockout(900_000)];
  expect(await sendFrom(suspect, short, sign(short))).toBe(200);
  expect(await sendFrom('192.0.2.21', long, sign(long))).toBe(200);
  for (const body of bodies) body.end();
});

/** Fills the limit of bytes in flight with unfinished bodies of 1 MiB. Resolves when the server reads no more. */
async function fillBodies() {
  const almost = head([signature, 'content-length: 1048576']) + 'x'.repeat(1_048_575);
  const bodies = Array.from({ length: 40 }, () => openRaw(server.url, almost));
  const refused = () => bodies.map((body) => body.answer()).filter(({ closed }) => closed);
  await waitFor(() => expect(refused()).toHaveLength(40 - 8));
  return { refused: refused(), end: () => bodies.forEach((body) => body.end()) };
}

const lockout = (size: number): string =>
  JSON.stringify({
    event: 'Identifier.Lockout',
    createdAt: new Date().toISOString(),
    at: Math.random(),
    padding: 'x'.repeat(size),
  });

test.each([0, 100, 4_096, 65_536, 500_000])(
  'unauthenticated bodies that fill the memory do not block a delivery of %i bytes',
  async (size) => {
    const strangers = await fillBodies();
    for (let index = 0; index < 5; index++)
      expect(await deliver(server.url, lockout(size))).toEqual([200, undefined]);
    strangers.end();
  },
);

const event = (more: object): string =>
  JSON.stringify({ event: 'User.Data.Updated', createdAt: new Date().toISOString(), ...more });

test.each([
  ['a user id of 3,000 characters', { data: { id: 'x'.repeat(3_000) } }, 'data.id'],
  ['a time that is a text', { data: { id: 'abc', updatedAt: 'yesterday' } }, 'data.updatedAt'],
])('%s is malformed, with a message, and nothing is stored', async (_, more, part) => {
  const body = event(more);
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'logto-signature-sha-256': sign(body) },
    body,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: 'WEBHOOK_MALFORMED',
    title: expect.stringContaining(part),
  });
});

test('a stored delivery that can never be queued becomes a dead letter, and the others are applied', async () => {
  // An earlier version could store such a subject. It is random, because PostgreSQL would compress repetitions.
  const poison = `user:${randomBytes(6_000).toString('hex')}`;
  const users = Array.from({ length: 200 }, (_, index) => `good${String(index).padStart(8, '0')}`);
  const rows = [...users.map((id) => ({ id, subject: `user:${id}` })), { id: 'poison', subject: poison }];
  await server.db.insert(webhookDeliveries).values(
    rows.map(({ id, subject }) => ({
      id: `stored-${id}`,
      event: 'User.Created',
      body: JSON.stringify({ event: 'User.Created', createdAt: new Date().toISOString(), data: { id } }),
      subjects: [subject],
      receivedAt: new Date(Date.now() - 60_000),
    })),
  );
  await waitFor(async () => {
    const applied = await server.db.$count(
      webhookDeliveries,
      inArray(
        webhookDeliveries.id,
        users.map((id) => `stored-${id}`),
      ) && eq(webhookDeliveries.status, 'applied'),
    );
    expect(applied).toBeGreaterThanOrEqual(200);
  });
  const [dead] = await server.db
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, 'stored-poison'));
  expect(dead).toMatchObject({ status: 'failed', outcome: { kind: 'error', code: 'INTERNAL' } });
  expect(await server.db.$count(deliverySubjects, eq(deliverySubjects.deliveryId, 'stored-poison'))).toBe(0);
});

test('a signature of another key is refused, and the log once mentions a possible misconfiguration', async () => {
  const lines: string[] = [];
  const loud = await startTestServer({ onLog: (line) => void lines.push(line) });
  for (let index = 0; index < 3; index++) {
    const body = event({ data: { id: 'abc' }, index });
    const wrong = sign(body, `${signingKey}-before`);
    expect(await deliver(loud.url, body, wrong)).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID']);
  }
  expect(lines.filter((line) => line.includes('LOGTO_WEBHOOK_SIGNING_KEYS'))).toHaveLength(1);
  await loud.close();
});
