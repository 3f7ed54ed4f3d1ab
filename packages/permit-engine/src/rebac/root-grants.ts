import type { EngineOptions } from '../options.ts';
import type { UserFacts, World } from '../world.ts';
import { GrantQueue, type Grant } from './grant-queue.ts';

/** The user and the world in which roles are searched. */
export interface Graph {
  readonly world: World;
  readonly user: UserFacts;
}

/**
 * The roles assigned to the user that result in `role` on `object`: an assignment of that role itself, and those
 * it derives from over any number of links. Nearest first; empty when the user does not have the role.
 *
 * Derivation never depends on the absence of a role, except for `no_direct_roles_on_object`, which considers
 * assigned roles only. So a user's roles are the reachable ones, and each is visited once: cycles end.
 */
export function* rootGrants(graph: Graph, object: string, role: string): Generator<Grant> {
  const queue = new GrantQueue({ type: typeOf(object), object, role, leadsTo: undefined });
  for (let grant = queue.next(); grant !== undefined; grant = queue.next()) {
    if (isAssigned(graph, grant)) yield grant;
    addSources(graph, grant, queue);
  }
}

/** The first of `rootGrants`, if the user has the role: without a generator, which costs as much as the search. */
export function nearestGrant(graph: Graph, object: string, role: string): Grant | undefined {
  const queue = new GrantQueue({ type: typeOf(object), object, role, leadsTo: undefined });
  for (let grant = queue.next(); grant !== undefined; grant = queue.next()) {
    if (isAssigned(graph, grant)) return grant;
    addSources(graph, grant, queue);
  }
  return undefined;
}

/** Adds the roles on linked objects from which this role derives, over one relation. */
function addSources(graph: Graph, grant: Grant, queue: GrantQueue): void {
  const { world } = graph;
  const derivation = world.role(grant.type, grant.role)?.grantedTo;
  if (derivation === undefined) return;
  const isSuppressed = hasDirectRoles(graph, grant.object);
  if (derivation.noDirectRolesOnObject && isSuppressed) return;
  for (const { role, onResource: type, relation, noDirectRolesOnObject } of derivation.rules) {
    if (noDirectRolesOnObject && isSuppressed) continue;
    for (const object of world.subjectsOf(grant.object, relation, type)) {
      queue.add({ type, object, role, leadsTo: grant });
    }
  }
}

function isAssigned({ user }: Graph, { object, role }: Grant): boolean {
  return user.instanceRoles.get(object)?.has(role) === true;
}

export function hasDirectRoles({ user }: Pick<Graph, 'user'>, object: string): boolean {
  return (user.instanceRoles.get(object)?.size ?? 0) > 0;
}

export function typeOf(object: string): string {
  return object.slice(0, object.indexOf(':'));
}

export function keyOf(object: string): string {
  return object.slice(object.indexOf(':') + 1);
}

/** A role on an instance, as answers write it: `document:d1#owner`. */
export function roleName(grant: Pick<Grant, 'object' | 'role'>, { plainRoleNames }: EngineOptions): string {
  return plainRoleNames === true ? grant.role : nameOf(grant);
}

export function nameOf({ object, role }: Pick<Grant, 'object' | 'role'>): string {
  return `${object}#${role}`;
}
