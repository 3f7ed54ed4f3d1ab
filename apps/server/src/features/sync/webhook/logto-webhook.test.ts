import { sql } from 'drizzle-orm';
import { Permit } from 'permitio';
import { beforeEach, expect, test } from 'vitest';
import { developmentSigningKey } from '@latchkey/environment';
import { verifySignature } from '@latchkey/directory-sync';
import { webhookDeliveries } from '../tables.ts';
import { deliver as deliverTo, sign } from '../../../testing/deliver.ts';
import { codeOf } from '../../../testing/call-procedure.ts';
import { startTestServer, signingKey } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';
import { createSigningKeys, requireFresh } from './logto-webhook.ts';
import { serve } from '../../../testing/serve.ts';
import { recordedDeliveries } from '../../../testing/recorded-deliveries.ts';

const server = await startTestServer();
const permit = new Permit({
  token: server.permit.keys.environment,
  apiUrl: server.permit.url,
  pdp: server.permit.pdpUrl,
  log: { level: 'silent' },
});
beforeEach(async () => {
  await server.db.delete(webhookDeliveries);
});

function send(body: string, signature = sign(body)): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (signature !== '') headers.set('logto-signature-sha-256', signature);
  return fetch(`${server.url}/api/webhooks/logto`, { method: 'POST', headers, body });
}
async function deliver(body: string, signature?: string): Promise<{ status: number; answer: unknown }> {
  const response = await send(body, signature);
  return { status: response.status, answer: await response.json() };
}

const rows = () => server.db.select().from(webhookDeliveries);
const settled = (event: string): Promise<void> =>
  waitFor(async () => {
    const found = (await rows()).filter((row) => row.event === event);
    expect(found.map(({ status }) => status)).not.toContain('pending');
    expect(found).not.toEqual([]);
  });

const user = (id: string, more: object = {}) => ({
  id,
  username: null,
  primaryEmail: `${id}@example.test`,
  name: 'Ann Example',
  customData: {},
  createdAt: 1_795_528_451_472,
  updatedAt: 1_795_528_451_472,
  isSuspended: false,
  ...more,
});
const createdAt = '2026-11-24T13:54:11.488Z';
const created = (id: string, more?: object): string =>
  JSON.stringify({ event: 'User.Created', createdAt, data: user(id, more), hookId: 'hook' });
const registered = (id: string, more?: object): string =>
  JSON.stringify({ event: 'PostRegister', createdAt, userId: id, user: user(id, more), hookId: 'hook' });

test('a delivery gets a JSON response without an ETag', async () => {
  const { headers } = await send(created('guide0000000'));
  expect([headers.get('content-type'), headers.get('etag')]).toEqual(['application/json', null]);
  await settled('User.Created');
});

test("the guide's steps: a sign-up is in Permit with the default role, and the SDK's check agrees with the console", async () => {
  expect((await deliver(created('guide0000001'))).answer).toEqual({ status: 'accepted' });
  expect((await deliver(registered('guide0000001'))).answer).toEqual({ status: 'accepted' });
  await settled('PostRegister');

  const { first_name: name, email, roles } = await permit.api.users.get('guide0000001');
  expect({ name, email, roles }).toEqual({
    name: 'Ann Example',
    email: 'guide0000001@example.test',
    roles: [{ role: 'viewer', tenant: 'default' }],
  });
  expect(await permit.check('guide0000001', 'view', 'reports')).toBe(true);
  expect(await permit.check('guide0000001', 'create', 'reports')).toBe(false);
  const me = await (await server.as('guide0000001')).session.me.query();
  expect(me).toEqual({
    acting: null,
    ends: [],
    subject: 'guide0000001',
    tenant: 'default',
    roles: ['viewer'],
    permissions: ['reports:view', 'requests:create', 'policy:view'],
  });
});

test('the default role is assigned once, and stays removed when an administrator removes it', async () => {
  await deliver(created('once00000001'));
  await settled('User.Created');
  await permit.api.roleAssignments.unassign({ user: 'once00000001', role: 'viewer', tenant: 'default' });
  await deliver(registered('once00000001', { name: 'Renamed' }));
  await settled('PostRegister');
  const { first_name: name, roles } = await permit.api.users.get('once00000001');
  expect({ name, roles }).toEqual({ name: 'Renamed', roles: [] });
});

test('the same delivery again is acknowledged and changes nothing', async () => {
  const body = created('twice0000001');
  expect((await deliver(body)).answer).toEqual({ status: 'accepted' });
  expect((await deliver(body)).answer).toEqual({ status: 'duplicate' });
  await settled('User.Created');
  expect((await deliver(body)).answer).toEqual({ status: 'duplicate' });
  expect(await rows()).toHaveLength(1);
});

const body = created('nobody000001');
const unnamed = String.raw`{"event":"User\u0000","createdAt":"${createdAt}"}`;
test.each([
  ['signed with another key', 401, 'WEBHOOK_SIGNATURE_INVALID', body, sign(body, 'another-key')],
  ['changed after signing', 401, 'WEBHOOK_SIGNATURE_INVALID', `${body} `, sign(body)],
  ['empty', 400, 'WEBHOOK_MALFORMED', '', sign('')],
  ['no JSON', 400, 'WEBHOOK_MALFORMED', 'event=PostRegister', sign('event=PostRegister')],
  ['no event', 400, 'WEBHOOK_MALFORMED', '{"createdAt":"now"}', sign('{"createdAt":"now"}')],
  ['an event that no text can name', 400, 'WEBHOOK_MALFORMED', unnamed, sign(unnamed)],
  ['a list', 400, 'WEBHOOK_MALFORMED', '[]', sign('[]')],
])(
  'a delivery that is %s is refused with %i %s, and nothing is written',
  async (_, status, code, text, signature) => {
    const { status: got, answer } = await deliver(text, signature);
    expect({ status: got, answer }).toMatchObject({ status, answer: { code, status } });
    expect(await rows()).toEqual([]);
  },
);

