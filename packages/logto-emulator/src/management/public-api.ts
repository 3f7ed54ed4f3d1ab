import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Logto } from '../logto.ts';
import { managementRoutes } from './all-routes.ts';

/** The routes as an OpenAPI document: paths, methods and parameters. */
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

/** The sign-in experience for pages: without the settings that only concern the server. */
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

/** The part of the API that needs no token. */
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
