import { createServer, type RequestListener } from 'node:http';
import { createLeanMiddleware } from '@latchkey/trpc-express';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { z } from 'zod';
import { portOf } from '../../src/testing/serve.ts';

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
