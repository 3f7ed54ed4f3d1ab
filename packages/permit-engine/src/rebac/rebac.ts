import { allowed, denied } from '../model-debug.ts';
import { invalidRequest, noPermission } from '../rbac/rbac.ts';
import type { Request } from '../request.ts';
import type { ModelDebug, RebacRole } from '../result.ts';
import { nameOf, rootGrants, tenantOf, type Grant, type Graph } from './root-grants.ts';

/**
 * The roles on the checked instance that grant the action, each with the assignment it comes from, sorted by
 * role. ReBAC allows when there is at least one. It needs an instance key and a tenant.
 */
export function allowingInstanceRoles(request: Request): readonly Grant[] {
  const { world, query, object } = request;
  const graph = graphOf(request);
  if (graph === undefined || object === undefined) return [];
  const { type } = query.resource;
  const allowing: Grant[] = [];
  for (const role of [...world.roleKeys(type)].toSorted()) {
    if (world.role(type, role)?.grants.get(type)?.has(query.action) !== true) continue;
    const nearest = rootGrants(graph, object, role).next();
    if (nearest.done !== true) allowing.push(nearest.value);
  }
  return allowing;
}

/** `undefined` when no role on the instance can apply to the request, whichever roles the user has. */
function graphOf({ world, user, tenant, object, options }: Request): Graph | undefined {
  if (user === undefined || tenant === undefined || object === undefined) return undefined;
  const home = tenantOf(world, object);
  if (home !== undefined && home !== tenant && options.rebacAcrossTenants !== true) return undefined;
  return { world, user, options };
}

export function rebacAllowance(request: Request, grants: readonly Grant[]): ModelDebug {
  const { query, object } = request;
  const allowing_roles = grants.map(explain);
  return allowed({
    allowing_roles,
    reason:
      `user '${query.user.key}' has the '${query.action}' permission on resource '${object}' ` +
      `in tenant '${request.tenant}', ${allowing_roles[0]?.reason}`,
  });
}

/** Why ReBAC did not allow; `undefined` when there are no relationships, because ReBAC is off then. */
export function rebacDenial(request: Request): ModelDebug | undefined {
  if (!request.world.hasRelationships()) return undefined;
  return invalidRequest(request) ?? (hasAnyRole(request) ? noPermission(request) : noGraphRoles(request));
}

function hasAnyRole(request: Request): boolean {
  const { world, query, object } = request;
  const graph = graphOf(request);
  if (graph === undefined || object === undefined) return false;
  for (const role of world.roleKeys(query.resource.type)) {
    if (rootGrants(graph, object, role).next().done !== true) return true;
  }
  return false;
}

function noGraphRoles({ query }: Request): ModelDebug {
  return denied('no_graph_roles', { reason: `no roles assigned to user '${query.user.key}' in the graph` });
}

/** The chain from the role that allows back to the assignment. */
function explain(root: Grant): RebacRole {
  const chain: Grant[] = [];
  for (let grant: Grant | undefined = root; grant !== undefined; grant = grant.leadsTo) chain.unshift(grant);
  const target = chain[0] ?? root;
  const steps = chain.map(({ role, object }) => `role '${role}' on '${object}'`);
  return {
    role: target.role,
    resource: target.object,
    sources: chain.slice(Math.min(1, chain.length - 1)).map((grant) => ({
      type: grant === root ? 'role_assignment' : 'role_derivation',
      role: nameOf(grant),
      resource: grant.object,
    })),
    reason: `user has the ${steps.join(', derived from the ')}`,
  };
}
