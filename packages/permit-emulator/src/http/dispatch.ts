import type { Hono } from 'hono';
import type { ConsoleDeps } from '../console/console-app.ts';

type Handler = (request: Request) => Promise<Response> | Response;

export interface Destinations {
  readonly app: Hono;
  readonly control: Hono;
  readonly pages: Handler;
  /** Whether only this machine can reach the port. If so, a `Host` that is not local is a DNS rebinding attack. */
  readonly isLocal: boolean;
}

const local = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The control API and the console need no key, so pages of other sites in a browser on this machine must not
 * reach them, not even under a host name that resolves to this machine (DNS rebinding).
 */
export function dispatch({ app, control, pages, isLocal }: Destinations): Handler {
  return (request) => {
    const { pathname, hostname } = new URL(request.url);
    const isPage =
      pathname === '/' || pathname.startsWith('/console') || pathname.startsWith('/_emulator/page/');
    if (!isPage && !pathname.startsWith('/_emulator/')) return app.fetch(request);
    const isForeign = request.headers.get('sec-fetch-site') === 'cross-site' && request.method !== 'GET';
    if (isForeign || (isLocal && !local.has(hostname))) {
      return Response.json({ detail: 'This address is for this machine only' }, { status: 403 });
    }
    return isPage ? pages(request) : control.fetch(request);
  };
}

/** Most runs never show the console, so the first request loads it. */
export function lazyConsole(deps: ConsoleDeps): Handler {
  let app: Promise<Hono> | undefined;
  return async (request) => {
    app ??= import('../console/console-app.ts').then(({ createConsoleApp }) => createConsoleApp(deps));
    return (await app).fetch(request);
  };
}
