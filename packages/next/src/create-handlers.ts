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
export function problem(status: number, code: string, title: string): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return Response.json({ code, title, status }, { status, headers });
}
