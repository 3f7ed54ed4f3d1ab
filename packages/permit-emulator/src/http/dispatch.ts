import type { Hono } from 'hono';
import type { PageDeps } from '../page/page-app.ts';

type Handler = (request: Request) => Promise<Response> | Response;

export interface Destinations {
  /** The vendor's API of this port. */
  readonly app: Hono;
  readonly control: Hono;
  readonly pages: Handler;
  /** Whether the port is open to this machine only: then a foreign name in `Host` is an attack on it. */
  readonly isLocal: boolean;
}

const local = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Sends a request to the vendor's API or to the emulator's own doors. The latter ask for no key, so they are closed to
 * pages of other sites in a browser on this machine, also to those that name themselves after it (DNS rebinding).
 */
export function dispatch({ app, control, pages, isLocal }: Destinations): Handler {
  return (request) => {
    const { pathname, hostname } = new URL(request.url);
    const isPage =
      pathname === '/' || pathname.startsWith('/console') || pathname.startsWith('/_emulator/page/');
    if (!isPage && !pathname.startsWith('/_emulator/')) return app.fetch(request);
    const isForeign = request.headers.get('sec-fetch-site') === 'cross-site' && request.method !== 'GET';
    if (isForeign || (isLocal && !local.has(hostname))) {
      return Response.json({ detail: 'This door is for this machine only' }, { status: 403 });
    }
    return isPage ? pages(request) : control.fetch(request);
  };
}

/** Pages are seldom asked for, so they are loaded when they are. */
export function lazyPages(deps: PageDeps): Handler {
  let app: Promise<Hono> | undefined;
  return async (request) => {
    app ??= import('../page/page-app.ts').then(({ createPageApp }) => createPageApp(deps));
    return (await app).fetch(request);
  };
}
