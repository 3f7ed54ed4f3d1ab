import { toProblemResponse } from '@latchkey/permissions/fetch';
import type { PdpHealth } from '@latchkey/permissions/permit';

/** A Next.js route handler, exported from `route.ts` in a folder `[...path]`. */
export type LatchkeyHandler = (
  request: Request,
  context: { readonly params: Promise<Readonly<Record<string, string | string[] | undefined>>> },
) => Promise<Response>;

/** The handlers for `app/api/latchkey/[...path]/route.ts`: `export const { GET, POST } = handlers`. */
export interface LatchkeyHandlers {
  /** Serves `callback`, which completes a sign-in when Logto redirects the browser back. */
  readonly GET: LatchkeyHandler;
  /**
   * Serves `webhook`, which receives Logto's deliveries, and `gates`, which answers the questions of client components.
   */
  readonly POST: LatchkeyHandler;
}

type Route = (request: Request) => Promise<Response>;

/** By method, and by the path below the folder. */
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

/** Milliseconds. */
const lifetime = 1_000;

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Unavailable</title>
  <p role="alert">Permissions cannot be checked right now. Try again in a moment.</p>
</html>
`;

/**
 * Responds with 503 unless the PDP is healthy. All requests share at most one health check per second. Lets server
 * actions through, because React could not read the page. Their own gates fail, with a digest for `error.tsx`.
 */
export function createOutageProxy(
  health: () => Promise<PdpHealth>,
): (request?: Request) => Promise<Response | undefined> {
  let last: { readonly at: number; readonly health: Promise<PdpHealth> } | undefined;
  return async (request) => {
    if (request?.headers.has('next-action') === true) return undefined;
    const now = performance.now();
    if (last === undefined || now - last.at >= lifetime) last = { at: now, health: health() };
    if ((await last.health) === 'ok') return undefined;
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '1',
    };
    return new Response(page, { status: 503, headers });
  };
}

function problem(status: number, code: string, title: string): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return Response.json({ code, title, status }, { status, headers });
}

/**
 * Wraps a route handler so that, when a gate refuses, it responds with a problem document (RFC 9457): 401 without a
 * session, 403 for a denial, 503 with `Retry-After` for an outage. Without the wrapper, Next.js would send 401, 403 or
 * 500 with an empty body. Rethrows all other errors, including those of `redirect()` and `notFound()`.
 *
 * ```ts
 * export const GET = withProblems(async () => {
 *   await permissions.require('reports:view');
 *   return Response.json(await findReports());
 * });
 * ```
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

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'digest' in error && error.digest === 'NEXT_HTTP_ERROR_FALLBACK;401';
}
