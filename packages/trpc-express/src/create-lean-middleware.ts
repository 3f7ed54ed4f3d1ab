import type { AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { RequestHandler } from 'express';
import { Exchange, type ExchangeOptions } from './exchange.ts';
import { readCalls, type CallLimits } from './read-calls.ts';

export type LeanMiddlewareOptions<Router extends AnyTRPCRouter> = Parameters<
  typeof createExpressMiddleware<Router>
>[0];

/**
 * tRPC's Express middleware without the fetch conversion, which costs more than the rest of a typical call. Handles GET
 * queries and POST mutations with JSON, single or batched, and passes every other request to tRPC's own middleware.
 * Responses are the same, plus a `content-length`.
 *
 * ```ts
 * app.use('/api/trpc', createLeanMiddleware({ router, createContext }));
 * ```
 * @param options - Those of `createExpressMiddleware`. With `middleware`, tRPC's own handles every request.
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
    // In tRPC, 0 means unlimited.
    maxBodySize: maxBodySize === 0 ? Infinity : maxBodySize,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the router's context is the result of its own `createContext`
  const untyped = options as unknown as ExchangeOptions;
  return async (request, response, next) => {
    try {
      const calls = readCalls(request, limits);
      if (calls === undefined) official(request, response, next);
      else await new Exchange(untyped, { request, response }, calls).answer();
    } catch (error) {
      // Express 4 does not handle a rejection: the request would never be answered.
      next(error);
    }
  };
}
