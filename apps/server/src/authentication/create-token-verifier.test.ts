import { userKey } from '@latchkey/directory-sync';
import { generateKeyPair } from 'jose';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../platform/app-error.ts';
import { startFaultProxy } from '../testing/fault-proxy.ts';
import { startTestIssuer, testAudience, type TestIssuer } from '../testing/test-issuer.ts';
import { bearerToken, createTokenVerifier } from './create-token-verifier.ts';
import type { VerifyToken } from './identity.ts';

let issuer: TestIssuer;
let verify: VerifyToken;
const verifierOf = (
  { issuer: name, jwksUrl }: Pick<TestIssuer, 'issuer' | 'jwksUrl'>,
  more: { readonly clients?: readonly string[]; readonly refusedKeys?: readonly string[] } = {},
): ReturnType<typeof createTokenVerifier> =>
  createTokenVerifier({ issuer: name, audience: testAudience, jwksUrl, ...more });
beforeEach(async () => {
  issuer = await startTestIssuer();
  verify = verifierOf(issuer);
});
afterEach(() => vi.useRealTimers());

async function behindProxy() {
  const proxy = await startFaultProxy(issuer.jwksUrl);
  return { proxy, verify: verifierOf({ issuer: issuer.issuer, jwksUrl: proxy.through(issuer.jwksUrl) }) };
}

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
};
const madeUp = (kid: string) => issuer.sign({}, { header: { kid } });
const headerOf = (token: string): object =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
const withHeader = (token: string, header: object): string =>
  token.replace(/^[^.]+/, Buffer.from(JSON.stringify(header)).toString('base64url'));
const seconds = (): number => Math.floor(Date.now() / 1000);

test('a Logto access token gives an identity in the tenant `default`', async () => {
  const exp = seconds() + 600;
  expect(await verify(await issuer.sign({ exp }))).toEqual({
    subject: 'ann000000001',
    tenant: 'default',
    issuedAt: expect.closeTo(seconds(), -2),
    expiresAt: exp,
  });
});

test('`act` names the current and prior actors; acting for oneself is ignored', async () => {
  const actorsOf = async (act: object) => (await verify(await issuer.sign({ act }))).actors;
  expect(await actorsOf({ sub: 'bob' })).toEqual(['bob']);
  expect(await actorsOf({ sub: 'bob', act: { sub: 'cy@example.test', act: { sub: 'dora' } } })).toEqual([
    'bob',
    userKey('cy@example.test'),
    'dora',
  ]);
  expect(await actorsOf({ sub: 'bob', iss: issuer.issuer, other: true })).toEqual(['bob']);
  expect(await actorsOf({ sub: 'ann000000001' })).toBeUndefined();
  expect(await actorsOf({ sub: 'ann000000001', act: { sub: 'bob' } })).toEqual(['bob']);
});

const nested = (depth: number): object => ({ sub: 'bob', ...(depth > 1 && { act: nested(depth - 1) }) });

test.each([
  ['nobody', {}],
  ['no object', 'bob'],
  ['null', null],
  ['nobody before', { sub: 'bob', act: {} }],
  ['an actor of another issuer', { sub: 'bob', iss: 'https://evil.example/oidc' }],
  ['an actor of another issuer before', { sub: 'bob', act: { sub: 'cy', iss: 'https://evil.example/oidc' } }],
  ['nine actors', nested(9)],
  ['hundreds of actors', nested(300)],
])('TOKEN_CLAIMS: refuses an `act` with %s', async (_, act) => {
  expect((await verify(await issuer.sign({ act: nested(8) }))).actors).toHaveLength(8);
  expect(await codeOf(verify(await issuer.sign({ act })))).toBe('TOKEN_CLAIMS');
});

test("TOKEN_CLIENT: refuses tokens of other applications before fetching keys, except an application's own token", async () => {
  const strict = verifierOf(issuer, { clients: ['console', 'support'] });
  expect(await codeOf(strict(await issuer.sign({ client_id: 'newsletter' })))).toBe('TOKEN_CLIENT');
  expect(await codeOf(strict(await issuer.sign({ client_id: undefined })))).toBe('TOKEN_CLIENT');
  expect(issuer.jwksRequests()).toBe(0);
  expect(await strict(await issuer.sign({ client_id: 'support' }))).toMatchObject({
    subject: 'ann000000001',
  });
  expect(await strict(await issuer.sign({ sub: 'robot', client_id: 'robot' }))).toMatchObject({
    isMachine: true,
  });
});

test('the organization of the token is the tenant, and its id `default` is not the tenant `default`', async () => {
  expect(await verify(await issuer.sign({ organization_id: 'acme' }))).toMatchObject({ tenant: 'acme' });
  const { tenant } = await verify(await issuer.sign({ organization_id: 'default' }));
  expect(tenant).not.toBe('default');
});

