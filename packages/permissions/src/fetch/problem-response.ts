import { problemOf } from '../express/problem-of.ts';

/** A problem document (RFC 9457) as a response. Programs read `code`, people read `title`. */
export function problemResponse(problem: {
  readonly status: number;
  readonly code: string;
  readonly title: string;
}): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/**
 * This package's errors as responses: `PermissionDeniedError` is 403, `AuthorizationUnavailableError` is 503, both as
 * problem documents. `undefined` for any other error: throw it again.
 */
export function responseOf(error: unknown): Response | undefined {
  const problem = problemOf(error);
  return problem === undefined ? undefined : problemResponse(problem);
}
