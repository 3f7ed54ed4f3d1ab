import { debuggerActivated, decide, debugOf, type Decision } from './check.ts';
import type { EngineOptions, AuthorizationQuery, UserTenantsQuery } from './query.ts';
import { rbacDebug } from './rbac/rbac.ts';
import { compareValues } from './rego-order.ts';
import { requestOf } from './request.ts';
import type { AllowedTenant, TenantDetails } from './result.ts';
import { MEMBERSHIP } from './user-permissions.ts';
import type { World } from './world.ts';

/**
 * The tenants in which the action is allowed, among those in which the user has roles. For a user who is not synced,
 * among all: conditions on attributes of the query can allow.
 */
export function allTenants(
  world: World,
  query: AuthorizationQuery,
  options: EngineOptions = {},
): readonly AllowedTenant[] {
  const user = world.user(query.user.key);
  const allowed: AllowedTenant[] = [];
  for (const key of user === undefined ? world.tenantKeys() : user.tenantRoles.keys()) {
    const tenant = world.tenant(key);
    if (tenant === undefined) continue;
    const answer = allowedIn(world, { ...query, resource: { ...query.resource, tenant: key } }, options);
    if (answer !== undefined) allowed.push({ ...answer, tenant: { attributes: tenant.attributes, key } });
  }
  // The policy collects them in a set, ordered by content.
  return allowed.toSorted(compareValues);
}

function allowedIn(
  world: World,
  query: AuthorizationQuery,
  options: EngineOptions,
): Omit<AllowedTenant, 'tenant'> | undefined {
  const decision = decide(requestOf(world, query, options));
  if (!decision.allow) return undefined;
  const debugger_activated = debuggerActivated(world, query);
  return {
    __data_use_debugger: world.useDebugger,
    __input_use_debugger: query.use_debugger ?? null,
    allow: true,
    allowing_sources: decision.sources,
    ...(debugger_activated && { debug: withoutAbac(decision) }),
    debugger_activated,
  };
}

/** The vendor's debugger does not see ABAC for this question, and shows RBAC's verdict instead. */
function withoutAbac(decision: Decision) {
  const { abac: _, ...debug } = debugOf(decision);
  return { ...debug, rbac: rbacDebug(decision.request) };
}

/** The tenants in which the user has a role, and not only a membership, in the order of a Rego set. */
export function userTenants(world: World, query: UserTenantsQuery): readonly TenantDetails[] {
  const details: TenantDetails[] = [];
  for (const [key, roles] of world.user(query.user.key)?.tenantRoles ?? []) {
    const tenant = world.tenant(key);
    if (tenant !== undefined && [...roles].some((role) => role !== MEMBERSHIP))
      details.push({ attributes: tenant.attributes, key });
  }
  return details.toSorted(compareValues);
}
