import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router } from '@koa/router';

const prefix = '/_emulator/fonts';
const folder = fileURLToPath(new URL('dist/web/variable', import.meta.resolve('pretendard/package.json')));
const name = 'pretendardvariable-dynamic-subset.css';

/** One font for Latin and Korean, split into files of which a page loads only those it needs. */
export const fontStyle = `${prefix}/${name}`;

export function fontRoutes(): Router {
  const router = new Router({ prefix });
  const forever = 'public, max-age=31536000, immutable';
  router.get(`/${name}`, async (ctx) => {
    ctx.set('cache-control', forever);
    ctx.type = 'css';
    ctx.body = await readFile(join(folder, name));
  });
  router.get('/woff2-dynamic-subset/:file', async (ctx) => {
    const { file = '' } = ctx.params;
    if (!/^[\w.-]+\.woff2$/.test(file)) return;
    ctx.set('cache-control', forever);
    ctx.type = 'font/woff2';
    ctx.body = await readFile(join(folder, 'woff2-dynamic-subset', file));
  });
  return router;
}
