import { afterAll, expect, test } from 'vitest';
import { sign } from '../../../testing/deliver.ts';
import { startTestServer } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const max = { strangers: 10, verifications: 2, calls: 40, changes: 8, exports: 2, deliveries: 3 };
const server = await startTestServer({ rateLimits: max, trustProxy: 1 });
afterAll(() => server.close());

let people = 0;
/** Creates a viewer whose calls have not been counted yet. */
async function newPerson(): Promise<{ readonly key: string; readonly token: string }> {
  const key = `person-${++people}`;
  const email = `${key}@example.test`;
  await server.directory.provisionUser({ key, email }, { role: 'viewer', tenant: 'default' });
  await server.as(key);
  return { key, token: await server.issuer.sign({ sub: key }) };
}

interface Call {
  readonly path: string;
  readonly token?: string | undefined;
  /** The value of `X-Forwarded-For`: the address that the proxy reports, after any that the client claims. */
  readonly from: string;
  readonly body?: unknown;
}

async function call({ path, token, from, body }: Call): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    headers: {
      'x-forwarded-for': from,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
}

async function statuses(count: number, of: (index: number) => Call): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await call(of(index))).status);
  return found;
}
const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

const me = '/api/trpc/session.me';
const batch = (path: string, count: number): string =>
  `/api/trpc/${Array.from({ length: count }, () => path).join(',')}?batch=1`;

test.each([
  ['*/*', '198.51.100.1'],
  ['application/jsonl', '198.51.100.2'],
  ['text/event-stream', '198.51.100.3'],
])(
  'a batch of 15,500 unauthenticated calls gets one short response, and is counted: accept %s',
  async (accept, from) => {
    const ask = () =>
      fetch(`${server.url}/api/trpc/${','.repeat(15_500)}?batch=1`, {
        headers: { accept, 'x-forwarded-for': from },
      });
    for (let index = 0; index < max.strangers; index++) {
      const response = await ask();
      const text = await response.text();
      expect([response.status, text.includes('TOKEN_MISSING')]).toEqual([401, true]);
      expect(text.length).toBeLessThan(300);
    }
    expect((await ask()).status).toBe(429);
  },
);

/** A forged address from the client, and the real one from the proxy. */
const claims = (index: number): string => `203.0.113.${index}, 192.0.2.1`;

test('counts requests without a valid token by address, ignoring forged headers: then 429, and the token is not verified', async () => {
  expect(await statuses(9, (index) => ({ path: me, from: claims(index) }))).toEqual(times(9, 401));
  const forged = `${(await newPerson()).token.slice(0, -8)}AAAAAAAA`;
  expect((await call({ path: me, token: forged, from: claims(0) })).status).toBe(401);
  expect((await call({ path: me, token: forged, from: claims(0) })).status).toBe(429);
  const refused = await call({ path: me, from: claims(0) });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('ratelimit-policy')).toBe('"strangers";q=10;w=60');
  expect(refused.headers.get('ratelimit')).toMatch(/^"strangers";r=0;t=\d+$/);
  expect(await refused.json()).toMatchObject({ error: { data: { latchkey: { code: 'RATE_LIMITED' } } } });
  // Another address is counted separately.
  expect((await call({ path: me, from: '192.0.2.2' })).status).toBe(401);
});

test('known users are served behind an address whose limit is used up, and files are refused too', async () => {
  const { token } = await newPerson();
  const from = '192.0.2.3';
  expect((await call({ path: me, token, from })).status).toBe(200);
  expect(await statuses(11, () => ({ path: '/api/reports/export?format=csv', from }))).toEqual([
    ...times(10, 401),
    429,
  ]);
  expect((await call({ path: me, token, from })).status).toBe(200);
});

/** A token with valid claims and an invalid signature. */
const forge = (token: string): string =>
  token.slice(0, -12) + Math.random().toString(36).slice(2, 14).padEnd(12, 'A');

test('users with a new token get in behind an address whose limit is used up; forged tokens share a few verifications a second', async () => {
  const from = '192.0.2.4';
  const { token } = await newPerson();
  expect(await statuses(10, () => ({ path: me, from }))).toEqual(times(10, 401));
  const startedAt = performance.now();
  const flood = await Promise.all(
    Array.from({ length: 60 }, () => call({ path: me, token: forge(token), from })),
  );
  const seconds = Math.ceil((performance.now() - startedAt) / 1_000) + 1;
  const verified = flood.filter(({ status }) => status === 401);
  expect(verified.length).toBeGreaterThanOrEqual(max.verifications);
  expect(verified.length).toBeLessThanOrEqual(max.verifications * seconds);
  const refused = flood.find(({ status }) => status === 429);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect(refused?.headers.get('ratelimit-policy')).toBe('"verifications";q=2;w=1');
  // Neither missing nor malformed nor expired tokens use up the verifications.
  const expired = await server.issuer.sign({ sub: 'ann', exp: 1_000_000_000 });
  const noise = [undefined, 'a.b.c', expired].flatMap((one) =>
    times(5, 0).map(() => ({ path: me, token: one, from })),
  );
  await waitFor(async () => {
    expect((await Promise.all(noise.map((one) => call(one)))).map(({ status }) => status)).toEqual(
      times(15, 429),
    );
    const late = await newPerson();
    expect((await call({ path: me, token: late.token, from })).status).toBe(200);
  });
  // Valid tokens use up nothing.
  await waitFor(async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => newPerson()));
    expect(await statuses(6, (index) => ({ path: me, token: people[index]?.token, from }))).toEqual(
      times(6, 200),
    );
  });
});

