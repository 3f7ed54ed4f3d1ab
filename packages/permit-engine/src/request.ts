import type { EngineOptions, AuthorizationQuery } from './query.ts';
import type { UserFacts, World, Grants } from './world.ts';

/** The scope of tenant roles, and the type under which a tenant is an object: `__tenant:acme`. */
export const TENANT = '__tenant';

/** A check, with the facts that every model needs. */
export interface Request {
  readonly world: World;
  readonly query: AuthorizationQuery;
  readonly options: EngineOptions;
  /** `undefined` when the user is not synced. */
  readonly user: UserFacts | undefined;
  /** The tenant need not exist. */
  readonly tenant: string | undefined;
  /** `type:key`; `undefined` when the query names no instance. */
  readonly object: string | undefined;
}

export function requestOf(world: World, query: AuthorizationQuery, options: EngineOptions = {}): Request {
  const { type, key, tenant } = query.resource;
  return {
    world,
    query,
    options,
    user: world.user(query.user.key),
    tenant: tenant ?? undefined,
    object: key === undefined || key === null || key === '' ? undefined : `${type}:${key}`,
  };
}

type Operation = Pick<AuthorizationQuery, 'action' | 'resource'>;

/** The scope is `__tenant` for tenant roles, or the role's type. */
export function roleGrants(
  world: World,
  { scope, role }: { readonly scope: string; readonly role: string },
  operation: Operation,
): boolean {
  const grants = world.role(scope, role)?.grants;
  return grants !== undefined && hasAction(grants, operation);
}

export function hasAction(grants: Grants, { action, resource }: Operation): boolean {
  return grants.get(resource.type)?.has(action) === true;
}
