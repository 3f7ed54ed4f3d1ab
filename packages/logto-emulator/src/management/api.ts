import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Logto } from '../logto.ts';
import { callerOf, managementEvent, type RequestMeta } from '../webhooks/payloads.ts';
import { createAuthenticate } from './auth.ts';
import { linksOf, windowOf } from './paging.ts';
import type { Answer, Raised, Route } from './route.ts';
import { managementRoutes } from './all-routes.ts';

const prefix = '/api';

/** Below `/roles`, a wildcard in Logto's router adds the parameter `0`. */
function metaOf(ctx: Context, route: Route): RequestMeta {
  const path = ctx.path.slice(prefix.length);
  const params: Record<string, string> = ctx['params'];
  return {
    ...callerOf(ctx),
    path,
    method: ctx.method,
    status: ctx.status,
    params: path.startsWith('/roles/') ? { 0: path.slice('/roles'.length), ...params } : params,
    matchedRoute: route.path,
  };
}

/** Without a body, Koa sends the status text, as Logto does. */
function send(ctx: Context, answer: Answer): void {
  ctx.status = answer.status ?? (answer.body === undefined ? 204 : 200);
  if (answer.body !== undefined) ctx.body = answer.body;
  if (answer.total === undefined) return;
  ctx.set('Total-Number', String(answer.total));
  ctx.set('Link', linksOf(ctx.URL, ctx.path.slice(prefix.length), answer.total));
}

export function managementApi(logto: Logto): Router {
  const router = new Router();
  const authenticate = createAuthenticate(logto);

  const serve = (route: Route) => async (ctx: Context) => {
    const caller = await authenticate(ctx.headers.authorization);
    const { params } = ctx as Context & { params: Record<string, string> }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the router's
    if (route.pages) windowOf(ctx.URL.searchParams);
    const { body = {} } = ctx.request;
    const call = { logto, params, query: ctx.URL.searchParams, body, caller };
    const answer = await logto.directory.batch(() => route.handle(call));
    send(ctx, answer);
    const own: Raised[] = route.raises === undefined ? [] : [[route.raises, { data: answer.body }]];
    const raised = [...(answer.events ?? []), ...own];
    if (raised.length === 0) return;
    const meta = metaOf(ctx, route);
    void logto.webhooks.raise(raised.map((event) => managementEvent(event, meta, logto.clock.now())));
  };

  for (const route of managementRoutes) {
    router.register(`${prefix}${route.path}`, [route.method], serve(route));
  }
  return router;
}

function openApi(): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path } of managementRoutes) {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const parameters = names.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    const template = `/api${path.replace(/:(\w+)/g, '{$1}')}`;
    (paths[template] ??= {})[method.toLowerCase()] = { parameters, responses: {} };
  }
  return { openapi: '3.0.1', info: { title: 'Logto API references', version: 'v1.42.0' }, paths, tags: [] };
}

/** Leaves out the settings that only the server needs. */
function publicExperience({ settings }: Logto): unknown {
  const { emailBlocklistPolicy: _, forgotPasswordMethods: __, ...shown } = settings.signInExperience();
  return {
    ...shown,
    socialConnectors: [],
    ssoConnectors: [],
    forgotPassword: { phone: false, email: false },
    isDevelopmentTenant: false,
    customProfileFields: [],
    customProfileFieldCatalog: [],
  };
}

/** Needs no token. */
export function publicApi(logto: Logto): Router {
  const router = new Router({ prefix: '/api' });
  router.get('/status', (ctx: Context) => {
    ctx.status = 204;
  });
  router.get('/.well-known/sign-in-exp', (ctx: Context) => {
    ctx.body = publicExperience(logto);
  });
  router.get('/swagger.json', (ctx: Context) => {
    ctx.body = openApi();
  });
  return router;
}
