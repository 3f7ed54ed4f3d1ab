import type { IncomingMessage } from 'node:http';
import type { AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware, type CreateExpressContextOptions } from '@trpc/server/adapters/express';
import type { RequestHandler } from 'express';
import { AppError } from '../app-error.ts';
import { createByteBudget, type ByteBudget } from '../http/byte-budget.ts';
import { declaredLength, requirePlainBody } from '../http/read-body.ts';
import type { Context, SignedIn } from './context.ts';
import { asAppError, trpcErrorOf } from './error-data.ts';

export interface HandlerDeps {
  readonly router: AnyTRPCRouter;
  /** From an `Authorization` header to the caller. */
  readonly authenticate: (header: string | undefined) => Promise<SignedIn>;
}

/** Bytes, and calls in one request. */
const limits = { body: 1_048_576, bodiesInFlight: 8_388_608, bodiesOfSubject: 4_194_304, batch: 50 };

/** Serves the procedures. What a request is and how much it sends is known before its body is read. */
export function createHandler({ router, authenticate }: HandlerDeps): RequestHandler {
  const budget = createByteBudget({ total: limits.bodiesInFlight, perOwner: limits.bodiesOfSubject });
  const serve = createExpressMiddleware({
    router,
    maxBodySize: limits.body,
    createContext: ({ req, res, info }): Context => {
      refuseTooMuch(req, info);
      let signedIn: Promise<SignedIn> | undefined;
      return {
        requestId: res.get('x-request-id') ?? '',
        authenticate: () => (signedIn ??= authenticate(req.headers.authorization)),
        admitBody: admitBodyOnce(req, budget),
      };
    },
    onError({ error, path, req }) {
      const isOurs = error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE';
      if (!isOurs) return;
      const { code } = asAppError(error);
      req.log.error({ err: error.cause ?? error, code, path }, 'procedure failed');
    },
  });
  return (request, response, next) => {
    if (isDecodable(request.path)) serve(request, response, next);
    else next(new AppError('INPUT_INVALID', 'The path cannot be decoded.'));
  };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** @throws {TRPCError} `UNSUPPORTED_ENCODING`, `REQUEST_TOO_LARGE`, `BATCH_TOO_LARGE` */
function refuseTooMuch(request: IncomingMessage, { calls }: CreateExpressContextOptions['info']): void {
  try {
    requirePlainBody(request);
    if ((declaredLength(request) ?? 0) > limits.body)
      throw new AppError('REQUEST_TOO_LARGE', `The request is larger than ${limits.body} bytes.`);
    if (calls.length > limits.batch)
      throw new AppError('BATCH_TOO_LARGE', `One request may have ${limits.batch} calls.`);
  } catch (error) {
    throw trpcErrorOf(asAppError(error));
  }
}

/** A body without a declared length counts as the largest one. The bytes are given back when the request is over. */
function admitBodyOnce(request: IncomingMessage, budget: ByteBudget): Context['admitBody'] {
  let isAdmitted = request.method === 'GET' || request.method === 'HEAD';
  return (subject) => {
    if (isAdmitted) return;
    const bytes = declaredLength(request) ?? limits.body;
    if (!budget.take(subject, bytes))
      throw new AppError('SERVER_BUSY', 'Too many requests are being read. Try again.');
    isAdmitted = true;
    request.once('close', () => budget.giveBack(subject, bytes));
  };
}
