import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { collections, reports } from './features/reports/tables.ts';
import { callProcedure, proceduresOf } from './testing/call-procedure.ts';
import { hostileRequests } from './testing/hostile/hostile-requests.ts';
import { sendAll } from './testing/hostile/send-all.ts';
import { signInVain } from './testing/hostile/hostile-tokens.ts';
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

test.each(['reports.get', 'reports.access', 'reports.publish', 'reports.remove', 'collections.remove'])(
  'instances of another tenant and unknown instances get the same response: %s',
  async (path) => {
    await server.directory.provisionUser({ key: 'admin' }, { role: 'admin', tenant: 'default' });
    await server.as('admin');
    const token = await server.issuer.sign({ sub: 'admin' });
    const [id, nowhere] = [randomUUID(), randomUUID()];
    const row = { id, tenant: 'acme', title: 'Of Acme', ownerKey: 'ann' };
    const content = { generatedAt: '', members: [] };
    await server.db.insert(reports).values({ ...row, status: 'draft', kind: 'access-review', content });
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
