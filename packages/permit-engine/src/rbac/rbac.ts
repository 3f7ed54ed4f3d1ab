import { quoteList, quoteSorted, allowed, denied, type ModelDebug } from '../result.ts';
import { TENANT, type Request, roleGrants } from '../request.ts';
import type { UserFacts } from '../world.ts';

const NONE: readonly string[] = [];

/** The user's roles in the tenant that grant the action, sorted. */
function allowingTenantRoles(request: Request): readonly string[] {
  const { world, query, user, tenant } = request;
  if (user === undefined || tenant === undefined) return NONE;
  return [...(user.tenantRoles.get(tenant) ?? NONE)]
    .filter((role) => roleGrants(world, { scope: TENANT, role }, query))
    .toSorted();
}

export function rbacAllows(request: Request): boolean {
  const { world, query, user, tenant } = request;
  if (user === undefined || tenant === undefined) return false;
  for (const role of user.tenantRoles.get(tenant) ?? NONE)
    if (roleGrants(world, { scope: TENANT, role }, query)) return true;
  return false;
}

export function rbacDebug(request: Request): ModelDebug {
  const allowingRoles = allowingTenantRoles(request);
  const [role] = allowingRoles;
  if (role === undefined) return rbacDenial(request);
  const { user, action, resource } = request.query;
  return allowed({
    allowing_roles: allowingRoles,
    reason:
      `user '${user.key}' has the role '${role}' in tenant '${request.tenant}', ` +
      `role '${role}' has the '${action}' permission on resources of type '${resource.type}'`,
  });
}

function rbacDenial(request: Request): ModelDebug {
  const { query, user, tenant } = request;
  return (
    invalidRequest(request) ??
    (user === undefined ? undefined : noRoles(query.user.key, user, tenant)) ??
    noPermission(request)
  );
}

/**
 * What RBAC and ReBAC check before roles. Like Permit's policy, skips a missing tenant (not `null`), for which there is
 * no text.
 */
export function invalidRequest({ world, query, user }: Request): ModelDebug | undefined {
  const { action, resource } = query;
  const type = world.resourceType(resource.type);
  if (type === undefined) {
    const known = quoteSorted(world.resourceTypeKeys());
    return denied('no_such_resource', {
      reason: `resource type '${resource.type}' is not defined. known resource types: ${known}`,
    });
  }
  if (!type.actions.includes(action)) {
    return denied('no_such_action', {
      reason:
        `action '${action}' is not defined on resource type '${resource.type}'. ` +
        `known actions on '${resource.type}': ${quoteList(type.actions)}`,
    });
  }
  const { tenant } = resource;
  if (tenant === null || (tenant !== undefined && world.tenant(tenant) === undefined)) {
    const existing = quoteSorted(world.tenantKeys());
    return denied('no_such_tenant', {
      reason: `tenant '${tenant}' does not exist. existing tenants: ${existing}`,
    });
  }
  if (user === undefined) {
    return denied('user_not_synced', {
      reason: `user '${query.user.key}' is not synced and therefore has no known role assignments`,
    });
  }
  return undefined;
}

function noRoles(key: string, user: UserFacts, tenant: string | undefined): ModelDebug | undefined {
  const tenants = [...user.tenantRoles].filter(([, roles]) => roles.size > 0).map(([tenant]) => tenant);
  if (tenants.length === 0) return denied('no_user_roles', { reason: `no roles assigned to user '${key}'` });
  if (tenant === undefined || (user.tenantRoles.get(tenant)?.size ?? 0) > 0) return undefined;
  return denied('no_role_in_tenant', {
    reason:
      `user '${key}' has no assigned roles in tenant '${tenant}'. ` +
      `user has roles in these tenants: ${quoteSorted(tenants)}`,
  });
}

export function noPermission({ query }: Request): ModelDebug {
  return denied('no_permission', {
    reason:
      `user '${query.user.key}' does not have any role that grants him the '${query.action}' permission ` +
      `on resources of type '${query.resource.type}'`,
  });
}
