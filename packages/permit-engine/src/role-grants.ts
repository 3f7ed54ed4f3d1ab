import type { AuthorizationQuery } from './query.ts';
import type { Grants, World } from './world.ts';

/** What is asked for, of whom it may be. */
type Asked = Pick<AuthorizationQuery, 'action' | 'resource'>;

/** Whether a role of the scope, the tenant's or a type's, grants the action on the type. */
export function roleGrants(
  world: World,
  { scope, role }: { readonly scope: string; readonly role: string },
  asked: Asked,
): boolean {
  const grants = world.role(scope, role)?.grants;
  return grants !== undefined && hasAction(grants, asked);
}

export function hasAction(grants: Grants, { action, resource }: Asked): boolean {
  return grants.get(resource.type)?.has(action) === true;
}
