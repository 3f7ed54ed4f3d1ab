import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { z } from 'zod';
import { testAudience, type TestIssuer } from '../test-issuer.ts';

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) });

/**
 * Tokens with a real signature that must be refused: by a key that the token contains, with the issuer's public key as
 * a secret, for another audience or expired.
 */
export async function signInVain(issuer: TestIssuer): Promise<readonly string[]> {
  const { publicKey, privateKey } = await generateKeyPair('ES384');
  const jwk = await exportJWK(publicKey);
  const { keys } = Keys.parse(await (await fetch(issuer.jwksUrl)).json());
  const [published] = keys;
  const { kid } = published ?? {};
  const imported = await importJWK(published as JWK, 'ES384'); // oxlint-disable-line typescript/no-unsafe-type-assertion -- parsed above
  const pem = imported instanceof Uint8Array ? '' : await exportSPKI(imported);
  const asSecret = [pem, JSON.stringify(published)].map(async (secret) =>
    new SignJWT({ sub: 'viewer', iss: issuer.issuer, aud: testAudience, client_id: 'spa' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: kid ?? '' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret)),
  );
  const claims = { sub: 'viewer' };
  return Promise.all([
    ...asSecret,
    issuer.sign(claims, { key: privateKey }),
    issuer.sign(claims, { key: privateKey, header: { jwk } }),
    issuer.sign(claims, { key: privateKey, header: { kid: 'unknown', jwk } }),
    issuer.sign({ ...claims, aud: 'https://other.example' }),
    issuer.sign({ ...claims, iss: 'https://other.example/oidc' }),
    issuer.sign({ ...claims, exp: 1 }),
    issuer.sign(claims, { header: { typ: 'JWT' } }),
    issuer.sign({ ...claims, nbf: 4_102_444_800 }),
  ]);
}
