import { AccessError, toProblem } from '../core/errors.ts';

/** A problem document (RFC 9457) as a response. `code` is for programs, `title` is for people. */
export function problemResponse(
  problem: { readonly status: number; readonly code: string; readonly title: string },
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...more };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/**
 * Converts this package's errors to responses with a problem document: `PermissionDeniedError` to 403,
 * `InstanceNotFoundError` to 404, an outage (`AuthorizationUnavailableError`, `PermitApiError`) to 503 with
 * `retry-after`, and a `PermitApiError` for the caller's input to 404, 409 or 422. Returns `undefined` for any other
 * error: rethrow it.
 */
export function toProblemResponse(error: unknown): Response | undefined {
  const problem = toProblem(error);
  return problem && problemResponse(problem, error instanceof AccessError ? error.headers : {});
}
