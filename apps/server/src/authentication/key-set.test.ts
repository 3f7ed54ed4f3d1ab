import { generateKeyPair } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts';
import { startTestIssuer, testAudience, type TestIssuer } from '../testing/test-issuer.ts';
import { createTokenVerifier } from './create-token-verifier.ts';
import type { VerifyToken } from './identity.ts';

let issuer: TestIssuer;
let proxy: FaultProxy;
let verify: VerifyToken;
const createVerifier = (jwksUrl = proxy.through(issuer.jwksUrl)): VerifyToken =>
  createTokenVerifier({ issuer: issuer.issuer, audience: testAudience, jwksUrl });
beforeEach(async () => {
  issuer = await startTestIssuer();
  proxy = await startFaultProxy(issuer.jwksUrl);
  verify = createVerifier();
});
afterEach(() => vi.useRealTimers());

test('never reports a token with a new key as invalid while the keys cannot be fetched', async () => {
  await verify(await issuer.sign());
  await issuer.rotate();
  await proxy.set('refused');
  for (const sub of ['ann', 'bob', 'cy']) {
    await expect(verify(await issuer.sign({ sub }))).rejects.toMatchObject({
      code: 'AUTHENTICATION_UNAVAILABLE',
    });
  }
});

const codeOf = (token: Promise<string>): Promise<unknown> =>
  token.then(verify).then(
    () => 'accepted',
    (error: unknown) => Object(error).code,
  );
const madeUp = (kid: string) => issuer.sign({}, { header: { kid } });

test('refetches keys for a new key at most every two seconds, as often as Logto rotates', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const old = await issuer.sign();
  for (const fetches of [2, 3, 4]) {
    await verify(old);
    await issuer.rotate();
    vi.advanceTimersByTime(2_000);
    for (const sub of ['ann', 'bob']) expect(await codeOf(issuer.sign({ sub }))).toBe('accepted');
    expect(issuer.jwksRequests()).toBe(fetches);
  }
  expect(await codeOf(issuer.sign({ sub: 'cy' }, { header: { kid: 'key-1' } }))).toBe('TOKEN_SIGNATURE');
});

test('when the keys are available again, a forged key id is unknown again and not an outage', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await verify(await issuer.sign());
  await proxy.set('refused');
  expect(await codeOf(madeUp('a'))).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('none');
  vi.advanceTimersByTime(2_000);
  expect(await codeOf(madeUp('b'))).toBe('TOKEN_KEY_UNKNOWN');
  expect(await codeOf(madeUp('c'))).toBe('TOKEN_KEY_UNKNOWN');
});

test.each([
  ['a header without a key id', (token: string) => withHeader(token, { alg: 'ES384', typ: 'at+jwt' })],
  ['a signature that is no base64url', (token: string) => token.replace(/[^.]+$/, '!')],
])('TOKEN_MALFORMED: %s', async (_, change) => {
  expect(await codeOf(issuer.sign().then(change))).toBe('TOKEN_MALFORMED');
});

function withHeader(token: string, header: object): string {
  return token.replace(/^[^.]+/, Buffer.from(JSON.stringify(header)).toString('base64url'));
}

test('every refusal after the cheap checks has its cause, for the log', async () => {
  const { privateKey } = await generateKeyPair('ES384');
  const good = await issuer.sign();
  const refused = [
    madeUp('a'),
    issuer.sign({}, { key: privateKey }),
    issuer.sign({ nbf: 4_000_000_000 }),
    issuer.sign({ sub: '' }),
    good.replace(/[^.]+$/, '!'),
    withHeader(good, { alg: 'ES384', typ: 'at+jwt' }),
    'no token',
  ];
  for (const token of refused) {
    const refusal: unknown = await verify(await token).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: expect.any(String), cause: expect.any(Error) });
  }
  await proxy.set('refused');
  const outage: unknown = await createVerifier()(good).catch((error: unknown) => error);
  expect(outage).toMatchObject({ code: 'AUTHENTICATION_UNAVAILABLE', cause: expect.any(Error) });
});

test('does not verify or rebuild a cached identity', async () => {
  const token = await issuer.sign();
  const identity = await verify(token);
  expect(await verify(token)).toBe(identity);
});

test('TOKEN_CLAIMS: a token that is not valid yet', async () => {
  const nbf = Math.floor(Date.now() / 1000) + 600;
  await expect(verify(await issuer.sign({ nbf }))).rejects.toMatchObject({ code: 'TOKEN_CLAIMS' });
});
