import { authorizedUsers, userPermissions } from '@latchkey/permit-engine';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { ValidationError } from '../errors.ts';
import { attributes } from '../schemas/common.ts';
import type { AuthorizationQueryInput } from '../schemas/pdp.ts';
import { decide } from './decide.ts';
import { readQuery, type PdpDeps } from './pdp-context.ts';
import { environmentOf } from './pdp-key.ts';

/* OpenID AuthZEN Authorization API 1.0. The property `tenant` of a resource names its tenant. */

const properties = attributes.nullish();
const subject = z.object({ type: z.string(), id: z.string(), properties });
const resource = z.object({ type: z.string(), id: z.string().nullish(), properties });
const action = z.object({ name: z.string(), properties });
const context = attributes.nullish();

const evaluation = z.object({ subject, resource, action, context });
const evaluations = z.object({
  subject: subject.optional(),
  resource: resource.optional(),
  action: action.optional(),
  context,
  evaluations: z.array(
    z.object({
      subject: subject.optional(),
      resource: resource.optional(),
      action: action.optional(),
      context,
    }),
  ),
});
const subjectSearch = z.object({ subject: subject.partial({ id: true }), resource, action, context });
const resourceSearch = z.object({ subject, resource, action, context });
const actionSearch = z.object({ subject, resource, context });

type Evaluation = z.output<typeof evaluation>;

function resourceOf({
  type,
  id,
  properties,
}: z.output<typeof resource>): AuthorizationQueryInput['resource'] {
  const { tenant, ...rest } = properties ?? {};
  return { type, key: id, tenant: typeof tenant === 'string' ? tenant : undefined, attributes: rest };
}

function userOf({ id, properties }: z.output<typeof subject>): AuthorizationQueryInput['user'] {
  return { key: id, attributes: properties ?? {} };
}

function queryOf({ subject, resource, action, context }: Evaluation): AuthorizationQueryInput {
  return { user: userOf(subject), action: action.name, resource: resourceOf(resource), context };
}

/** The specification (AuthZEN 1.0) requires request errors as plain text with status 400. */
async function read<S extends z.ZodType>(request: Context, schema: S): Promise<Response | z.output<S>> {
  try {
    return await readQuery(request, schema);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const problems = error.detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`);
    return new Response(problems.join('\n'), { status: 400 });
  }
}

/** The user's permissions on objects of the type, in the tenant when one is given. */
function permissionsOn(
  env: ReturnType<typeof environmentOf>,
  { subject, resource, context }: z.output<typeof actionSearch>,
) {
  const { tenant } = resourceOf(resource);
  const found = userPermissions(env.pdp, {
    user: userOf(subject),
    tenants: tenant == null ? undefined : [tenant],
    resource_types: [resource.type, '__tenant'],
    context,
  });
  // `tenants` does not select among what conditions grant.
  return Object.entries(found).filter(([, entry]) => tenant == null || entry.tenant?.key === tenant);
}

export function mountAuthzen(app: Hono, { account, decisions }: PdpDeps): void {
  const environment = (request: Context) => environmentOf(account(), request.req.header('authorization'));
  const answer = (request: Context, query: AuthorizationQueryInput) => {
    const { allow, debug } = decide(environment(request), decisions, query);
    return { decision: allow, ...(debug !== undefined && { context: debug }) };
  };

  app.get('/.well-known/authzen-configuration', (request) => {
    const base = new URL(request.req.url).origin;
    return request.json({
      policy_decision_point: base,
      access_evaluation_endpoint: `${base}/access/v1/evaluation`,
      access_evaluations_endpoint: `${base}/access/v1/evaluations`,
      search_subject_endpoint: `${base}/access/v1/search/subject`,
      search_resource_endpoint: `${base}/access/v1/search/resource`,
      search_action_endpoint: `${base}/access/v1/search/action`,
    });
  });

  app.post('/access/v1/evaluation', async (request) => {
    environment(request);
    const input = await read(request, evaluation);
    return input instanceof Response ? input : request.json(answer(request, queryOf(input)));
  });

  app.post('/access/v1/evaluations', async (request) => {
    environment(request);
    const input = await read(request, evaluations);
    if (input instanceof Response) return input;
    const { evaluations: items, ...defaults } = input;
    if (items.length === 0) return new Response('No evaluations provided', { status: 400 });
    const complete = z
      .array(evaluation)
      .safeParse(
        items.map((item) => ({ ...defaults, ...item, context: { ...defaults.context, ...item.context } })),
      );
    if (!complete.success) {
      return new Response('Every evaluation needs a subject, a resource and an action', { status: 400 });
    }
    return request.json({ evaluations: complete.data.map((item) => answer(request, queryOf(item))) });
  });

  app.post('/access/v1/search/subject', async (request) => {
    const env = environment(request);
    const input = await read(request, subjectSearch);
    if (input instanceof Response) return input;
    const { users } = authorizedUsers(env.pdp, {
      action: input.action.name,
      resource: resourceOf(input.resource),
      context: input.context,
    });
    return request.json({ results: Object.keys(users).map((id) => ({ type: 'user', id })), page: {} });
  });

  app.post('/access/v1/search/resource', async (request) => {
    const env = environment(request);
    const input = await read(request, resourceSearch);
    if (input instanceof Response) return input;
    const { type } = input.resource;
    const results = permissionsOn(env, input)
      .filter(([object]) => object.startsWith(`${type}:`))
      .filter(([, { permissions }]) => permissions.includes(`${type}:${input.action.name}`))
      .map(([object]) => {
        const properties = env.pdp.resourceInstance(object)?.attributes ?? {};
        const id = object.slice(type.length + 1);
        return { type, id, ...(Object.keys(properties).length > 0 && { properties }) };
      });
    return request.json({ results, page: {} });
  });

  app.post('/access/v1/search/action', async (request) => {
    const env = environment(request);
    const input = await read(request, actionSearch);
    if (input instanceof Response) return input;
    const { type, id } = input.resource;
    const names = new Set<string>();
    for (const [object, { permissions }] of permissionsOn(env, input)) {
      if (!object.startsWith('__tenant:') && object !== `${type}:${id ?? ''}`) continue;
      for (const permission of permissions) {
        if (permission.startsWith(`${type}:`)) names.add(permission.slice(type.length + 1));
      }
    }
    return request.json({ results: [...names].toSorted().map((name) => ({ name })), page: {} });
  });
}
