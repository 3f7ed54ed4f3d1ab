import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Permit } from 'permitio';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { webhookDeliveries } from '../database/schema.ts';
import { signingKey, startTestServer, type TestServer } from '../testing/test-server.ts';

const Recorded = z.object({
  event: z.string(),
  headers: z.object({ 'logto-signature-sha-256': z.string() }),
  body: z.string(),
});
const recorded = readFileSync(new URL('../../fixtures/logto-webhooks.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => Recorded.parse(JSON.parse(line)));

let lenient: TestServer;
let strict: TestServer;
let sdk: Permit;
beforeAll(async () => {
  [lenient, strict] = await Promise.all([
    startTestServer(),
    startTestServer({ freshness: { past: 600_000, future: 120_000 } }),
  ]);
  sdk = new Permit({
    token: lenient.permit.keys.environment,
    apiUrl: lenient.permit.url,
    log: { level: 'silent' },
  });
});
afterAll(() => Promise.all([lenient.close(), strict.close()]));

const sign = (body: string | Buffer, key = signingKey): string =>
  createHmac('sha256', key).update(body).digest('hex');

async function deliver(server: TestServer, body: string | Buffer, signature: string) {
  const response = await fetch(`${server.url}/api/webhooks/logto`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'logto-signature-sha-256': signature },
    body: new Uint8Array(Buffer.from(body)),
  });
  const answer = z.looseObject({ code: z.string().optional() }).parse(await response.json());
  return [response.status, answer.code] as const;
}

test('told in order, the recorded deliveries leave Permit as Logto was in the end', async () => {
  for (const { body, headers } of recorded) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    expect(await deliver(lenient, body, headers['logto-signature-sha-256'])).toEqual([200, undefined]);
  }
  await vi.waitFor(
    async () => {
      const statuses = (await lenient.db.select().from(webhookDeliveries)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set(['applied', 'ignored']));
    },
    { timeout: 15_000 },
  );
  const roles = async (key: string): Promise<string[]> =>
    ((await sdk.api.users.get(key)).roles ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted();
  // Came, and did nothing else.
  expect(await roles('bogytk2x3r3y')).toEqual(['viewer@default']);
  // Joined an organization that was renamed.
  expect(await roles('0jqrg6guckze')).toEqual(['viewer@default', 'viewer@ffq3pplgmzbx']);
  expect(await sdk.api.tenants.get('ffq3pplgmzbx')).toMatchObject({ name: 'Acme renamed mwurbixj' });
  // Was created, renamed, suspended, and deleted.
  await expect(sdk.api.users.get('dy6ffbz3ca5d')).rejects.toMatchObject({ response: { status: 404 } });
  expect(lenient.sync.revocations.isRevoked('dy6ffbz3ca5d')).toBe(true);
  // Was dissolved before anybody here knew it.
  await expect(sdk.api.tenants.get('zsh4n28r3mhs')).rejects.toMatchObject({ response: { status: 404 } });
  expect(await sdk.api.users.get('m19kg3ctsr7v')).toMatchObject({ first_name: 'Nadia Named' });
});

/** What a delivery may have become on its way, or at the hands of a stranger. */
const mutations: readonly (readonly [
  string,
  (body: string, signature: string) => readonly [string | Buffer, string],
])[] = [
  ['a bit flipped', (body, signature) => [flip(body), signature]],
  ['its keys in another order', (body, signature) => [reordered(body), signature]],
  ['a space added', (body, signature) => [body.replace(',', ', '), signature]],
  ['its end cut off', (body, signature) => [body.slice(0, -1), signature]],
  ['signed with another key', (body) => [body, sign(body, 'another-key-of-somebody-else')]],
];

test.each(mutations)(
  'every recorded delivery with %s is refused, and nothing is written',
  async (_, mutate) => {
    const before = await strict.db.$count(webhookDeliveries);
    for (const { body, headers } of recorded) {
      const [changed, signature] = mutate(body, headers['logto-signature-sha-256']);
      // oxlint-disable-next-line no-await-in-loop -- gently
      expect(await deliver(strict, changed, signature)).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID']);
    }
    expect(await strict.db.$count(webhookDeliveries)).toBe(before);
  },
);

const dated = (createdAt: string): string =>
  JSON.stringify({ event: 'PostSignIn', createdAt, userId: 'ann000000001' });
const minutesFromNow = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

test('every recorded delivery that comes long afterwards is refused, genuine as it is', async () => {
  for (const { body } of recorded) {
    const old = JSON.stringify({ ...Object(JSON.parse(body)), createdAt: minutesFromNow(-11) });
    expect(await deliver(strict, old, sign(old))).toEqual([400, 'WEBHOOK_STALE']); // oxlint-disable-line no-await-in-loop
  }
});

test.each([
  ['nine minutes old', -9, 200, undefined],
  ['eleven minutes old', -11, 400, 'WEBHOOK_STALE'],
  ['a minute ahead', 1, 200, undefined],
  ['three minutes ahead', 3, 400, 'WEBHOOK_STALE'],
])('a delivery that is %s', async (_, minutes, status, code) => {
  const body = dated(minutesFromNow(minutes));
  expect(await deliver(strict, body, sign(body))).toEqual([status, code]);
});

test('a delivery without a time is malformed where its age matters', async () => {
  const body = dated('yesterday');
  expect(await deliver(strict, body, sign(body))).toEqual([400, 'WEBHOOK_MALFORMED']);
});

function flip(body: string): Buffer {
  const bytes = Buffer.from(body);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  return bytes;
}

function reordered(body: string): string {
  return JSON.stringify(Object.fromEntries(Object.entries(Object(JSON.parse(body))).toReversed()));
}
