import { AccessError, toProblem } from '../core/errors.ts';

/** A response with a problem document (RFC 9457). `code` is for programs and `title` for people. */
export function problemResponse(
  problem: { readonly status: number; readonly code: string; readonly title: string },
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...more };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/**
 * Converts an error of this package to a response with a problem document: `PermissionDeniedError` to 403,
 * `InstanceNotFoundError` to 404, `AuthorizationUnavailableError` to 503 with `retry-after`, and `PermitApiError` to
 * 404, 409 or 422 when Permit refuses the caller's input, and otherwise to 503. Returns `undefined` for any other
 * error, which the caller should rethrow.
 */
export function toProblemResponse(error: unknown): Response | undefined {
  const problem = toProblem(error);
  return problem && problemResponse(problem, error instanceof AccessError ? error.headers : {});
}