test('during an outage of the keys, users with a new token do not use up the limit of their address', async () => {
  const from = '192.0.2.13';
  await call({ path: me, token: (await newPerson()).token, from });
  await server.issuer.rotate();
  await server.issuer.close();
  const tokens = await Promise.all(times(12, 0).map(() => server.issuer.sign({ sub: 'person-1' })));
  expect(await statuses(12, (index) => ({ path: me, token: tokens[index], from }))).toEqual(times(12, 503));
  await server.issuer.restart();
  expect((await call({ path: me, from })).status).toBe(401);
  await waitFor(async () => expect((await call({ path: me, token: tokens[0], from })).status).toBe(200));
});

test.each([
  ['calls', 41, () => ({ path: me }), undefined],
  ['changes', 9, () => ({ path: '/api/trpc/collections.create', body: { title: 'x' } }), 403],
  ['exports', 3, () => ({ path: '/api/reports/export?format=csv' }), undefined],
] as const)(
  "an actor's %s count for the actor, in all their tokens, and not for the subject",
  async (_, count, of, refused) => {
    const usual: number = refused ?? 200;
    const [subject, another, actor] = [await newPerson(), await newPerson(), await newPerson()];
    const act = { sub: actor.key };
    const from = '192.0.2.14';
    const acting = await server.issuer.sign({ sub: subject.key, act });
    // An export may start while the previous one is still ending, and then gets a 503.
    const allowed = expect.toSatisfy((status) => status === usual || status === 503);
    const found = await statuses(count, () => ({ ...of(), token: acting, from }));
    expect(found).toEqual([...times(count - 1, 0).map(() => allowed), 429]);
    const asActor = await server.issuer.sign({ sub: another.key, act });
    for (const token of [asActor, actor.token])
      expect((await call({ ...of(), token, from })).status).toBe(429);
    for (const { token } of [subject, another])
      expect((await call({ ...of(), token, from })).status).toEqual(allowed);
  },
);

test('valid tokens do not count against their address', async () => {
  const from = '192.0.2.5';
  for (let index = 0; index < 12; index++) {
    const { token } = await newPerson();
    expect((await call({ path: me, token, from })).status).toBe(200);
  }
});

test('an IPv6 /64 is one address', async () => {
  const found = await statuses(11, (index) => ({ path: me, from: `2001:db8:1:2:${index}::1` }));
  expect(found).toEqual([...times(10, 401), 429]);
  expect((await call({ path: me, from: '2001:db8:1:3::1' })).status).toBe(401);
});

test("counts a user's calls from all addresses, a batch by its calls, and other users' separately", async () => {
  const { token } = await newPerson();
  const from = '192.0.2.6';
  const twenty = await call({ path: batch('session.me', 20), token, from });
  expect([twenty.status, twenty.headers.get('ratelimit')?.slice(0, 12)]).toEqual([200, '"calls";r=20']);
  expect(await statuses(2, () => ({ path: batch('session.me', 20), token, from: '192.0.2.7' }))).toEqual([
    200, 429,
  ]);
  const { token: other } = await newPerson();
  expect((await call({ path: me, token: other, from })).status).toBe(200);
});

test('counts changes separately, including those refused by a gate, but not gate checks', async () => {
  const { token } = await newPerson();
  const from = '192.0.2.8';
  const gates = await statuses(10, () => ({ path: '/api/trpc/session.gates', token, from, body: [] }));
  expect(gates).toEqual(times(10, 200));
  const create = { path: batch('collections.create', 4), token, from, body: { 0: { title: 'Mine' } } };
  expect(await statuses(3, () => create)).toEqual([403, 403, 429]);
  expect((await call({ path: me, token, from })).status).toBe(200);
});

test('counts files separately', async () => {
  const { token } = await newPerson();
  const path = '/api/reports/export?format=csv';
  const found = await statuses(3, () => ({ path, token, from: '192.0.2.9' }));
  // The second export may start while the first one is still ending, and then gets a 503.
  expect(found.map((status) => status === 429)).toEqual([false, false, true]);
});

test('counts calls in a view as another user for the viewer', async () => {
  const { key } = await newPerson();
  await server.directory.provisionUser({ key: 'admin' }, { role: 'admin', tenant: 'default' });
  const { id } = await (await server.as('admin')).viewAs.start.mutate({ kind: 'person', subject: key });
  const view = await server.as('admin', undefined, id);
  const asked = Promise.allSettled(Array.from({ length: 41 }, () => view.session.me.query()));
  const refused = (await asked).filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect((await (await server.as(key)).session.me.query()).subject).toBe(key);
});

test('does not count health checks', async () => {
  const found = await statuses(50, (index) => ({
    path: index % 2 === 0 ? '/healthz' : '/readyz',
    from: '192.0.2.10',
  }));
  expect(found).toEqual(times(50, 200));
});

const delivery = (): string =>
  JSON.stringify({ event: 'Identifier.Lockout', createdAt: new Date().toISOString(), at: Math.random() });
const wrong = (): string => '0'.repeat(64);

const deliver = async (from: string, signatureOf: (text: string) => string): Promise<number> => {
  const text = delivery();
  const headers = { 'x-forwarded-for': from, 'logto-signature-sha-256': signatureOf(text) };
  return (await fetch(`${server.url}/api/webhooks/logto`, { method: 'POST', headers, body: text })).status;
};

test('counts deliveries with a wrong signature, then 429; a genuine one is still accepted', async () => {
  const from = '192.0.2.11';
  expect(await deliver(from, sign)).toBe(200);
  const found: number[] = [];
  for (let index = 0; index < 5; index++) found.push(await deliver(from, wrong));
  expect(found).toEqual([...times(3, 401), 429, 429]);
  expect(await Promise.all(Array.from({ length: 5 }, () => deliver(from, sign)))).toEqual(times(5, 200));
  expect(await deliver(from, wrong)).toBe(429);
  expect(await deliver('192.0.2.12', wrong)).toBe(401);
});
