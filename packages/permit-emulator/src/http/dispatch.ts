import type { Hono } from 'hono';
import type { ConsoleDeps } from '../console/console-app.ts';

type Handler = (request: Request) => Promise<Response> | Response;

export interface Destinations {
  /** The vendor's API that this port serves. */
  readonly app: Hono;
  readonly control: Hono;
  readonly pages: Handler;
  /**
   * Whether the port is open to this machine only. If so, another name in `Host` is an attack (DNS
   * rebinding).
   */
  readonly isLocal: boolean;
}

const local = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Passes a request to the vendor's API, the control API or the console. The last two need no key, so pages of
 * other sites in a browser on this machine must not reach them, not even under a host name that resolves to
 * this machine (DNS rebinding).
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

/** Loads the console with the first request for it, because most runs never show it. */
export function lazyConsole(deps: ConsoleDeps): Handler {
  let app: Promise<Hono> | undefined;
  return async (request) => {
    app ??= import('../console/console-app.ts').then(({ createConsoleApp }) => createConsoleApp(deps));
    return (await app).fetch(request);
  };
}
