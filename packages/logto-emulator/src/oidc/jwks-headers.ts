import { createHash } from 'node:crypto';
import type { Context, Next } from 'koa';

/** Clients revalidate the JWKS with every use. It costs a 304 as long as no key has rotated. */
export async function jwksHeaders(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.path !== '/jwks' || ctx.status !== 200) return;
  ctx.set('cache-control', 'no-cache, max-age=0, must-revalidate');
  ctx.etag = createHash('sha256').update(JSON.stringify(ctx.body)).digest('base64url');
  if (ctx.fresh) {
    ctx.status = 304;
    ctx.body = null;
  }
}