test.each(['ES256', 'ES384', 'ES512', 'RS256', 'PS256'])(
  'accepts a key for %s, RSA without `alg` as Logto publishes it, and refuses another algorithm in the header',
  async (algorithm) => {
    const other = await startTestIssuer(algorithm);
    const verifyOther = verifierOf(other);
    const token = await other.sign();
    expect(await verifyOther(token)).toMatchObject({ subject: 'ann000000001' });
    const forged = withHeader(token, { ...headerOf(token), alg: 'HS256' });
    expect(await codeOf(verifyOther(forged))).toBe('TOKEN_ALGORITHM');
    await other.close();
  },
);

test.each([
  ['TOKEN_ISSUER', { iss: 'https://evil.example/oidc' }],
  ['TOKEN_AUDIENCE', { aud: 'https://other.example' }],
  ['TOKEN_AUDIENCE', { aud: 'urn:logto:organization:acme' }],
  ['TOKEN_EXPIRED', { exp: 1_000_000_000 }],
  ['TOKEN_CLAIMS', { sub: '' }],
  ['TOKEN_CLAIMS', { organization_id: '' }],
  ['TOKEN_TYPE', {}, 'JWT'],
  ['TOKEN_TYPE', {}, ''],
])('%s: %o %s, without fetching keys', async (code, claims, typ = 'at+jwt') => {
  expect(await codeOf(verify(await issuer.sign(claims, { header: { typ } })))).toBe(code);
  expect(issuer.jwksRequests()).toBe(0);
});

test('TOKEN_ALGORITHM: refuses HMAC and `none` before fetching keys', async () => {
  const token = (await issuer.sign()).replace(/[^.]+$/, 'c2ln');
  for (const alg of ['HS256', 'none', 'EdDSA']) {
    const forged = withHeader(token, { alg, typ: 'at+jwt', kid: 'key-1' });
    expect(await codeOf(verify(forged))).toBe('TOKEN_ALGORITHM');
  }
  expect(issuer.jwksRequests()).toBe(0);
});

test.each(['', 'opaque-token-of-43-characters', 'a.b.c', `${'x'.repeat(20_000)}.y.z`])(
  'TOKEN_MALFORMED: %s',
  async (token) => {
    expect(await codeOf(verify(token))).toBe('TOKEN_MALFORMED');
  },
);

test('TOKEN_SIGNATURE: signed by another key with a known `kid`; refused from the cache the second time', async () => {
  const { privateKey } = await generateKeyPair('ES384');
  const forged = await issuer.sign({}, { key: privateKey });
  expect(await codeOf(verify(forged))).toBe('TOKEN_SIGNATURE');
  await issuer.close();
  expect(await codeOf(verify(forged))).toBe('TOKEN_SIGNATURE');
});

test('TOKEN_KEY_UNKNOWN: an unknown `kid`; many unknown ids do not cause many requests to the issuer', async () => {
  for (let index = 0; index < 20; index++) {
    expect(await codeOf(verify(await madeUp(`made-up-${index}`)))).toBe('TOKEN_KEY_UNKNOWN');
  }
  expect(issuer.jwksRequests()).toBeLessThanOrEqual(2);
});

test('accepts a newly rotated Logto key immediately, with one fetch for all calls that need it', async () => {
  await verify(await issuer.sign());
  await issuer.rotate();
  const tokens = await Promise.all(['ann', 'bob', 'cy'].map((sub) => issuer.sign({ sub })));
  const found = await Promise.all(tokens.map((token) => verify(token)));
  expect(found.map(({ subject }) => subject)).toEqual(['ann', 'bob', 'cy']);
  expect(issuer.jwksRequests()).toBe(2);
});

test('refuses a cached token after it expires', async () => {
  const token = await issuer.sign({ exp: seconds() + 1 });
  expect(await verify(token)).toMatchObject({ subject: 'ann000000001' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  expect(await codeOf(verify(token))).toBe('TOKEN_EXPIRED');
});

test('does not cache an outage of the key server: accepts the same token when the keys are available again', async () => {
  const { proxy, verify: throughProxy } = await behindProxy();
  const token = await issuer.sign();
  await proxy.set('refused');
  expect(await codeOf(throughProxy(token))).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('none');
  expect(await throughProxy(token)).toMatchObject({ subject: 'ann000000001' });
});

test('never reports a token with a new key as invalid while the keys cannot be fetched', async () => {
  const { proxy, verify: throughProxy } = await behindProxy();
  await throughProxy(await issuer.sign());
  await issuer.rotate();
  await proxy.set('refused');
  for (const sub of ['ann', 'bob', 'cy'])
    expect(await codeOf(throughProxy(await issuer.sign({ sub })))).toBe('AUTHENTICATION_UNAVAILABLE');
});

test('when the keys are available again, a forged key id is unknown again and not an outage', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { proxy, verify: throughProxy } = await behindProxy();
  await throughProxy(await issuer.sign());
  await proxy.set('refused');
  expect(await codeOf(throughProxy(await madeUp('a')))).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('none');
  vi.advanceTimersByTime(2_000);
  expect(await codeOf(throughProxy(await madeUp('b')))).toBe('TOKEN_KEY_UNKNOWN');
  expect(await codeOf(throughProxy(await madeUp('c')))).toBe('TOKEN_KEY_UNKNOWN');
});

test('refetches keys for a new key at most every two seconds, as often as Logto rotates', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const old = await issuer.sign();
  for (const fetches of [2, 3, 4]) {
    await verify(old);
    await issuer.rotate();
    vi.advanceTimersByTime(2_000);
    for (const sub of ['ann', 'bob']) await verify(await issuer.sign({ sub }));
    expect(issuer.jwksRequests()).toBe(fetches);
  }
  const withOldKey = await issuer.sign({ sub: 'cy' }, { header: { kid: 'key-1' } });
  expect(await codeOf(verify(withOldKey))).toBe('TOKEN_SIGNATURE');
});

