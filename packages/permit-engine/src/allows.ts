import { abacAllows } from './abac/abac.ts';
import type { AuthorizationQuery } from './query.ts';
import { rbacAllows } from './rbac/rbac.ts';
import { rebacAllows } from './rebac/rebac.ts';
import { requestOf } from './request.ts';
import type { World } from './world.ts';

/**
 * What `check` decides, without why: the first model that allows ends it, and nothing is built. It never throws. For callers that check
 * often.
 */
export function allows(world: World, query: AuthorizationQuery): boolean {
  const request = requestOf(world, query);
  return rbacAllows(request) || rebacAllows(request) || abacAllows(request);
}
