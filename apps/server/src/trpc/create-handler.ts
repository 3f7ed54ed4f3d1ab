import type { IncomingMessage } from 'node:http';
import type { GateDecision } from '@latchkey/permissions/trpc';
import { createLeanMiddleware } from '@latchkey/trpc-express';
import type { AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AppError, retryAfter } from '../app-error.ts';
import type { Identity } from '../auth/identity.ts';
import type { RateLimit } from '../http/limits/rate-limit.ts';
import { declaredLength, requirePlainBody } from '../http/read-body.ts';
import { createAdmission, hasBody, requestLimits } from './admission.ts';
import type { Authenticate, Context, SignedIn } from './context.ts';
import { asAppError, trpcErrorOf } from './error-data.ts';

export interface HandlerDeps {
  readonly router: AnyTRPCRouter;
  /** From a request to the caller. */
  readonly authenticate: Authenticate;
  /** Counts changes. Default: they are not counted. */
  readonly changes?: Pick<RateLimit, 'take'>;
  /** Told what the gate of each call decided. */
  readonly onDecision: (call: DecidedCall, decision: GateDecision) => void;
  /** Told how each call ended. Default: nobody is told. */
  readonly onCallEnded?: Context['onCallEnded'] | undefined;
  /** Default: calls have no spans. */
  readonly traceCall?: Context['traceCall'] | undefined;
  /** What serves usual calls: `lean` (`@latchkey/trpc-express`), or `trpc` (its own middleware). Default: `lean`. */
  readonly adapter?: 'lean' | 'trpc' | undefined;
}

/** A call on which a gate has decided. */
export interface DecidedCall {
  readonly caller: Identity;
  readonly requestId: string;
}

/** Serves the procedures. What a request is and how much it sends is known before its body is read. */
export function createHandler(deps: HandlerDeps): RequestHandler {
  const {
    router,
    authenticate,
    changes,
    onDecision,
    onCallEnded = () => {},
    traceCall = (_path, run) => run(),
    adapter = 'lean',
  } = deps;
  const admission = createAdmission();
  const createMiddleware = adapter === 'lean' ? createLeanMiddleware : createExpressMiddleware;
  const serve = createMiddleware({
    router,
    maxBodySize: requestLimits.body,
    createContext: ({ req, res, info }): Context => {
      refuseTooMuch(req);
      let signedIn: Promise<SignedIn> | undefined;
      let counted: Promise<void> | undefined;
      const { calls, type } = info;
      const admitted = admission({
        request: req,
        response: res,
        calls: calls.length,
        isSubscription: type === 'subscription',
      });
      const requestId = res.get('x-request-id') ?? '';
      return {
        requestId,
        channel: req.get('x-latchkey-channel') === 'cli' ? 'cli' : 'console',
        authenticate: () => (signedIn ??= authenticate({ request: req, response: res, calls: calls.length })),
        admitChange: async (subject) => (counted ??= changes?.take(subject, res, calls.length)),
        onDecision: (caller, decision) => onDecision({ caller, requestId }, decision),
        onCallEnded,
        traceCall,
        ...admitted,
      };
    },
    responseMeta: ({ errors }) =>
      errors.some(({ code }) => code === 'SERVICE_UNAVAILABLE')
        ? { headers: { 'retry-after': retryAfter } }
        : {},
    onError({ error, path, req }) {
      const isOurs = error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE';
      if (!isOurs) return;
      const { code } = asAppError(error);
      // The log of requests has it, once for a whole batch: whoever sends too much must not fill the log.
      if (code === 'SERVER_BUSY') return;
      req.log.error({ err: error.cause ?? error, code, path }, 'procedure failed');
    },
  });
  return (request, response, next) => {
    // A stranger's body is not read at all: whoever is admitted resumes.
    if (hasBody(request)) request.pause();
    const calls = countCalls(request.path);
    if (!isHost(request.headers.host)) next(new AppError('INPUT_INVALID', 'The Host header is no host.'));
    else if (calls === undefined) next(new AppError('INPUT_INVALID', 'The path cannot be decoded.'));
    else if (calls <= requestLimits.batch) serve(request, response, next);
    else void refuseBatch(request, response, next);
  };

  /** tRPC makes an answer for each call before it knows the caller, and an address has room for thousands of calls. */
  async function refuseBatch(request: Request, response: Response, next: NextFunction): Promise<void> {
    const tooLarge = new AppError('BATCH_TOO_LARGE', `One request may have ${requestLimits.batch} calls.`);
    next(
      await authenticate({ request, response, calls: 1 }).then(
        () => tooLarge,
        (refusal: unknown) => refusal,
      ),
    );
  }
}

/** A fetch `Request`, which tRPC makes, refuses names in addresses. */
function isHost(host = 'localhost'): boolean {
  return !host.includes('@') && URL.canParse(`http://${host}`);
}

/** The calls that a path names. `undefined` if it cannot be decoded. */
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
