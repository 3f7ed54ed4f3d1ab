import { jwtVerify, type JWTVerifyGetKey } from 'jose';

/** The user and the tenant of a request, from signed claims, never from a header or an input. */
export interface Identity {
  readonly subject: string;
  readonly tenant: string;
}

export type Identify = (authorization: string | null | undefined) => Promise<Identity>;

/** Express responds with the error's `status`. */
class NotSignedInError extends Error {
  readonly status = 401;
}

export function createIdentify(
  keys: JWTVerifyGetKey,
  expected: { readonly issuer: string; readonly audience: string },
): Identify {
  return async (authorization) => {
    try {
      const token = authorization?.replace(/^Bearer /, '') ?? '';
      const { payload } = await jwtVerify(token, keys, { ...expected, typ: 'at+jwt' });
      const { sub, organization_id: organization = 'default' } = payload;
      if (sub === undefined || typeof organization !== 'string') throw new TypeError('Claims are missing.');
      return { subject: sub, tenant: organization };
    } catch (cause) {
      throw new NotSignedInError('Sign in first.', { cause });
    }
  };
}
