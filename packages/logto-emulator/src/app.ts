import type { IncomingMessage, RequestListener } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import type { Router } from '@koa/router';
import Koa from 'koa';
import { consoleRoutes } from './console/routes.ts';
import { sameOrigin } from './console/same-origin.ts';
import { controlRoutes } from './control/routes.ts';
import { fontRoutes } from './sign-in-pages/fonts.ts';
import { signInPageRoutes } from './sign-in-pages/routes.ts';
import type { Logto } from './logto.ts';
import { managementApi } from './management/api.ts';
import { myAccount } from './management/my-account.ts';
import { renderErrors } from './management/render-errors.ts';

/**
 * Whether oidc-provider handles the request. It needs paths relative to `/oidc`; `originalUrl` tells it where it
 * is mounted.
 */
function isOidc(request: IncomingMessage & { originalUrl?: string }): boolean {
  const url = request.url ?? '/';
  if (url !== '/oidc' && !url.startsWith('/oidc/') && !url.startsWith('/oidc?')) return false;
  request.originalUrl = url;
  request.url = url.slice('/oidc'.length).replace(/^(?!\/)/, '/');
  return true;
}

/**
 * All routes except OIDC, which oidc-provider routes itself.
 * @internal exported for the test that compares it with SUPPORTED.md
 */
export function routersOf(logto: Logto): Router[] {
  return [
    fontRoutes(),
    controlRoutes(logto),
    managementApi(logto),
    myAccount(logto),
    signInPageRoutes(logto),
    consoleRoutes(logto),
  ];
}

/** One request handler for all of Logto. */
export function createApp(logto: Logto): RequestListener {
  const app = new Koa();
  app.use(sameOrigin);
  app.use(renderErrors);
  app.use(bodyParser({ enableTypes: ['json', 'form'] }));
  for (const router of routersOf(logto)) app.use(router.routes());
  const pages = app.callback();
  return logto.faults.around((request, response) => {
    if (isOidc(request)) logto.oidc(request, response);
    else void pages(request, response);
  });
}
