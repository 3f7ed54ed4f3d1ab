import type { IncomingMessage, RequestListener } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';
import { consoleRoutes } from './console/routes.ts';
import { sameOrigin } from './console/same-origin.ts';
import { controlRoutes } from './control/routes.ts';
import { fontRoutes } from './experience/fonts.ts';
import { experienceRoutes } from './experience/routes.ts';
import type { Logto } from './logto.ts';
import { managementApi } from './management/api.ts';
import { renderErrors } from './management/render-errors.ts';

/** Under `/oidc` oidc-provider answers, which wants to see its own paths; `originalUrl` tells it where it is mounted. */
function isOidc(request: IncomingMessage & { originalUrl?: string }): boolean {
  const url = request.url ?? '/';
  if (url !== '/oidc' && !url.startsWith('/oidc/') && !url.startsWith('/oidc?')) return false;
  request.originalUrl = url;
  request.url = url.slice('/oidc'.length).replace(/^(?!\/)/, '/');
  return true;
}

/** All of Logto behind one handler. */
export function createApp(logto: Logto): RequestListener {
  const app = new Koa();
  app.use(sameOrigin);
  app.use(renderErrors);
  app.use(bodyParser({ enableTypes: ['json', 'form'] }));
  app.use(fontRoutes().routes());
  app.use(controlRoutes(logto).routes());
  app.use(managementApi(logto).routes());
  app.use(experienceRoutes(logto).routes());
  app.use(consoleRoutes(logto).routes());
  const pages = app.callback();
  return logto.faults.around((request, response) => {
    const handle = isOidc(request) ? logto.provider().callback() : pages;
    void handle(request, response);
  });
}
