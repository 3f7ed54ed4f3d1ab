import { abacAllowance, abacAllows, abacDenial } from './abac/abac.ts';
import { conditionSetsOf, type ConditionSets } from './abac/condition-sets.ts';
import { toJson } from './attributes.ts';
import type { EngineOptions, AuthorizationQuery } from './query.ts';
import { rbacAllows, rbacDebug } from './rbac/rbac.ts';
import { rebacAllowance, rebacAllows, rebacDenial } from './rebac/rebac.ts';
import { requestOf, type Request } from './request.ts';
import type { AuthorizationResult, Debug, RequestDebug, Source } from './result.ts';
import type { World } from './world.ts';

/**
 * Decides a check: allowed when any model allows. Never throws: an unknown name is denied, with the reason in `debug`.
 */
export function check(
  world: World,
  query: AuthorizationQuery,
  options: EngineOptions = {},
): AuthorizationResult {
  const decision = decide(requestOf(world, query, options));
  const { allow, sources } = decision;
  const debug = debuggerActivated(world, query) ? debugOf(decision) : undefined;
  return { allow, allowing_sources: sources, ...(debug && { debug }) };
}

/** The query's `use_debugger` wins over the environment's. */
export function debuggerActivated(world: World, query: AuthorizationQuery): boolean {
  return query.use_debugger ?? world.useDebugger;
}

export interface Decision {
  readonly request: Request;
  readonly allow: boolean;
  readonly sources: readonly Source[];
}

export function decide(request: Request): Decision {
  const sources: Source[] = [];
  if (abacAllows(request)) sources.push('abac');
  if (rbacAllows(request)) sources.push('rbac');
  if (rebacAllows(request)) sources.push('rebac');
  return { request, allow: sources.length > 0, sources };
}

/** Shows every model that allows and, if neither RBAC nor ABAC allows, those that deny. */
export function debugOf({ request, sources }: Decision): Debug {
  const sets = conditionSetsOf(request);
  const [rbac, abac] = [sources.includes('rbac'), sources.includes('abac')];
  const abacDebug = abac ? abacAllowance(request, sets) : rbac ? undefined : abacDenial(request, sets);
  const rbacShown = rbac || !abac ? rbacDebug(request) : undefined;
  const rebacDebug = rebacDebugOf(request, sources);
  return {
    request: requestDebug(request, sets),
    ...(abacDebug && { abac: abacDebug }),
    ...(rbacShown && { rbac: rbacShown }),
    ...(rebacDebug && { rebac: rebacDebug }),
  };
}

function rebacDebugOf(request: Request, sources: readonly Source[]) {
  if (sources.includes('rebac')) return rebacAllowance(request);
  return sources.length > 0 ? undefined : rebacDenial(request);
}

function requestDebug({ world, query, user, tenant }: Request, { attributes }: ConditionSets): RequestDebug {
  return {
    action: query.action,
    resource: { type: query.resource.type, attributes: toJson(attributes.resource) },
    tenant: tenant !== undefined && world.tenant(tenant) !== undefined ? tenant : null,
    user: { ...query.user, synced: user !== undefined, attributes: toJson(attributes.user) },
  };
}

/** The decision of `check` without its reasons: it stops at the first model that allows. Never throws. */
export function allows(world: World, query: AuthorizationQuery): boolean {
  const request = requestOf(world, query);
  return rbacAllows(request) || rebacAllows(request) || abacAllows(request);
}
