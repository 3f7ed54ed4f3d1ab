import { abacAllowance, abacAllows, abacDenial } from './abac/abac.ts';
import { conditionSetsOf, type ConditionSets } from './abac/condition-sets.ts';
import { toJson } from './attributes.ts';
import type { EngineOptions } from './options.ts';
import type { AuthorizationQuery } from './query.ts';
import { allowingTenantRoles, rbacAllows, rbacDebug } from './rbac/rbac.ts';
import { allowingInstanceRoles, rebacAllowance, rebacAllows, rebacDenial } from './rebac/rebac.ts';
import type { Grant } from './rebac/root-grants.ts';
import { requestOf, type Request } from './request.ts';
import type { AuthorizationResult, Debug, RequestDebug, Source } from './result.ts';
import type { World } from './world.ts';

/**
 * Decides whether a user may do an action on a resource. The answer is "allow" when any model allows; no rule
 * denies. The function never throws: an unknown user, tenant, type or action is denied, with the reason in
 * `debug`.
 */
export function check(
  world: World,
  query: AuthorizationQuery,
  options: EngineOptions = {},
): AuthorizationResult {
  const request = requestOf(world, query, options);
  if (!debuggerActivated(world, query)) {
    const sources = allowingSources(request);
    return { allow: sources.length > 0, allowing_sources: sources };
  }
  const decision = decide(request);
  const { allow, sources } = decision;
  return { allow, allowing_sources: sources, debug: debugOf(decision) };
}

/** The models that allow, without what the debug output tells of each. */
function allowingSources(request: Request): readonly Source[] {
  const sources: Source[] = [];
  if (abacAllows(request)) sources.push('abac');
  if (rbacAllows(request)) sources.push('rbac');
  if (rebacAllows(request)) sources.push('rebac');
  return sources;
}

/** The query's `use_debugger` wins over the environment's. */
export function debuggerActivated(world: World, query: AuthorizationQuery): boolean {
  return query.use_debugger ?? world.useDebugger;
}

/** The result of each model. */
export interface Decision {
  readonly request: Request;
  readonly sets: ConditionSets;
  readonly tenantRoles: readonly string[];
  readonly instanceRoles: readonly Grant[];
  readonly allow: boolean;
  readonly sources: readonly Source[];
}

export function decide(request: Request): Decision {
  const sets = conditionSetsOf(request);
  const tenantRoles = allowingTenantRoles(request);
  const instanceRoles = allowingInstanceRoles(request);
  const sources: Source[] = [];
  if (abacAllows(request, sets)) sources.push('abac');
  if (tenantRoles.length > 0) sources.push('rbac');
  if (instanceRoles.length > 0) sources.push('rebac');
  return { request, sets, tenantRoles, instanceRoles, allow: sources.length > 0, sources };
}

/**
 * A model that allows is shown. A model that does not allow is shown when neither RBAC nor ABAC allows. ABAC is
 * also shown when RBAC does not allow.
 */
export function debugOf(decision: Decision): Debug {
  const { request, sets, tenantRoles, instanceRoles, sources } = decision;
  const rbac = sources.includes('rbac');
  const abac = sources.includes('abac');
  const abacDebug = abac ? abacAllowance(request, sets) : rbac ? undefined : abacDenial(request, sets);
  const rbacShown = rbac || !abac ? rbacDebug(request, tenantRoles) : undefined;
  const rebacDebug = rebacDebugOf(request, instanceRoles, rbac || abac);
  return {
    request: requestDebug(request, sets),
    ...(abacDebug && { abac: abacDebug }),
    ...(rbacShown && { rbac: rbacShown }),
    ...(rebacDebug && { rebac: rebacDebug }),
  };
}

function rebacDebugOf(request: Request, roles: readonly Grant[], othersAllow: boolean) {
  if (roles.length > 0) return rebacAllowance(request, roles);
  return othersAllow ? undefined : rebacDenial(request);
}

function requestDebug({ world, query, user, tenant }: Request, { attributes }: ConditionSets): RequestDebug {
  return {
    action: query.action,
    resource: { type: query.resource.type, attributes: toJson(attributes.resource) },
    tenant: tenant !== undefined && world.tenant(tenant) !== undefined ? tenant : null,
    user: { ...query.user, synced: user !== undefined, attributes: toJson(attributes.user) },
  };
}
