import { join, resolve } from 'node:path';
import express, { Router } from 'express';

/** Serves the built SPA: hashed assets are cached for a year; every other path gets the page, whose router shows the rest. */
export function webApp(folder: string): Router {
  const root = resolve(folder);
  return Router()
    .use(
      '/assets',
      express.static(join(root, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
    )
    .use(express.static(root, { maxAge: 0 }))
    .get('/{*path}', (request, response, next) => {
      if (request.path.startsWith('/api/')) next();
      else response.sendFile(join(root, 'index.html'));
    });
}
