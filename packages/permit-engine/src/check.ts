import { attributesOf, toJson } from './attributes.ts';
import type { EngineOptions } from './options.ts';
import type { AuthorizationQuery } from './query.ts';
import { allowingTenantRoles, rbacDebug } from './rbac.ts';
import { requestOf, type Request } from './request.ts';
import type { AuthorizationResult, Debug, RequestDebug, Source } from './result.ts';
import type { World } from './world.ts';

/**
 * May this user do this? Allowed when any model allows; there are no denying rules. Nothing here throws: what is not
 * known (user, tenant, type, action) is denied, with the reason in `debug`.
 */
export function check(
  world: World,
  query: AuthorizationQuery,
  options: EngineOptions = {},
): AuthorizationResult {
  const request = requestOf(world, query, options);
  const tenantRoles = allowingTenantRoles(request);
  const allowing_sources: Source[] = [];
  if (tenantRoles.length > 0) allowing_sources.push('rbac');
  const allow = allowing_sources.length > 0;
  if (!debuggerActivated(world, query)) return { allow, allowing_sources };
  const debug: Debug = { request: requestDebug(request), rbac: rbacDebug(request, tenantRoles) };
  return { allow, allowing_sources, debug };
}

/** The query's word beats the environment's only when it is a boolean. */
export function debuggerActivated(world: World, query: AuthorizationQuery): boolean {
  return query.use_debugger ?? world.useDebugger;
}

function requestDebug(request: Request): RequestDebug {
  const { world, query, user, tenant } = request;
  const attributes = attributesOf(request);
  return {
    action: query.action,
    resource: { type: query.resource.type, attributes: toJson(attributes.resource) },
    tenant: tenant !== undefined && world.tenant(tenant) !== undefined ? tenant : null,
    user: { ...query.user, synced: user !== undefined, attributes: toJson(attributes.user) },
  };
}
