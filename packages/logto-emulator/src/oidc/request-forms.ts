import { json, text } from 'node:stream/consumers';
import type { Context, Next } from 'koa';

const form = 'application/x-www-form-urlencoded';

/**
 * Logto accepts more forms of a request than oidc-provider: JSON at its POST endpoints, and an authorization request
 * as a form.
 */
export async function requestForms(ctx: Context, next: Next): Promise<void> {
  if (ctx.method === 'POST' && ctx.is('application/json')) {
    const body = await json(ctx.req).catch(() => ({}));
    // oidc-provider takes `body` of a request that was read already.
    Object.assign(ctx.req, { body });
    ctx.req.headers['content-type'] = form;
  }
  if (ctx.method === 'POST' && ctx.path === '/auth' && ctx.is(form)) {
    ctx.querystring = await text(ctx.req);
    ctx.method = 'GET';
  }
  await next();
}
