import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { collections, reports } from './features/reports/tables.ts';
import { reportRow } from './testing/rows.ts';
import { callProcedure, fieldsOf, proceduresOf } from './testing/call-procedure.ts';
import { hostileRequests } from './testing/hostile/hostile-requests.ts';
import { sendAll } from './testing/hostile/send-all.ts';
import { signInVain } from './testing/hostile/hostile-tokens.ts';
import { sign } from './testing/deliver.ts';
import { serve } from './testing/serve.ts';
import { signingKey, startTestServer } from './testing/test-server.ts';

const lines: string[] = [];
let calledOut = 0;
const server = await startTestServer({ onLog: (line) => void lines.push(line) });
const canary = await serve((_request, response) => {
  calledOut += 1;
  response.end('{"keys":[]}');
});
await server.directory.provisionUser({ key: 'viewer' }, { role: 'viewer', tenant: 'default' });
await server.as('viewer');
const means = {
  viewer: await server.issuer.sign({ sub: 'viewer' }),
  signed: await signInVain(server.issuer),
  signingKey,
  // Streams are excluded, because they do not end.
  procedures: proceduresOf(server)
    .filter(({ type }) => type !== 'subscription')
    .map(({ path }) => path),
  canary: canary.url,
};

test('hostile tokens, deliveries, calls and bytes all get a response, no unintended 5xx, and nothing is allowed', async () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const requests = fc.sample(hostileRequests(means), { numRuns: inject('all') ? 600 : 100, seed });
  expect(await sendAll(server.url, requests), `seed ${seed}`).toEqual([]);

  expect(calledOut).toBe(0);
  expect(await server.db.$count(reports)).toBe(0);
  expect(await server.db.$count(collections)).toBe(0);
  const me = await (await server.as('viewer')).session.me.query();
  expect(me.roles).toEqual(['viewer']);
  expect(lines.length).toBeGreaterThan(50);
  const secrets = [
    signingKey,
    means.viewer,
    means.viewer.split('.')[2] ?? '',
    server.permit.keys.environment,
  ];
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
  // No line reports an internal error.
  expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});

const nestedIn = (depth: number): string => `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;

test.each([
  ['alone', '', '*/*', (body: string) => body],
  ['in a batch', '?batch=1', '*/*', (body: string) => `{"0":${body}}`],
  ['in a streamed batch', '?batch=1', 'application/jsonl', (body: string) => `{"0":${body}}`],
] as const)('every procedure refuses deeply nested input: %s', async (_, query, accept, bodyOf) => {
  await server.directory.provisionUser({ key: 'root' }, { role: 'admin', tenant: 'default' });
  await server.as('root');
  const authorization = `Bearer ${await server.issuer.sign({ sub: 'root' })}`;
  const reading = proceduresOf(server).filter(
    ({ type, inputs }) => type !== 'subscription' && inputs.length > 0,
  );
  expect(reading.length).toBeGreaterThan(80);
  const send = (path: string, type: string, depth: number) => {
    const body = bodyOf(nestedIn(depth));
    const url = `${server.url}/api/trpc/${path}${query}`;
    const headers = { authorization, accept };
    return type === 'query'
      ? fetch(`${url}${query === '' ? '?' : '&'}input=${encodeURIComponent(body)}`, { headers })
      : fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
  };
  for (const { path, type } of reading) {
    const text = await (await send(path, type, type === 'query' ? 2_000 : 40_000)).text();
    expect([path, text]).toEqual([path, expect.stringMatching(/nested too deeply[^]*INPUT_INVALID/)]);
  }
  const allowed = await send('collections.create', 'mutation', 90);
  expect(await allowed.text()).not.toContain('nested too deeply');
});

test('deeply nested deliveries and questions of services are 400', async () => {
  const delivery = `{"event":"User.Data.Updated","createdAt":"${new Date().toISOString()}","data":${nestedIn(40_000)}}`;
  const headers = { 'logto-signature-sha-256': sign(delivery) };
  const delivered = await fetch(`${server.url}/api/webhooks/logto`, {
    method: 'POST',
    headers,
    body: delivery,
  });
  expect([delivered.status, Object(await delivered.json()).code]).toEqual([400, 'WEBHOOK_MALFORMED']);
  await server.directory.provisionUser({ key: 'service' }, { role: 'editor', tenant: 'default' });
  const token = await server.issuer.sign({ sub: 'service', client_id: 'service' });
  const entities =
    '"subject":{"type":"user","id":"a"},"resource":{"type":"reports","id":"*"},"action":{"name":"view"}';
  for (const path of ['evaluation', 'search/subject', 'search/resource', 'search/action']) {
    const response = await fetch(`${server.url}/access/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: `{${entities},"context":${nestedIn(30_000)}}`,
    });
    expect([path, response.status]).toEqual([path, 400]);
  }
});

/** The fields of the procedures' inputs that accept a text, as `procedure field`. */
const accepting = (text: string, fields = /./) =>
  proceduresOf(server).flatMap(({ path, inputs }) =>
    fieldsOf(inputs).flatMap(([name, schema]) =>
      fields.test(`${path} ${name}`) && z.safeParse(schema, text).success ? [`${path} ${name}`] : [],
    ),
  );

test('every text of an input is bounded and can be stored, and names and keys are not blank', () => {
  // Compared with the lesser roles, or parsed as an address, before they are stored.
  const later = ['reviews.decide newRole', 'invitations.create emails'];
  for (const text of ['a\0b', '\u{d800}']) expect([text, accepting(text)]).toEqual([text, later]);
  expect(accepting('x'.repeat(3_000)).filter((field) => !field.startsWith('sync.'))).toEqual([]);
  const names =
    /^\w+\.(create|rename|refuse|decide|addNote|saveView|renameView) (title|name|reason|note|text)$/;
  for (const text of ['', ' '])
    expect([text, accepting(text, names)]).toEqual([text, ['reviews.decide reason']]);
  const keys = /^(members|person|reports|collections|reviews|viewAs|why)\.\w+ (subjects?|person|newOwner)$/;
  for (const text of ['', 'a b', 'a/b', '../tenants'])
    expect([text, accepting(text, keys)]).toEqual([text, []]);
  expect(accepting('ann', keys).length).toBeGreaterThan(20);
});

test.each(['reports.get', 'reports.access', 'reports.publish', 'reports.remove', 'collections.remove'])(
  'instances of another tenant and unknown instances get the same response: %s',
  async (path) => {
    await server.directory.provisionUser({ key: 'admin' }, { role: 'admin', tenant: 'default' });
    await server.as('admin');
    const token = await server.issuer.sign({ sub: 'admin' });
    const [id, nowhere] = [randomUUID(), randomUUID()];
    const row = { id, tenant: 'acme', title: 'Of Acme', ownerKey: 'ann' };
    await server.db.insert(reports).values(reportRow(row));
    await server.db.insert(collections).values(row);
    const [there, none] = await Promise.all(
      [id, nowhere].map(async (input) => {
        const { status, body } = await callProcedure(server, path, { input: { id: input }, token });
        return { status, body: body.replaceAll(input, 'id').replace(/"requestId":"[^"]*"/, '') };
      }),
    );
    expect(there).toEqual(none);
    expect(there?.status).toBe(404);
  },
);
