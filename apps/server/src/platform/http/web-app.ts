import { join, resolve } from 'node:path';
import type { ServerResponse } from 'node:http';
import { Router, type RequestHandler } from 'express';
import sirv from 'sirv';
import { notFound } from './problem.ts';

/** The options for files that the build has compressed: `app.js.br` and `app.js.gz` are next to `app.js`. */
const compressed = { brotli: true, gzip: true, etag: true } as const;

/**
 * Files with a hash in their names are cached for a year; the page is revalidated each time, so that a new version is
 * used immediately. Any path without a file gets the page, whose router handles the path.
 */
export function webApp(folder: string): Router {
  const root = resolve(folder);
  const assets = sirv(join(root, 'assets'), { ...compressed, immutable: true, maxAge: 31_536_000 });
  const files = sirv(root, { ...compressed, single: true, ignores: false, setHeaders: askAgain });
  const outsideApi: RequestHandler = (request, response, next) => {
    if (request.path.startsWith('/api/') || !['GET', 'HEAD'].includes(request.method)) next();
    else files(request, response, next);
  };
  return Router().use('/assets', assets, notFound).use(outsideApi);
}

function askAgain(response: ServerResponse): void {
  response.setHeader('cache-control', 'no-cache');
}
