import { toProblemResponse } from '@latchkey/permissions/fetch';
import { problem } from './create-handlers.ts';

/**
 * Wraps a route handler: `export const GET = withProblems(async (request) => …)`. Responds with a problem document (RFC
 * 9457) when a gate refuses: 401 without a session, 403 for a denial, 503 with `Retry-After` for an outage. Without it
 * Next.js sends 401, 403 and 500 with an empty body. Rethrows other errors, `redirect()` and `notFound()` among them.
 */
export function withProblems<Args extends readonly unknown[]>(
  handler: (...args: Args) => Promise<Response> | Response,
): (...args: Args) => Promise<Response> {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      const response = isUnauthorized(error) ? unauthenticated() : toProblemResponse(error);
      if (response === undefined) throw error;
      return response;
    }
  };
}

export function unauthenticated(): Response {
  return problem(401, 'UNAUTHENTICATED', 'Sign in first.');
}

/** Whether `unauthorized()` of Next.js threw the error. */
function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'digest' in error && error.digest === 'NEXT_HTTP_ERROR_FALLBACK;401';
}
