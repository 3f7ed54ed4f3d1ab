import type { EngineOptions } from '../query.ts';
import { invalidRequest, noPermission } from '../rbac/rbac.ts';
import { type Request, roleGrants } from '../request.ts';
import { allowed, type ModelDebug, type RebacRole } from '../result.ts';
import type { World } from '../world.ts';
import { type Grant, hasDirectRoles, nameOf, nearestGrant, roleName, typeOf } from './root-grants.ts';

/** The instance roles that grant the action, each with the assignment it comes from, sorted by role. */
function allowingInstanceRoles(request: Request): readonly Grant[] {
  const { world, query, user, object } = request;
  if (user === undefined || object === undefined) return [];
  const { type: scope } = query.resource;
  const allowing: Grant[] = [];
  for (const role of [...world.roleKeys(scope)].toSorted()) {
    if (!roleGrants(world, { scope, role }, query)) continue;
    const nearest = nearestGrant({ world, user }, object, role);
    if (nearest !== undefined) allowing.push(nearest);
  }
  return allowing;
}

export function rebacAllows(request: Request): boolean {
  const { world, query, user, object } = request;
  if (user === undefined || object === undefined) return false;
  const { type: scope } = query.resource;
  for (const role of world.roleKeys(scope))
    if (
      roleGrants(world, { scope, role }, query) &&
      nearestGrant({ world, user }, object, role) !== undefined
    )
      return true;
  return false;
}

export function rebacAllowance(request: Request): ModelDebug {
  const { query, object, options } = request;
  // Without a tenant, the policy has no text for the reason and uses the reason for a denial.
  if (query.resource.tenant === undefined) {
    return { allow: true, code: 'no_permission', reason: noPermission(request).reason };
  }
  const allowing_roles = allowingInstanceRoles(request).map((grant) => explain(grant, options));
  return allowed({
    allowing_roles,
    reason:
      `user '${query.user.key}' has the '${query.action}' permission on resource '${object}' ` +
      `in tenant '${query.resource.tenant}', ${allowing_roles[0]?.reason}`,
  });
}

/** `undefined` when there are no relationships, because ReBAC is off then. */
export function rebacDenial(request: Request): ModelDebug | undefined {
  if (!request.world.hasRelationships()) return undefined;
  return invalidRequest(request) ?? noPermission(request);
}

function explain(root: Grant, options: EngineOptions): RebacRole {
  const chain: Grant[] = [];
  for (let grant: Grant | undefined = root; grant !== undefined; grant = grant.leadsTo) chain.unshift(grant);
  const target = chain[0] ?? root;
  const steps = chain.map(({ role, object }) => `role '${role}' on '${object}'`);
  return {
    role: roleName(target, options),
    resource: target.object,
    sources: chain.slice(Math.min(1, chain.length - 1)).map((grant) => ({
      type: grant === root ? 'role_assignment' : 'role_derivation',
      role: nameOf(grant),
      resource: grant.object,
    })),
    reason: `user has the ${steps.join(', derived from the ')}`,
  };
}

/** Every instance on which the user has roles, assigned or derived, with these roles. */
export function rolesInGraph(world: World, userKey: string): ReadonlyMap<string, ReadonlySet<string>> {
  const user = world.user(userKey);
  const found = new Map<string, Set<string>>();
  if (user === undefined) return found;
  const queue: { readonly object: string; readonly role: string }[] = [];
  const add = (object: string, role: string) => {
    const roles = found.get(object) ?? new Set();
    if (roles.has(role)) return;
    found.set(object, roles.add(role));
    queue.push({ object, role });
  };
  for (const [object, roles] of user.instanceRoles) for (const role of roles) add(object, role);
  for (const { object: subject, role } of queue) {
    const onResource = typeOf(subject);
    for (const { relation, object } of world.linksFrom(subject)) {
      const suppresses = hasDirectRoles({ user }, object);
      for (const derived of derivedRoles(world, typeOf(object), { role, onResource, relation, suppresses })) {
        add(object, derived);
      }
    }
  }
  return found;
}

interface Premise {
  readonly role: string;
  readonly onResource: string;
  readonly relation: string;
  readonly suppresses: boolean;
}

/** The roles of `type` that are derived from a role on an instance linked by `relation`. */
function* derivedRoles(world: World, type: string, premise: Premise): Generator<string> {
  for (const key of world.roleKeys(type)) {
    const derivation = world.role(type, key)?.grantedTo;
    if (derivation === undefined || (premise.suppresses && derivation.noDirectRolesOnObject)) continue;
    const follows = derivation.rules.some(
      (rule) =>
        rule.role === premise.role &&
        rule.onResource === premise.onResource &&
        rule.relation === premise.relation &&
        !(premise.suppresses && rule.noDirectRolesOnObject),
    );
    if (follows) yield key;
  }
}