test('a deleted key ends within a minute, for verified and new tokens and any pauses between calls; others continue', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ pause: fc.integer({ min: 1, max: 100 }), isNew: fc.boolean() }), { minLength: 8 }),
      fc.integer({ min: 1, max: 100 }),
      async (calls, deletedAfter) => {
        const logto = await startTestIssuer();
        const verifyHere = verifierOf(logto);
        const verified = await logto.sign();
        const fresh = await Promise.all(calls.map(() => logto.sign()));
        await verifyHere(verified);
        await logto.rotate();
        const other = await logto.sign();
        const seen: { at: number; code: string }[] = [];
        let now = 0;
        for (const [index, { pause, isNew }] of calls.entries()) {
          if (now < deletedAfter && now + pause >= deletedAfter) logto.remove('key-1');
          now += pause;
          vi.advanceTimersByTime(pause * 1_000);
          const code = await codeOf(verifyHere(isNew ? (fresh[index] ?? '') : verified));
          seen.push({ at: now, code });
          // A fetch does not take longer than the next pause.
          await verifyHere.areKeysKnown(10_000);
          expect(await codeOf(verifyHere(other))).toMatch('not an AppError');
        }
        const before = seen.filter(({ at }) => at < deletedAfter);
        expect(before.filter(({ code }) => !code.startsWith('not an AppError'))).toEqual([]);
        const after = seen.filter(({ at }) => at > deletedAfter + 60);
        // Within two seconds after a rotation was found, the key could be of a second rotation.
        const refusals = ['TOKEN_KEY_UNKNOWN', 'AUTHENTICATION_UNAVAILABLE'];
        expect(after.filter(({ code }) => !refusals.includes(code))).toEqual([]);
        await logto.close();
      },
    ),
    {
      numRuns: 8,
      examples: [
        [[{ pause: 61, isNew: false }, ...Array.from({ length: 8 }, () => ({ pause: 1, isNew: false }))], 1],
      ],
    },
  );
});

test('a second rotation within two seconds is not a forged token, whatever else is sent, and its token works after them', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await verify(await issuer.sign());
  const forge = async () => codeOf(verify(await madeUp(crypto.randomUUID())));
  await issuer.rotate();
  await verify(await issuer.sign());
  for (const fetches of [3, 4]) {
    await issuer.rotate();
    const good = await issuer.sign();
    expect(await codeOf(verify(good))).toBe('AUTHENTICATION_UNAVAILABLE');
    vi.advanceTimersByTime(1_999);
    for (let index = 0; index < 50; index++) expect(await forge()).toBe('AUTHENTICATION_UNAVAILABLE');
    expect(await codeOf(verify(good))).toBe('AUTHENTICATION_UNAVAILABLE');
    vi.advanceTimersByTime(1);
    const [identity] = await Promise.all([verify(good), forge(), forge()]);
    expect([identity.subject, issuer.jwksRequests()]).toEqual(['ann000000001', fetches]);
  }
});

test('forged key ids are unknown again two seconds after a rotation, for ever, with one fetch in two seconds', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await verify(await issuer.sign());
  await issuer.rotate();
  await verify(await issuer.sign());
  vi.advanceTimersByTime(2_000);
  const before = issuer.jwksRequests();
  for (let index = 0; index < 100; index++) {
    expect(await codeOf(verify(await madeUp(`made-up-${index}`)))).toBe('TOKEN_KEY_UNKNOWN');
    vi.advanceTimersByTime(100);
  }
  expect(issuer.jwksRequests() - before).toBe(5);
});

