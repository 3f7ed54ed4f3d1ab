import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { createLeanMiddleware } from '@latchkey/trpc-express';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { z } from 'zod';
import { TRPCError } from '@trpc/server';
import { serveParent } from '../serve-parent.ts';
import { createTokenVerifier } from '../../src/authentication/create-token-verifier.ts';
import type { Identity } from '../../src/authentication/identity.ts';

const Setting = z.object({
  pdpUrl: z.string(),
  issuer: z.string(),
  audience: z.string(),
  jwksUrl: z.string(),
  /** Milliseconds for which a decision is cached. Default: the toolkit's. */
  cacheTtl: z.number().optional(),
  adapter: z.enum(['trpc', 'lean']).default('trpc'),
});

export type Setting = z.output<typeof Setting>;

/** tRPC's own adapter and ours. */
export const adapters = { trpc: createExpressMiddleware, lean: createLeanMiddleware } as const;

/** Serves one variant of the HTTP benchmark; run as a separate process. */
export async function serveVariant(
  create: (setting: Setting) => RequestListener | Promise<RequestListener>,
): Promise<void> {
  serveParent(await create(Setting.parse(JSON.parse(process.argv[2] ?? '{}'))));
}

/** Identifies requests with the server's own verifier, which verifies each token's signature once. */
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
