import { AccessError, toProblem } from '../core/errors.ts';

export function problemResponse(
  problem: { readonly status: number; readonly code: string; readonly title: string },
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...more };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
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
