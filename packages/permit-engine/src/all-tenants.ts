import { debuggerActivated, decide, debugOf } from './check.ts';
import type { EngineOptions } from './options.ts';
import type { AuthorizationQuery } from './query.ts';
import { rbacDebug } from './rbac/rbac.ts';
import { compareValues } from './rego-order.ts';
import { requestOf } from './request.ts';
import type { AllowedTenant } from './result.ts';
import type { World } from './world.ts';

/**
 * In which tenants is this allowed? Asked of the tenants in which the user has roles, and of every tenant when the user
 * is not synced: roles cannot answer then, but conditions on attributes given with the query can.
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
  // The policy collects the answers in a set, so their order is that of their contents.
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

/** Within this question the vendor's debugger does not see ABAC: it shows RBAC's verdict in its place. */
function withoutAbac(decision: Parameters<typeof debugOf>[0]) {
  const { abac: _, ...debug } = debugOf(decision);
  return { ...debug, rbac: rbacDebug(decision.request, decision.tenantRoles) };
}
