import { createServer } from 'node:http';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';

export interface TestIssuer {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** How many times the keys were fetched. */
  readonly jwksRequests: () => number;
  /** A token like Logto's for the audience, with the differences that the test wants. */
  sign(
    claims?: JWTPayload,
    options?: { header?: Partial<JWTHeaderParameters>; key?: CryptoKey },
  ): Promise<string>;
  close(): Promise<void>;
}

export const testAudience = 'https://api.latchkey.example';

/** An issuer that signs any token for the test, also bad ones, which a real issuer would not sign. */
export async function startTestIssuer(alg: 'ES384' | 'RS256' = 'ES384'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  // After a rotation to RSA, Logto's JWK has no `alg`.
  const jwk = {
    ...(await exportJWK(publicKey)),
    kid: 'key-1',
    use: 'sig',
    ...(alg === 'ES384' ? { alg } : {}),
  };
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const issuer = `${url}/oidc`;
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    jwksRequests: () => requests,
    sign: (claims = {}, { header = {}, key = privateKey } = {}) =>
      new SignJWT({
        jti: crypto.randomUUID(),
        sub: 'ann000000001',
        scope: '',
        client_id: 'spa',
        iss: issuer,
        aud: testAudience,
        ...claims,
      })
        .setIssuedAt()
        .setProtectedHeader({ alg, typ: 'at+jwt', kid: 'key-1', ...header })
        .setExpirationTime(typeof claims.exp === 'number' ? claims.exp : '1h')
        .sign(key),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
