import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts';
import { startTestIssuer, testAudience, type TestIssuer } from '../testing/test-issuer.ts';
import { createTokenVerifier } from './create-token-verifier.ts';
import type { VerifyToken } from './identity.ts';

let issuer: TestIssuer;
let proxy: FaultProxy;
let verify: VerifyToken;
beforeEach(async () => {
  issuer = await startTestIssuer();
  proxy = await startFaultProxy(issuer.jwksUrl);
  const jwksUrl = proxy.through(issuer.jwksUrl);
  verify = createTokenVerifier({ issuer: issuer.issuer, audience: testAudience, jwksUrl });
});
afterEach(async () => {
  await proxy.close();
  await issuer.close();
});

test('a token with a new key is never called wrong while the keys cannot be fetched', async () => {
  await verify(await issuer.sign());
  await issuer.rotate();
  await proxy.set('refused');
  for (const sub of ['ann', 'bob', 'cy']) {
    await expect(verify(await issuer.sign({ sub }))).rejects.toMatchObject({
      code: 'AUTHENTICATION_UNAVAILABLE',
    }); // oxlint-disable-line no-await-in-loop -- the second and third meet the failed fetch of the first
  }
});

test('a token that was verified is neither verified nor built again', async () => {
  const token = await issuer.sign();
  const identity = await verify(token);
  expect(await verify(token)).toBe(identity);
});

test('the tokens of an application are those whose subject is the application', async () => {
  expect(await verify(await issuer.sign({ sub: 'app-1', client_id: 'app-1' }))).toMatchObject({
    subject: 'app-1',
    isMachine: true,
  });
  expect(await verify(await issuer.sign({ sub: 'ann', client_id: 'app-1' }))).not.toHaveProperty('isMachine');
});

test('TOKEN_CLAIMS: a token that is not valid yet', async () => {
  const nbf = Math.floor(Date.now() / 1000) + 600;
  await expect(verify(await issuer.sign({ nbf }))).rejects.toMatchObject({ code: 'TOKEN_CLAIMS' });
});
