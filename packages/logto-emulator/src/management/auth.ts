import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Logto } from '../logto.ts';
import { managementApiIndicator } from '../seed/management-api.ts';
import { RequestError } from './request-error.ts';

const claims = z.object({ sub: z.string(), scope: z.string().default('') });

export function bearerToken(header: string | undefined): string {
  if (header === undefined) throw new RequestError('auth.authorization_header_missing', 401);
  if (!header.startsWith('Bearer '))
    throw new RequestError('auth.authorization_token_type_not_supported', 401);
  return header.slice('Bearer '.length);
}

/**
 * Who calls the Management API: the subject of an access token for it, with the scope `all`.
 * @throws RequestError 401 `auth.authorization_header_missing` | `auth.unauthorized`, 403 `auth.forbidden`
 */
export async function authenticate(
  { signingKeys, endpoint, clock }: Logto,
  header: string | undefined,
): Promise<string> {
  const token = bearerToken(header);
  const verified = await jwtVerify(token, signingKeys.keySet(), {
    issuer: `${endpoint}/oidc`,
    audience: managementApiIndicator,
    currentDate: new Date(clock.now()),
  }).catch((cause: unknown) => {
    throw new RequestError('auth.unauthorized', 401, {
      data: cause instanceof Error ? { name: cause.name, message: cause.message } : {},
    });
  });
  const { sub, scope } = claims.parse(verified.payload);
  if (!scope.split(' ').includes('all')) throw new RequestError('auth.forbidden', 403);
  return sub;
}
