import { createAuthZen, type AuthZenOptions } from '../authzen/answer-authzen.ts';
import type { AuthZenCaller } from '../authzen/evaluate.ts';
import type { Policy } from '../core/policy.ts';
import { readText } from './create-gate-question-handler.ts';
import { problemResponse } from './problem-response.ts';

/** Options of `createAuthZenHandler`. */
export interface AuthZenHandlerOptions<P extends Policy> extends AuthZenOptions<P> {
  /**
   * Identifies the calling service from a verified token, or returns the response for a caller that is not
   * authenticated (401 with `WWW-Authenticate`). Called for every AuthZEN path except the configuration, before the
   * body is read.
   */
  readonly getCaller: (request: Request) => Promise<AuthZenCaller | Response> | AuthZenCaller | Response;
}

/**
 * Creates a handler, from a Web `Request` to a `Response`, that serves AuthZEN's Authorization API 1.0, so that
 * services in other languages can use the same policy: `/access/v1/evaluation`, `/access/v1/evaluations`,
 * `/access/v1/search/…` and `/.well-known/authzen-configuration`.
 *
 * ```ts
 * const handler = createAuthZenHandler({ policy, decider, getCaller: (request) => callerOf(request) });
 * ```
 *
 * A denial is answered with 200 and `decision: false`, an invalid request with 400 and an outage with 503, both with a
 * problem document (RFC 9457). The handler rethrows errors of `getCaller`, `findSubjects` and `findResources`.
 */
export function createAuthZenHandler<const P extends Policy>({
  getCaller,
  ...options
}: AuthZenHandlerOptions<P>): (request: Request) => Promise<Response> {
  const answerOf = createAuthZen(options);
  return async (request) => {
    let refusal: Response | undefined;
    const { origin, pathname: path } = new URL(request.url);
    const answer = await answerOf({
      method: request.method,
      path,
      origin: () => origin,
      contentType: request.headers.get('content-type') ?? undefined,
      async identify() {
        const caller = await getCaller(request);
        if (!(caller instanceof Response)) return caller;
        refusal = caller;
        return undefined;
      },
      readBody: () => readText(request),
    });
    const response =
      answer === undefined
        ? (refusal ?? problemResponse({ status: 404, code: 'NOT_FOUND', title: 'There is nothing here.' }))
        : new Response(answer.body, answer);
    const id = request.headers.get('x-request-id');
    if (id === null) return response;
    // Copied, because a response of `getCaller` may have immutable headers.
    const echoed = new Response(response.body, response);
    echoed.headers.set('x-request-id', id);
    return echoed;
  };
}
