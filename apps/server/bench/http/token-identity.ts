import type { IncomingHttpHeaders } from 'node:http';
import { TRPCError } from '@trpc/server';
import { createTokenVerifier } from '../../src/authentication/create-token-verifier.ts';
import type { Identity } from '../../src/authentication/identity.ts';
import type { Setting } from './serve-variant.ts';

/** The identity of a request, by the server's own verifier: a token's signature is verified once. */
export function tokenIdentity({ issuer, audience, jwksUrl }: Setting) {
  const verify = createTokenVerifier({ issuer, audience, jwksUrl });
  return async ({ authorization = '' }: IncomingHttpHeaders): Promise<Identity> => {
    try {
      return await verify(authorization.slice('Bearer '.length));
    } catch (cause) {
      throw new TRPCError({ code: 'UNAUTHORIZED', cause });
    }
  };
}
