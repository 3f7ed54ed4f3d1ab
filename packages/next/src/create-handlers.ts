import { toProblemResponse } from '@latchkey/permissions/fetch';

/** A route handler in a folder `[...path]`. */
export type LatchkeyHandler = (
  request: Request,
  context: { readonly params: Promise<Readonly<Record<string, string | string[] | undefined>>> },
) => Promise<Response>;

/** For `app/api/latchkey/[...path]/route.ts`: `export const { GET, POST } = handlers`. */
export interface LatchkeyHandlers {
  /** `callback`: completes a sign-in. */
  readonly GET: LatchkeyHandler;
  /** `webhook`: Logto's deliveries. `gates`: the questions of client components. */
  readonly POST: LatchkeyHandler;
}

type Route = (request: Request) => Promise<Response>;

/** Route handlers by method and by the path below the mount. */
export function createHandlers(routes: {
  readonly GET: ReadonlyMap<string, Route>;
  readonly POST: ReadonlyMap<string, Route>;
}): LatchkeyHandlers {
  const handlerOf =
    (table: ReadonlyMap<string, Route>): LatchkeyHandler =>
    async (request, { params }) => {
      const path = Object.values(await params)
        .flat()
        .join('/');
      return (await table.get(path)?.(request)) ?? problem(404, 'NOT_FOUND', 'There is nothing here.');
    };
  return { GET: handlerOf(routes.GET), POST: handlerOf(routes.POST) };
}

/** A problem document (RFC 9457). */
function problem(status: number, code: string, title: string): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return Response.json({ code, title, status }, { status, headers });
}

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
