import {
  allTenants,
  authorizedUsers,
  userPermissions,
  userTenants,
  type World,
} from '@latchkey/permit-engine';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { NotInEmulator, ValidationError } from '../errors.ts';
import { errorResponse } from '../http/app.ts';
import { parse } from '../http/validation.ts';
import type { Environment } from '../model/environment.ts';
import {
  authorizationQuery,
  authorizedUsersQuery,
  bulkQuery,
  horizonQuery,
  localAssignmentsQuery,
  pdpResource,
  pdpUser,
  urlQuery,
  userPermissionsQuery,
  userTenantsQuery,
} from '../schemas/pdp.ts';
import { attributes } from '../schemas/common.ts';
import { mountAuthzen } from './authzen.ts';
import {
  decide,
  engineOptions,
  wireResult,
  environmentOf,
  PdpRefusal,
  readJson,
  readQuery,
  type PdpDeps,
} from './pdp-context.ts';
import { mountFactsProxy } from './facts-proxy.ts';
import { mapUrl } from '../domain/proxy-configs.ts';

/** Not in the emulator: endpoints for gateways, Trino, the cloud and the PDP's own process. */
const absent =
  /^\/(?:trino|cloud|sdk|update_policy|update_policy_data|control-plane|nginx_allowed|kong|_exit)(?:\/|$)/;

/** Checks the API key itself, because the Node SDK may send it in the body. */
const allTenantsPath = '/allowed/all-tenants';

const jsonType = /^application\/(?:[^;]+\+)?json\s*(?:;|$)/i;

/** The Rust service answers these itself, and forwards the others to horizon, the Python service. */
const rust = /^\/(?:allowed(?:\/bulk)?|user-permissions|authorized_users|access\/v1\/.+)$/;

/** The Rust service answers in plain text. */
function bodyRefusal({ detail }: ValidationError): Response {
  const isJson = detail.every(({ type }) => type !== 'value_error.jsondecode');
  const problems = detail.map(({ loc, msg }) => [loc.slice(1).join('.'), msg].filter(Boolean).join(': '));
  const refused = isJson
    ? 'Failed to deserialize the JSON body into the target type'
    : 'Failed to parse the request body as JSON';
  return new Response(`${refused}: ${problems.join('; ')}`, { status: isJson ? 422 : 400 });
}

function renderPdpError(error: Error, { req }: Context): Response {
  if (error instanceof PdpRefusal) return new Response(error.message, { status: error.status });
  if (error instanceof ValidationError) {
    return rust.test(req.path)
      ? bodyRefusal(error)
      : Response.json({ detail: error.detail }, { status: 422 });
  }
  return Response.json({ detail: error.message }, { status: 502 });
}

/**
 * The Node SDK up to 2.7.6 sends its request options as the body, with the key inside:
 * https://github.com/permitio/permit-node/issues/134
 */
const brokenSdkBody = z.object({
  headers: z.object({ Authorization: z.string() }),
  params: z.object({
    user: z.union([z.string().transform((key) => ({ key })), pdpUser]),
    action: z.string(),
    resource: z.union([
      z.string().transform((text) => {
        const [type = '', key] = text.split(':');
        return { type, key };
      }),
      pdpResource,
    ]),
    context: attributes.nullish(),
  }),
});

