import type { Request, RequestHandler, Response } from 'express';
import { createAuthZen, type AuthZenOptions } from '../authzen/answer-authzen.ts';
import type { AuthZenCaller } from '../authzen/evaluate.ts';
import { maxBodyBytes } from '../core/gate-question.ts';
import type { Policy } from '../core/policy.ts';

/** Options of `createExpressAuthZenHandler`. */
export interface ExpressAuthZenHandlerOptions<P extends Policy> extends AuthZenOptions<P> {
  /**
   * Identifies the calling service from a verified token. Called for every AuthZEN path except the configuration,
   * before the body is read; it may itself read the body into `request.body`. Its errors go to Express's error handler.
   */
  readonly getCaller: (request: Request, response: Response) => Promise<AuthZenCaller> | AuthZenCaller;
}

/**
 * Creates a middleware that serves AuthZEN's Authorization API 1.0 in Express; see `createAuthZenHandler` of `./fetch`.
 * Requests for other paths go to the next handler.
 *
 * ```ts
 * app.use(createExpressAuthZenHandler({ policy, decider, getCaller: (request) => callerOf(request) }));
 * ```
 */
export function createExpressAuthZenHandler<const P extends Policy>({
  getCaller,
  ...options
}: ExpressAuthZenHandlerOptions<P>): RequestHandler {
  const answerOf = createAuthZen(options);
  /** Returns whether the path is one of AuthZEN's. */
  const serve = async (request: Request, response: Response): Promise<boolean> => {
    const echo = (): void => {
      const id = request.get('x-request-id');
      if (id !== undefined) response.set('x-request-id', id);
    };
    const answer = await answerOf({
      method: request.method,
      path: request.baseUrl + request.path,
      origin: () => `${request.protocol}://${request.get('host') ?? ''}`,
      contentType: request.get('content-type'),
      async identify() {
        echo();
        return getCaller(request, response);
      },
      readBody: () => readBody(request),
    });
    if (answer === undefined) return false;
    echo();
    // Not `response.set`, which would add a charset to the content type.
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return true;
  };
  return async (request, response, next) => {
    let isServed: boolean;
    try {
      isServed = await serve(request, response);
    } catch (error) {
      // Express 4 does not handle rejections.
      next(error);
      return;
    }
    if (!isServed) next();
  };
}

/** The body, or what a body parser has made of it; `undefined` when it is too long. */
async function readBody(request: Request): Promise<unknown> {
  if (request.body !== undefined) return request.body;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // `destroyOnReturn: false` keeps the connection open, so that a body that is too long can be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
