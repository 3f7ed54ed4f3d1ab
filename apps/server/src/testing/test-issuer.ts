import { createServer } from 'node:http';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
import { afterFile } from './after-file.ts';
import { portOf } from './serve.ts';

export interface TestIssuer {
  readonly issuer: string;
  readonly jwksUrl: string;
  /**
   * Replaces the signing key like a rotation in Logto, and resolves to the id of the new key, which signs new tokens.
   */
  rotate(kid?: string): Promise<string>;
  /** Deletes a key, like an administrator after it has leaked. */
  remove(kid: string): void;
  /** The number of key fetches. */
  readonly jwksRequests: () => number;
  /** Signs a token like Logto's for the audience, with the given differences. */
  sign(
    claims?: JWTPayload,
    options?: { header?: Partial<JWTHeaderParameters>; key?: CryptoKey },
  ): Promise<string>;
  /** Stops the issuer and starts it again at the same address with the same keys. */
  readonly restart: () => Promise<void>;
  close(): Promise<void>;
}

export const testAudience = 'https://api.latchkey.example';

/** The audience of applications that act for a person. */
export const testMcpResource = 'https://console.latchkey.example/mcp';

/** The application to which the test issuer issues tokens. */
export const testClient = 'spa';

/**
 * Starts an issuer that signs any token for the test, including invalid ones that a real issuer would not sign. Closed
 * after the file at the latest.
 */
export async function startTestIssuer(alg = 'ES384'): Promise<TestIssuer> {
  const makeKey = async (kid: string) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    // After a rotation to RSA, Logto's JWK has no `alg`.
    const named = /^[RP]S/.test(alg) ? {} : { alg };
    const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', ...named };
    return { kid, jwk, privateKey };
  };
  const keys = [await makeKey('key-1')];
  const current = () => {
    const [newest] = keys;
    if (newest === undefined) throw new TypeError('The issuer has no key.');
    return newest;
  };
  let requests = 0;
  let rotations = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  const listen = (on: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(on, '127.0.0.1', resolve);
    });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  afterFile(close);
  const address = server.address();
  const port = portOf(address);
  const url = `http://127.0.0.1:${port}`;
  const issuer = `${url}/oidc`;
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    async rotate(kid = `key-${(rotations += 1) + 1}`) {
      const next = await makeKey(kid);
      keys.unshift(next);
      return next.kid;
    },
    remove(kid) {
      keys.splice(
        keys.findIndex((key) => key.kid === kid),
        1,
      );
    },
    jwksRequests: () => requests,
    sign: (claims = {}, { header = {}, key = current().privateKey } = {}) =>
      new SignJWT({
        jti: crypto.randomUUID(),
        sub: 'ann000000001',
        scope: '',
        client_id: testClient,
        iss: issuer,
        aud: testAudience,
        ...claims,
      })
        .setIssuedAt(claims.iat)
        .setProtectedHeader({ alg, typ: 'at+jwt', kid: current().kid, ...header })
        .setExpirationTime(typeof claims.exp === 'number' ? claims.exp : '1h')
        .sign(key),
    async restart() {
      await close();
      await listen(port);
    },
    close,
  };
}
