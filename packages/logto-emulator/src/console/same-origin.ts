import type { Context, Next } from 'koa';

/**
 * Refuses requests of other origins' pages to the console and the control API. Programs do not send these
 * headers.
 */
export async function sameOrigin(ctx: Context, next: Next): Promise<void> {
  const isOwn = ctx.path.startsWith('/console') || ctx.path.startsWith('/_emulator');
  const site = ctx.get('sec-fetch-site');
  if (isOwn && ctx.method !== 'GET' && site !== '' && site !== 'same-origin' && site !== 'none') {
    ctx.status = 403;
    ctx.body = {
      code: 'CROSS_ORIGIN',
      message: 'The console takes orders from its own pages and from programs only.',
    };
    return;
  }
  await next();
}
