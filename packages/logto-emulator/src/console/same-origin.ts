import type { Context, Next } from 'koa';

/** Pages of other origins cannot press the buttons of the console, nor turn the controls. Programs send no such header. */
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
