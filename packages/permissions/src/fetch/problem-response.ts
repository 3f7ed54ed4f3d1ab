import { AccessError, toProblem } from '../core/errors.ts';

export function problemResponse(
  problem: { readonly status: number; readonly code: string; readonly title: string },
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...more };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/**
 * Converts any error to a response, for the error handler of a fetch framework. Keeps the response of an error that has
 * one (Hono's `HTTPException`) and the `status` (400 to 599) of one that has that; anything else is 500. The body never
 * contains the message of another package's error.
 *
 * @example
 * app.onError(toErrorResponse);
 */
export function toErrorResponse(error: unknown): Response {
  const own = toProblemResponse(error);
  if (own !== undefined) return own;
  const { getResponse, status }: { getResponse?: unknown; status?: unknown } = Object(error);
  const response: unknown = typeof getResponse === 'function' ? getResponse.call(error) : undefined;
  if (response instanceof Response) return response;
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 600;
  return new Response(null, { status: isStatus ? status : 500 });
}

/**
 * Converts an error of this package to a problem document: `PermissionDeniedError` to 403, `InstanceNotFoundError` to
 * 404, outages to 503 with `retry-after`, and `PermitApiError` to its status. Returns `undefined` for any other error:
 * rethrow it.
 */
export function toProblemResponse(error: unknown): Response | undefined {
  const problem = toProblem(error);
  return problem && problemResponse(problem, error instanceof AccessError ? error.headers : {});
}
