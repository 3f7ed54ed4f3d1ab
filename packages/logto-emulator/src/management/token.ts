import { randomUUID } from 'node:crypto';
import { SignJWT, importJWK } from 'jose';
import type { Logto } from '../logto.ts';
import { managementApiIndicator } from '../seed/management-api.ts';

/**
 * Issues an access token for the Management API, equal to the token of a machine-to-machine application with the
 * right role.
 */
export async function managementToken({ signingKeys, endpoint, clock }: Logto): Promise<string> {
  const [key] = signingKeys.list();
  if (key === undefined) throw new Error('There is no signing key.');
  const alg = signingKeys.algorithm();
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT({ jti: randomUUID(), scope: 'all', client_id: 'logto-emulator' })
    .setProtectedHeader({ alg, typ: 'at+jwt', kid: key.jwk.kid })
    .setSubject('logto-emulator')
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .setIssuer(`${endpoint}/oidc`)
    .setAudience(managementApiIndicator)
    .sign(await importJWK(key.jwk, alg));
}
