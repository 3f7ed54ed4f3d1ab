import type { IncomingMessage } from 'node:http';
import { createLeanMiddleware, isHost } from '@latchkey/trpc-express';
import type { AnyTRPCRouter } from '@trpc/server';
import type { TRPCRequestInfo } from '@trpc/server/http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AppError, retryAfter } from '../app-error.ts';
import { callerOf } from '../../authentication/identity.ts';
import { declaredLength, requirePlainBody } from '../http/read-body.ts';
import { hasBody, requestLimits } from './request-budget.ts';
import type { Authenticate, Context } from './context.ts';
import type { CreateContext } from './create-contexts.ts';
import { asAppError, trpcErrorOf } from './error-data.ts';

export interface HandlerDeps {
  readonly router: AnyTRPCRouter;
  readonly authenticate: Authenticate;
  readonly contextOf: CreateContext;
}

/** Serves the procedures. Checks the kind and the size of a request before its body is read. */
export function createHandler({ router, authenticate, contextOf }: HandlerDeps): RequestHandler {
  const serve = createLeanMiddleware({
    router,
    maxBodySize: requestLimits.body,
    async createContext({ req, res, info }): Promise<Context> {
      refuseTooMuch(req);
      const { calls, type } = info;
      const context = contextOf({
        request: req,
        response: res,
        calls: calls.length,
        isSubscription: type === 'subscription',
        channel: req.get('x-latchkey-channel') === 'cli' ? 'cli' : 'console',
        authenticate,
      });
      if (calls.length > 1) await admitBatch(context, calls);
      return context;
    },
    responseMeta: ({ errors }) =>
      errors.some(({ code }) => code === 'SERVICE_UNAVAILABLE')
        ? { headers: { 'retry-after': retryAfter } }
        : {},
    onError({ error, path, req }) {
      const isOurs = error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE';
      if (!isOurs) return;
      const { code } = asAppError(error);
      // The request log has this error once per batch, so that excessive requests cannot fill the log.
      if (code === 'SERVER_BUSY') return;
      req.log.error({ err: error.cause ?? error, code, path }, 'procedure failed');
    },
  });
  return (request, response, next) => {
    // Pauses the request, so that an unauthenticated body is never read. Admitting the caller resumes it.
    if (hasBody(request)) request.pause();
    const calls = countCalls(request.path);
    if (!isHost(request.headers.host ?? 'localhost'))
      next(new AppError('INPUT_INVALID', 'The Host header is not a host.'));
    else if (calls === undefined) next(new AppError('INPUT_INVALID', 'The path cannot be decoded.'));
    else if (calls <= requestLimits.batch) serve(request, response, next);
    else void refuseBatch(request, response, next);
  };

  /** Bypasses tRPC, which would create a response for each call before authentication: a URL can contain thousands. */
  async function refuseBatch(request: Request, response: Response, next: NextFunction): Promise<void> {
    const tooLarge = new AppError('BATCH_TOO_LARGE', `A request can have ${requestLimits.batch} calls.`);
    next(
      await authenticate({ request, response, calls: 1 }).then(
        () => tooLarge,
        (refusal: unknown) => refusal,
      ),
    );
  }
}

/** Authenticates and admits a batch as a whole, so that all of its calls have the same error. */
async function admitBatch(context: Context, calls: TRPCRequestInfo['calls']): Promise<void> {
  try {
    const { identity } = await context.authenticate();
    context.admit(callerOf(identity).subject);
  } catch (error) {
    const refusal = asAppError(error);
    for (const { path } of calls) context.onCallEnded(path, refusal.code, 0);
    throw trpcErrorOf(refusal);
  }
}

/** The number of calls in a path. `undefined` if the path cannot be decoded. */
function countCalls(path: string): number | undefined {
  try {
    return decodeURIComponent(path).split(',').length;
  } catch {
    return undefined;
  }
}

/** @throws {TRPCError} `UNSUPPORTED_ENCODING`, `REQUEST_TOO_LARGE` */
function refuseTooMuch(request: IncomingMessage): void {
  try {
    requirePlainBody(request);
    if (hasBody(request) && request.headers['content-type']?.startsWith('application/json') !== true)
      throw new AppError('UNSUPPORTED_ENCODING', 'Send the body as application/json.');
    if ((declaredLength(request) ?? 0) > requestLimits.body)
      throw new AppError('REQUEST_TOO_LARGE', `The request is larger than ${requestLimits.body} bytes.`);
  } catch (error) {
    throw trpcErrorOf(asAppError(error));
  }
}
