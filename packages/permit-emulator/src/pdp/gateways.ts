import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { authorizationQuery, urlQuery } from '../schemas/pdp.ts';
import { parse } from '../http/validation.ts';
import { decide, wireResult } from './decide.ts';
import { readQuery, type PdpDeps } from './pdp-context.ts';
import { environmentOf } from './pdp-key.ts';
import { mapUrl } from './url-mapping.ts';

/* The endpoints for API gateways: by URL, by nginx's headers, by Kong's OPA plugin. */

const kongQuery = z.object({
  input: z.object({
    consumer: z.object({ username: z.string() }).nullish(),
    request: z.object({ http: z.object({ method: z.string(), path: z.string() }) }),
  }),
});

/** Horizon mirrors `allow` into `result`; the Rust service in front of it does not. */
function mirrored(result: ReturnType<typeof decide>): Record<string, unknown> {
  return { ...wireResult(result), result: result.allow };
}

export function mountGateways(
  app: Hono,
  { account, decisions, kongRoutes, defaultEnvironment }: PdpDeps,
): void {
  const environment = (context: Context) => environmentOf(account(), context.req.header('authorization'));

  // Some clients write it with a slash.
  app.on('POST', ['/allowed_url', '/allowed/url'], async (context) => {
    const env = environment(context);
    const query = await readQuery(context, urlQuery);
    const rules = [...env.proxyConfigs.values()].flatMap(({ mapping_rules }) => mapping_rules);
    const mapped = mapUrl(rules, query.http_method, query.url);
    if (mapped === undefined) {
      const reason = 'Matched mapping rule not found for the requested URL and HTTP method';
      return context.json({ allow: false, result: false, query, debug: { reason, mapping_rules: rules } });
    }
    const { rule, attributes } = mapped;
    const result = decide(env, decisions, {
      user: query.user,
      action: rule.action ?? rule.http_method,
      resource: { type: rule.resource, tenant: query.tenant, attributes },
      context: query.context,
    });
    return context.json(mirrored(result));
  });

  app.post('/nginx_allowed', (context) => {
    const env = environment(context);
    const header = (name: string): string | undefined => context.req.header(name);
    const query = parse(
      authorizationQuery,
      {
        user: { key: header('permit-user-key') },
        action: header('permit-action'),
        resource: { type: header('permit-resource-type'), tenant: header('permit-tenant-id') },
      },
      'header',
    );
    return context.json(mirrored(decide(env, decisions, query)));
  });

  app.post('/kong', async (context) => {
    if (kongRoutes === undefined) {
      const detail =
        'Kong integration is disabled. Please set the PDP_KONG_INTEGRATION variable to true to enable it.';
      return context.json({ detail }, 503);
    }
    const { input } = await readQuery(context, kongQuery);
    const type = kongType(kongRoutes, input.request.http.path);
    if (input.consumer == null || type === undefined) return context.json({ result: false });
    const { allow } = decide(defaultEnvironment(), decisions, {
      user: { key: input.consumer.username },
      action: input.request.http.method.toLowerCase(),
      resource: { type, tenant: 'default' },
    });
    return context.json({ result: allow });
  });
}

/** The resource type of the first route that matches the beginning of the path. */
function kongType(routes: NonNullable<PdpDeps['kongRoutes']>, path: string): string | undefined {
  for (const [pattern, resource] of routes) {
    const match = new RegExp(`^(?:${pattern})`).exec(path);
    if (match !== null) return typeof resource === 'string' ? resource : match[resource + 1];
  }
  return undefined;
}
