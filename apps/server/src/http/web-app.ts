import { join, resolve } from 'node:path';
import express, { Router } from 'express';
import { boundAnswers } from './bound-answers.ts';

/** A file that is being sent holds some hundred kilobytes until its client has read it. */
const bound = { most: 128, patience: 2_000 };

/** Serves the built SPA: hashed assets are cached for a year; every other path gets the page, whose router shows the rest. */
export function webApp(folder: string): Router {
  const root = resolve(folder);
  return Router()
    .use(/^(?!\/api\/)/, boundAnswers(bound))
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
