import type { AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { RequestHandler } from 'express';
import { Exchange, type ExchangeOptions } from './exchange.ts';
import { readCalls, type CallLimits } from './read-calls.ts';

/** Those of tRPC's `createExpressMiddleware`. */
export type LeanMiddlewareOptions<Router extends AnyTRPCRouter> = Parameters<
  typeof createExpressMiddleware<Router>
>[0];

/**
 * tRPC's Express middleware without its detour: `createExpressMiddleware` makes a fetch `Request` of each request and streams a
 * fetch `Response` back, which costs more than the rest of a usual call. This one answers queries by GET and mutations by POST,
 * from JSON to JSON, one or a batch, directly. It hands every other request to tRPC's own middleware: subscriptions, streamed
 * batches, forms, files, procedures that are not loaded yet, a body that was read before, whatever is wrong. The answers are the
 * same, and have a `content-length`.
 *
 * ```ts
 * app.use('/api/trpc', createLeanMiddleware({ router, createContext }));
 * ```
 * @param options - those of `createExpressMiddleware`. With `middleware` tRPC's own one serves every request.
 */
export function createLeanMiddleware<Router extends AnyTRPCRouter>(
  options: LeanMiddlewareOptions<Router>,
): RequestHandler {
  const official = createExpressMiddleware(options);
  if (options.middleware !== undefined) return official;
  const { router, allowBatching, batching, maxBatchSize = Infinity, maxBodySize = 0 } = options;
  const limits: CallLimits = {
    router,
    isBatchingAllowed: allowBatching ?? batching?.enabled ?? true,
    maxBatchSize,
    // To tRPC, 0 is no limit.
    maxBodySize: maxBodySize === 0 ? Infinity : maxBodySize,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the router's context is, its own `createContext` knows
  const untyped = options as unknown as ExchangeOptions;
  return (request, response, next) => {
    const calls = readCalls(request, limits);
    if (calls === undefined) return official(request, response, next);
    // Express takes what it rejects with.
    return new Exchange(untyped, { request, response }, calls).answer();
  };
}
