import type { Request, RequestHandler, Response } from 'express';
import { createAuthZen, type AuthZenOptions } from '../authzen/answer-authzen.ts';
import type { AuthZenCaller } from '../authzen/evaluate.ts';
import { maxBodyBytes } from '../core/gate-question.ts';
import type { Policy } from '../core/policy.ts';

/** Options of `createExpressAuthZenHandler`. */
export interface ExpressAuthZenHandlerOptions<P extends Policy> extends AuthZenOptions<P> {
  /**
   * Identifies the service that calls, from a verified token. An error that it throws goes to Express's error handler.
   * Called for everything but the configuration, before the body is read. It may read the body into `request.body`.
   */
  readonly getCaller: (request: Request, response: Response) => Promise<AuthZenCaller> | AuthZenCaller;
}

/**
 * `createAuthZenHandler` of `./fetch` for Express: `app.use(createExpressAuthZenHandler(…))`. Other paths go to the next
 * handler.
 */
export function createExpressAuthZenHandler<const P extends Policy>({
  getCaller,
  ...options
}: ExpressAuthZenHandlerOptions<P>): RequestHandler {
  const answerOf = createAuthZen(options);
  /** Whether the path is AuthZEN's. */
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
      readText: () => readText(request),
    });
    if (answer === undefined) return false;
    echo();
    // Not `set`, which adds a charset.
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return true;
  };
  return async (request, response, next) => {
    let isServed: boolean;
    try {
      isServed = await serve(request, response);
    } catch (error) {
      // Express 4 does not handle a rejection.
      next(error);
      return;
    }
    if (!isServed) next();
  };
}

/** The body, or what a body parser has made of it; `undefined` when it is too long. */
async function readText(request: Request): Promise<string | undefined> {
  const parsed: unknown = request.body;
  if (parsed !== undefined) return typeof parsed === 'string' ? parsed : JSON.stringify(parsed);
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection stays open for the response.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