export function createPdpApp(deps: PdpDeps): Hono {
  const { account, decisions } = deps;
  const app = new Hono();
  const environment = ({ req }: Context): Environment =>
    environmentOf(account(), req.header('authorization'));
  app.onError(renderPdpError);
  for (const handler of deps.hosted ?? []) app.use(handler);
  app.notFound(({ req }) =>
    absent.test(req.path)
      ? errorResponse(new NotInEmulator(`${req.method} ${req.path}`))
      : Response.json({ detail: 'Not Found' }, { status: 404 }),
  );

  for (const path of ['/health', '/healthy', '/ready']) {
    app.get(path, (context) =>
      context.json({ status: 'ok', components: { horizon: { status: 'ok' }, opa: { status: 'ok' } } }),
    );
  }
  app.use(async (context, next) => {
    const { req } = context;
    if (req.path !== allTenantsPath) environment(context);
    if (req.method === 'POST' && rust.test(req.path) && !jsonType.test(req.header('content-type') ?? ''))
      throw new PdpRefusal(415, 'Expected request with `Content-Type: application/json`');
    await next();
  });

  for (const [path, body] of [
    ['/version', { api_version: 2 }],
    ['/healthchecks/opa/ready', { result: true }],
    ['/healthchecks/opa/healthy', { result: true }],
    ['/healthchecks/opa/system', { result: { ready: true, healthy: true } }],
  ] as const) {
    app.get(path, () => Response.json(body));
  }

  app.post('/allowed', async (context) => {
    const env = environment(context);
    return context.json(wireResult(decide(env, decisions, await readQuery(context, authorizationQuery))));
  });

  app.post('/allowed/bulk', async (context) => {
    const env = environment(context);
    const queries = await readQuery(context, bulkQuery);
    return context.json({ allow: queries.map((query) => wireResult(decide(env, decisions, query))) });
  });

  app.post(allTenantsPath, async (context) => {
    const body = await readJson(context);
    const broken = brokenSdkBody.safeParse(body);
    const env = broken.success
      ? environmentOf(account(), broken.data.headers.Authorization)
      : environment(context);
    const query = broken.success ? broken.data.params : parse(horizonQuery, body, 'body');
    const allowed_tenants = allTenants(env.pdp, query, engineOptions(env)).map(
      ({ allow, tenant, debug }) => ({
        allow,
        result: allow,
        ...(debug !== undefined && { debug }),
        tenant,
      }),
    );
    // The SDK that sends this body reads the result under another name.
    return context.json(
      broken.success ? { allowed_tenants, allowedTenants: allowed_tenants } : { allowed_tenants },
    );
  });

  app.post('/user-permissions', async (context) => {
    const env = environment(context);
    return context.json(userPermissions(env.pdp, await readQuery(context, userPermissionsQuery)));
  });

  app.post('/authorized_users', async (context) => {
    const env = environment(context);
    const query = await readQuery(context, authorizedUsersQuery);
    return context.json(authorizedUsers(env.pdp, query, engineOptions(env)));
  });

  app.post('/user-tenants', async (context) => {
    const env = environment(context);
    return context.json(userTenants(env.pdp, await readQuery(context, userTenantsQuery)));
  });

  app.get('/local/role_assignments', (context) => {
    const { pdp } = environment(context);
    return context.json(localAssignments(pdp, parse(localAssignmentsQuery, context.req.queries(), 'query')));
  });

  // Some clients write the path with a slash.
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
    // Horizon mirrors `allow` into `result`; the Rust service in front of it does not.
    return context.json({ ...wireResult(result), result: result.allow });
  });

  mountAuthzen(app, deps);
  mountFactsProxy(app, deps);
  return app;
}

interface LocalAssignment {
  readonly user: string;
  readonly role: string;
  readonly tenant: string | undefined;
  readonly resource_instance?: string;
}

type Filters = z.output<typeof localAssignmentsQuery>;

function* assignments(world: World, users: Iterable<string>): Generator<LocalAssignment> {
  for (const user of users) {
    const facts = world.user(user);
    for (const [tenant, roles] of facts?.tenantRoles ?? [])
      for (const role of roles) yield { user, role, tenant };
    for (const [object, roles] of facts?.instanceRoles ?? []) {
      const tenant = world.resourceInstance(object)?.tenant;
      for (const role of roles) yield { user, role, tenant, resource_instance: object };
    }
  }
}

/** Sorted. The vendor hides its own role `tenant-association`. */
function localAssignments(world: World, filters: Filters): LocalAssignment[] {
  const { user, role, tenant, resource, resource_instance, page = 1, per_page = 30 } = filters;
  const found = [...assignments(world, user === undefined ? world.userKeys() : [user])].filter(
    (assignment) =>
      assignment.role !== 'tenant-association' &&
      (role === undefined || assignment.role === role) &&
      (tenant === undefined || assignment.tenant === tenant) &&
      (resource === undefined || assignment.resource_instance?.startsWith(`${resource}:`) === true) &&
      (resource_instance === undefined || assignment.resource_instance === resource_instance),
  );
  const keys = new Map(found.map((assignment) => [assignment, sortKey(assignment)]));
  const sorted = found.toSorted((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1));
  return sorted.slice((page - 1) * per_page, page * per_page);
}

function sortKey({ user, role, tenant = '', resource_instance = '' }: LocalAssignment): string {
  return [user, role, tenant, resource_instance].join('\n');
}
