import { join, resolve } from 'node:path';
import express, { Router } from 'express';

/** The built SPA: hashed assets kept for a year, every other path answers with the page, whose router takes it from there. */
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
