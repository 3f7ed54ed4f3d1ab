import { createServer, type RequestListener, type IncomingHttpHeaders } from 'node:http';
import { createLeanMiddleware } from '@latchkey/trpc-express';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { z } from 'zod';
import { TRPCError } from '@trpc/server';
import { portOf } from '../../src/testing/serve.ts';
import { createTokenVerifier } from '../../src/authentication/create-token-verifier.ts';
import type { Identity } from '../../src/authentication/identity.ts';

/** The settings of a server of the benchmark. */
const Setting = z.object({
  pdpUrl: z.string(),
  issuer: z.string(),
  audience: z.string(),
  jwksUrl: z.string(),
  /** Milliseconds for which a decision is cached. Default: as the toolkit has it. */
  cacheTtl: z.number().optional(),
  /** What joins tRPC to Express. */
  adapter: z.enum(['trpc', 'lean']).default('trpc'),
});

export type Setting = z.output<typeof Setting>;

/** Of tRPC itself, or ours. */
export const adapters = { trpc: createExpressMiddleware, lean: createLeanMiddleware } as const;

/**
 * Serves one variant of the http benchmarks as a process of its own, on a free port of loopback. Sends its parent the port, and
 * how much CPU time it has used whenever it is asked.
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
