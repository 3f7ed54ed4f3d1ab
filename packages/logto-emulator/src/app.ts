import type { IncomingMessage, RequestListener } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import type { Router, RouterContext } from '@koa/router';
import Koa, { type Next, type Context } from 'koa';
import { consoleRoutes, fontRoutes } from './console/routes.ts';
import { controlRoutes } from './control/routes.ts';
import { consentApi } from './sign-in-pages/consent-api.ts';
import { experienceApi } from './sign-in-pages/experience-api.ts';
import { signInPageRoutes } from './sign-in-pages/routes.ts';
import type { Logto } from './logto.ts';
import { managementApi, publicApi } from './management/api.ts';
import { accountCors, myAccount } from './management/my-account.ts';
import { cacheHeaders, ipv6Address } from './response-headers.ts';
import { RequestError } from './management/request-error.ts';

async function renderErrors(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (error instanceof RequestError) {
      ctx.status = error.status;
      ctx.body = error.toJSON();
    } else if (error instanceof SyntaxError) {
      ctx.status = 400;
      ctx.body = { message: error.message };
    } else throw error;
  }
}

/** Refuses changes from pages of other origins. Programs do not send `Sec-Fetch-Site`, so they are allowed. */
async function sameOrigin(ctx: Context, next: Next): Promise<void> {
  const isOwn = ctx.path.startsWith('/console') || ctx.path.startsWith('/_emulator');
  const site = ctx.get('sec-fetch-site');
  if (isOwn && ctx.method !== 'GET' && site !== '' && site !== 'same-origin' && site !== 'none') {
    ctx.status = 403;
    ctx.body = {
      code: 'CROSS_ORIGIN',
      message: 'The console accepts changes only from its own pages and from programs.',
    };
    return;
  }
  await next();
}

/** Whether oidc-provider handles the request. If so, makes `url` relative to `/oidc`, as oidc-provider expects. */
function isOidc(request: IncomingMessage & { originalUrl?: string }): boolean {
  // RFC 8414 has its own name for the same metadata.
  const url = (request.url ?? '/').replace(
    /^(\/oidc\/\.well-known\/)oauth-authorization-server(?=\?|$)/,
    '$1openid-configuration',
  );
  if (url !== '/oidc' && !url.startsWith('/oidc/') && !url.startsWith('/oidc?')) return false;
  request.originalUrl = url;
  request.url = url.slice('/oidc'.length).replace(/^(?!\/)/, '/');
  return true;
}

/**
 * All routes except OIDC, which oidc-provider routes itself.
 * @internal exported for the test that compares the routes with SUPPORTED.md
 */
export function routersOf(logto: Logto): Router[] {
  return [
    fontRoutes(),
    controlRoutes(logto),
    publicApi(logto),
    managementApi(logto),
    myAccount(logto),
    consentApi(logto),
    experienceApi(logto),
    signInPageRoutes(logto),
    consoleRoutes(logto),
  ];
}

/** A path that exists with other methods only: 405, or 200 to an OPTIONS request. */
async function otherMethods(ctx: RouterContext, next: Next): Promise<void> {
  await next();
  if (ctx.status !== 404 || ctx.body != null || !ctx.path.startsWith('/api/')) return;
  const methods = [...new Set((ctx.matched ?? []).flatMap((layer) => layer.methods))];
  if (methods.length === 0) return;
  ctx.set('allow', methods.join(', '));
  ctx.status = ctx.method === 'OPTIONS' ? 200 : 405;
  ctx.body = ctx.method === 'OPTIONS' ? '' : 'Method Not Allowed';
}

export function createApp(logto: Logto): RequestListener {
  const app = new Koa();
  app.use(ipv6Address);
  app.use(cacheHeaders);
  app.use(sameOrigin);
  app.use(renderErrors);
  app.use(accountCors);
  app.use(bodyParser({ enableTypes: ['json', 'form'] }));
  app.use(otherMethods);
  for (const router of routersOf(logto)) app.use(router.routes());
  const pages = app.callback();
  return logto.faults.around((request, response) => {
    if (isOidc(request)) logto.oidc(request, response);
    else void pages(request, response);
  });
}