test('a body is stored unchanged, and an unusual delivery does not affect others', async () => {
  const odd = [String.raw`"quo\ted"`, '{braces,commas}', 'NULL', ' spaced ', '이름', 'nul\0'];
  const bodies = [...odd, 'plain0000001'].map((id) => created(id, { name: String.raw`"\n{${id}}` }));
  expect((await Promise.all(bodies.map((text) => deliver(text)))).map(({ status }) => status)).toEqual(
    bodies.map(() => 200),
  );
  const stored = await rows();
  expect(stored.map((row) => row.body).toSorted()).toEqual(bodies.toSorted());
  const named = stored.flatMap(({ subjects }) => subjects).toSorted();
  expect(named).toEqual([...odd.slice(0, -1), 'plain0000001'].map((id) => `user:${id}`).toSorted());
});

test('accepts a large membership event of Logto, 470 kB', async () => {
  const large = JSON.stringify({
    event: 'Organization.Membership.Updated',
    createdAt,
    organizationId: 'acme',
    addedUserIds: Array.from({ length: 30_000 }, (_, index) => `user${String(index).padStart(8, '0')}`),
  });
  expect(large.length).toBeGreaterThan(400_000);
  expect((await deliver(large)).status).toBe(200);
});

test('accepts the published key with an emulator', async () => {
  await using emulator = await serve((_request, response) => response.end('[]'));
  const keys = ['ours', developmentSigningKey];
  expect(await createSigningKeys(keys, emulator.url)()).toEqual(keys);
});

test('refuses it with a real Logto on the same machine, which answers unknown paths with a page', async () => {
  let asked = 0;
  await using real = await serve((_request, response) => {
    asked += 1;
    response.end('<!doctype html>');
  });
  const signingKeys = createSigningKeys(['ours', developmentSigningKey], real.url);
  expect(await signingKeys()).toEqual(['ours']);
  await Promise.all(Array.from({ length: 20 }, signingKeys));
  // Not every forged delivery triggers a request.
  expect(asked).toBe(1);
});

test('without the published key makes no request', async () => {
  expect(await createSigningKeys(['ours'], 'http://127.0.0.1:9')()).toEqual(['ours']);
});

test('accepts a signature by any of several keys, so that a key can be rotated', () => {
  for (const { signature, body } of recordedDeliveries.slice(0, 3)) {
    expect(verifySignature(Buffer.from(body), signature, ['another-key-of-logto', signingKey])).toBe(true);
    expect(verifySignature(Buffer.from(body), signature, ['another-key-of-logto'])).toBe(false);
    expect(verifySignature(Buffer.from(body), signature, [])).toBe(false);
  }
});

test('refuses an added or missing byte, a reordered body, another case and a shortened signature', () => {
  for (const { signature, body } of recordedDeliveries) {
    const reordered = JSON.stringify(
      Object.fromEntries(Object.entries(Object(JSON.parse(body))).toReversed()),
    );
    for (const changed of [`${body} `, body.slice(1), reordered]) {
      expect(verifySignature(Buffer.from(changed), signature, [signingKey])).toBe(false);
    }
    for (const changed of [signature.toUpperCase(), signature.slice(0, -1), '', `${signature}0`]) {
      expect(verifySignature(Buffer.from(body), changed, [signingKey])).toBe(false);
    }
  }
});

const now = Date.UTC(2026, 10, 1);
const staleness = (createdAt: string): unknown => {
  try {
    requireFresh(createdAt, { past: 1_000, future: 100 }, now);
    return undefined;
  } catch (error) {
    return Object(error).code;
  }
};

test.each([
  [-1_001, 'WEBHOOK_STALE'],
  [-1_000, undefined],
  [0, undefined],
  [100, undefined],
  [101, 'WEBHOOK_STALE'],
])('an event %i ms from now: %j', (distance, code) => {
  expect(staleness(new Date(now + distance).toISOString())).toBe(code);
});

test('an event without a time is malformed', () => {
  expect(staleness('soon')).toBe('WEBHOOK_MALFORMED');
});

test('the time is compared with the clock', () => {
  const limits = { past: 60_000, future: 60_000 };
  expect(() => requireFresh(new Date().toISOString(), limits)).not.toThrow();
  expect(() => requireFresh(new Date(now).toISOString(), limits)).toThrow();
});

test('while PostgreSQL is read-only, deliveries and changes are refused with 503, and pages can be read', async () => {
  const readOnly = await startTestServer();
  const { client } = await readOnly.join({ role: 'admin' });
  const title = 'Quarterly';
  await client.collections.create.mutate({ title });
  // As providers do when the disk is full.
  const name = new URL(readOnly.databaseUrl).pathname.slice(1);
  await server.db.execute(sql.raw(`alter database "${name}" set default_transaction_read_only = on`));
  await server.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`,
  );
  const body = created('guide0000009');
  await waitFor(async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliverTo(readOnly.url, body)));
    expect(new Set(answers.map(String))).toEqual(new Set(['503,DATABASE_UNAVAILABLE']));
  });
  expect(await codeOf(client.collections.create.mutate({ title }))).toBe('DATABASE_UNAVAILABLE');
  expect(await client.collections.list.query({})).toMatchObject([{ title }]);
});
