import { authorizedUsers, userPermissions } from '@latchkey/permit-engine';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Environment } from '../model/environment.ts';
import { attributes } from '../schemas/common.ts';
import type { AuthorizationQueryInput } from '../schemas/pdp.ts';
import { decide, environmentOf, PdpRefusal, readQuery, type PdpDeps } from './pdp-context.ts';

/* AuthZEN as the PDP serves it (`pdp-server/src/api/authzen`). SUPPORTED.md lists how it differs from the standard. */

const properties = attributes.nullish();
const subject = z.object({ type: z.string(), id: z.string().default(''), properties });
const resource = z.object({ type: z.string(), id: z.string().nullish(), properties });
const action = z.object({ name: z.string() });
const context = attributes.nullish();
const evaluation = z.object({ subject, resource, action, context });
const partial = z.object({
  subject: subject.nullish(),
  resource: resource.nullish(),
  action: action.nullish(),
  context,
});
const evaluations = partial.extend({ evaluations: z.array(partial) });
const page = z.object({ next_token: z.string().nullish(), size: z.int().nullish() }).nullish();
const search = evaluation.extend({ page });
const actionSearch = search.omit({ action: true });

function userOf({ id, properties }: z.output<typeof subject>): AuthorizationQueryInput['user'] {
  const { first_name: _first, last_name: _last, email: _email, ...rest } = properties ?? {};
  return { key: id, attributes: rest };
}

function resourceOf(of: z.output<typeof resource>): AuthorizationQueryInput['resource'] {
  const { tenant, ...rest } = of.properties ?? {};
  return { type: of.type, key: of.id, tenant: typeof tenant === 'string' ? tenant : null, attributes: rest };
}

function permissionsIn(env: Environment, asked: z.output<typeof actionSearch>, resources?: string[]) {
  const tenant = asked.resource.properties?.['tenant'];
  return Object.values(
    userPermissions(env.pdp, {
      user: userOf(asked.subject),
      // The PDP writes the tenant as JSON, with quotes, so that no tenant matches.
      tenants: tenant === undefined ? undefined : [JSON.stringify(tenant)],
      resources,
      resource_types: [asked.resource.type],
      context: asked.context,
    }),
  );
}

const paths = {
  access_evaluation_endpoint: '/access/v1/evaluation',
  access_evaluations_endpoint: '/access/v1/evaluations',
  search_subject_endpoint: '/access/v1/search/subject',
  search_resource_endpoint: '/access/v1/search/resource',
  search_action_endpoint: '/access/v1/search/action',
};

export function mountAuthzen(app: Hono, { account, decisions }: PdpDeps): void {
  const answer = <S extends z.ZodType>(
    name: keyof typeof paths,
    schema: S,
    run: (env: Environment, input: z.output<S>) => unknown,
  ): void => {
    app.post(paths[name], async (request) => {
      const env = environmentOf(account(), request.req.header('authorization'));
      return Response.json(run(env, await readQuery(request, schema)));
    });
  };
  const evaluate = (env: Environment, asked: z.output<typeof evaluation>) => {
    const { allow, debug } = decide(env, decisions, {
      user: userOf(asked.subject),
      action: asked.action.name,
      resource: resourceOf(asked.resource),
      context: asked.context,
    });
    return { decision: allow, ...(debug !== undefined && { context: debug }) };
  };

  app.get('/.well-known/authzen-configuration', (request) => {
    const { origin } = new URL(request.req.url);
    const endpoints = Object.entries(paths).map(([name, path]) => [name, origin + path]);
    return request.json({ policy_decision_point: origin, ...Object.fromEntries(endpoints) });
  });
  answer('access_evaluation_endpoint', evaluation, evaluate);
  answer('access_evaluations_endpoint', evaluations, (env, { evaluations: items, ...defaults }) => {
    if (items.length === 0) throw new PdpRefusal(400, 'No evaluations provided');
    const complete = items.map((item, index) => {
      const asked = {
        subject: item.subject ?? defaults.subject,
        resource: item.resource ?? defaults.resource,
        action: item.action ?? defaults.action,
        context: { ...defaults.context, ...item.context },
      };
      const { subject, resource, action } = asked;
      if (subject != null && resource != null && action != null) {
        return { ...asked, subject, resource, action };
      }
      const missing = Object.entries(asked).flatMap(([name, part]) => (part == null ? [name] : []));
      throw new PdpRefusal(400, `Evaluation ${index} has no ${missing.join(', ')}`);
    });
    return { evaluations: complete.map((asked) => evaluate(env, asked)) };
  });
  answer('search_subject_endpoint', search, (env, asked) => {
    const { users } = authorizedUsers(env.pdp, {
      action: asked.action.name,
      resource: resourceOf(asked.resource),
      context: asked.context,
    });
    return { results: Object.keys(users).map((id) => ({ type: 'user', id })), page: {} };
  });
  answer('search_resource_endpoint', search, (env, asked) => {
    const results = permissionsIn(env, asked).flatMap(({ resource }) => {
      if (resource === undefined) return [];
      const { type, key: id, attributes: properties } = resource;
      return [{ type, id, ...(Object.keys(properties).length > 0 && { properties }) }];
    });
    return { results, page: {} };
  });
  answer('search_action_endpoint', actionSearch, (env, asked) => {
    const { id } = asked.resource;
    const found = permissionsIn(env, asked, id == null ? undefined : [id]);
    const names = new Set(found.flatMap(({ permissions }) => permissions));
    return { results: [...names].toSorted().map((name) => ({ name })), page: {} };
  });
}
