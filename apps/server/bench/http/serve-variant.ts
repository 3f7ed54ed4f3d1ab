import { createServer, type RequestListener, type IncomingHttpHeaders } from 'node:http';
import { createLeanMiddleware } from '@latchkey/trpc-express';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { z } from 'zod';
import { TRPCError } from '@trpc/server';
import { portOf } from '../../src/testing/serve.ts';
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

/**
 * Serves one variant of the HTTP benchmark on a free loopback port; run as a separate process. Sends its parent the
 * port, and its CPU time on request.
 */
export async function serveVariant(
  create: (setting: Setting) => RequestListener | Promise<RequestListener>,
): Promise<void> {
  const server = createServer(await create(Setting.parse(JSON.parse(process.argv[2] ?? '{}'))));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  });
  process.once('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: portOf(server.address()) });
  });
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