test('a key with the same id and other material ends the tokens of the first one', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const token = await issuer.sign();
  await verify(token);
  issuer.remove('key-1');
  await issuer.rotate('key-1');
  vi.advanceTimersByTime(60_001);
  expect(await codeOf(verify(token))).toBe('TOKEN_SIGNATURE');
  expect(await verify(await issuer.sign())).toMatchObject({ subject: 'ann000000001' });
});

test('while the keys cannot be fetched, known keys work for an hour, without waiting; then no token does', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { proxy, verify: throughProxy } = await behindProxy();
  const [verified, fresh] = [await issuer.sign(), await issuer.sign()];
  await throughProxy(verified);
  await proxy.set('refused');
  for (const minutes of [1, 9, 20, 29.9]) {
    vi.advanceTimersByTime(minutes * 60_000);
    for (const token of [verified, await issuer.sign()])
      expect(await throughProxy(token)).toMatchObject({ subject: 'ann000000001' });
  }
  vi.advanceTimersByTime(7_000);
  for (const token of [verified, fresh])
    expect(await codeOf(throughProxy(token))).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('none');
  expect(await throughProxy(verified)).toMatchObject({ subject: 'ann000000001' });
});

test('after an outage, a key that was deleted in it ends with the next fetch', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { proxy, verify: throughProxy } = await behindProxy();
  const token = await issuer.sign();
  await throughProxy(token);
  await issuer.rotate();
  issuer.remove('key-1');
  await proxy.set('refused');
  vi.advanceTimersByTime(120_000);
  expect(await throughProxy(token)).toMatchObject({ subject: 'ann000000001' });
  await proxy.set('none');
  vi.advanceTimersByTime(2_001);
  await expect.poll(() => codeOf(throughProxy(token))).not.toMatch('not an AppError');
  vi.advanceTimersByTime(2_001);
  expect(await codeOf(throughProxy(token))).toBe('TOKEN_KEY_UNKNOWN');
});

test('TOKEN_KEY_UNKNOWN: a key in LOGTO_REFUSED_KEYS is refused although it is published, without fetching keys', async () => {
  const strict = verifierOf(issuer, { refusedKeys: ['other', 'key-1'] });
  expect(await codeOf(strict(await issuer.sign()))).toBe('TOKEN_KEY_UNKNOWN');
  expect(issuer.jwksRequests()).toBe(0);
  await issuer.rotate();
  expect(await strict(await issuer.sign())).toMatchObject({ subject: 'ann000000001' });
});

test('every refusal after the cheap checks has its code, and its cause for the log', async () => {
  const { privateKey } = await generateKeyPair('ES384');
  const good = await issuer.sign();
  const [, claims = ''] = (await issuer.sign({ sub: 'admin0000001' })).split('.');
  const refused = [
    ['TOKEN_KEY_UNKNOWN', madeUp('a')],
    ['TOKEN_SIGNATURE', issuer.sign({}, { key: privateKey })],
    ['TOKEN_SIGNATURE', good.replace(/\.[^.]+\./, `.${claims}.`)],
    ['TOKEN_CLAIMS', issuer.sign({ nbf: 4_000_000_000 })],
    ['TOKEN_CLAIMS', issuer.sign({ sub: '' })],
    ['TOKEN_MALFORMED', good.replace(/[^.]+$/, '!')],
    ['TOKEN_MALFORMED', withHeader(good, { alg: 'ES384', typ: 'at+jwt' })],
    // An unknown extension, which is no outage.
    ['TOKEN_MALFORMED', withHeader(good, { ...headerOf(good), crit: ['exp'], exp: 1 })],
    ['TOKEN_MALFORMED', 'no token'],
  ] as const;
  const cause = expect.any(Error);
  for (const [code, token] of refused)
    await expect(verify(await token)).rejects.toMatchObject({ code, cause });
  const { proxy, verify: throughProxy } = await behindProxy();
  await proxy.set('refused');
  await expect(throughProxy(good)).rejects.toMatchObject({ code: 'AUTHENTICATION_UNAVAILABLE', cause });
});

test('does not verify or rebuild a cached identity, also while the issuer is unavailable', async () => {
  const token = await issuer.sign();
  const identity = await verify(token);
  expect(await verify(token)).toBe(identity);
  await issuer.close();
  expect(await verify(token)).toBe(identity);
});

test('reads the token of an authorization header', () => {
  expect(['Bearer a.b-c_d~e+f/g==', 'bearer t', 'BEARER t'].map(bearerToken)).toEqual([
    'a.b-c_d~e+f/g==',
    't',
    't',
  ]);
});

test('TOKEN_MISSING without a header, or with anything else in it', () => {
  const headers = [undefined, '', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer a=b', 'Bearer a\n', 'Bearer  a'];
  for (const header of [...headers, 'Basic a', 'a', 'x Bearer a', 'Bearer Bearer a'])
    expect(() => bearerToken(header)).toThrow(expect.objectContaining({ code: 'TOKEN_MISSING' }));
});
