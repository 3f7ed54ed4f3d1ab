import type { EngineOptions } from '../options.ts';
import { TENANT } from '../request.ts';
import type { UserFacts, World } from '../world.ts';
import { GrantQueue, type Grant } from './grant-queue.ts';

/** The user and the world in which roles are searched. */
export interface Graph {
  readonly world: World;
  readonly user: UserFacts;
  readonly options: EngineOptions;
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

/** Adds the roles on linked objects from which this role derives, one hop away. */
function addSources(graph: Graph, grant: Grant, queue: GrantQueue): void {
  const { world, options } = graph;
  const derivation = world.role(grant.type, grant.role)?.grantedTo;
  if (derivation === undefined || !mayDerive(options, grant.type)) return;
  if (derivation.noDirectRolesOnObject && hasDirectRoles(graph, grant.object)) return;
  for (const { role, onResource: type, relation, noDirectRolesOnObject } of derivation.rules) {
    if (!mayDerive(options, type) || (noDirectRolesOnObject && hasDirectRoles(graph, grant.object))) continue;
    for (const object of world.subjectsOf(grant.object, relation, type)) {
      if (mayLink(graph, object, grant.object)) queue.add({ type, object, role, leadsTo: grant });
    }
  }
}

export function mayDerive(options: EngineOptions, type: string): boolean {
  return type !== TENANT || options.tenantsInDerivations === true;
}

/** Whether links may lead from one tenant to another. The management API refuses to make such links. */
export function mayLink({ world, options }: Pick<Graph, 'world' | 'options'>, a: string, b: string): boolean {
  if (options.rebacWithinTenants !== true) return true;
  const [one, other] = [tenantOf(world, a), tenantOf(world, b)];
  return one === undefined || other === undefined || one === other;
}

/** Whether roles on the object say nothing about a question that names this tenant, or none. */
export function isOutside(
  { world, options }: Pick<Graph, 'world' | 'options'>,
  object: string,
  tenant: string | undefined,
): boolean {
  if (options.rebacWithinTenants !== true) return false;
  const home = tenantOf(world, object);
  return tenant === undefined || (home !== undefined && home !== tenant);
}

/** `undefined` when the tenant is not known. */
function tenantOf(world: World, object: string): string | undefined {
  return typeOf(object) === TENANT ? keyOf(object) : world.resourceInstance(object)?.tenant;
}

function isAssigned(graph: Graph, grant: Grant): boolean {
  return directRoles(graph, grant)?.has(grant.role) === true;
}

function directRoles(
  { user }: Pick<Graph, 'user'>,
  { type, object }: Pick<Grant, 'type' | 'object'>,
): ReadonlySet<string> | undefined {
  return type === TENANT ? user.tenantRoles.get(keyOf(object)) : user.instanceRoles.get(object);
}

export function hasDirectRoles(graph: Pick<Graph, 'user'>, object: string): boolean {
  return (directRoles(graph, { type: typeOf(object), object })?.size ?? 0) > 0;
}

export function typeOf(object: string): string {
  return object.slice(0, object.indexOf(':'));
}

export function keyOf(object: string): string {
  return object.slice(object.indexOf(':') + 1);
}

/** A role on an instance, as answers write it: `document:d1#owner`. */
export function roleName(grant: Pick<Grant, 'object' | 'role'>, { plainRoleNames }: EngineOptions): string {
  return plainRoleNames === true || typeOf(grant.object) === TENANT ? grant.role : nameOf(grant);
}

export function nameOf({ object, role }: Pick<Grant, 'object' | 'role'>): string {
  return `${object}#${role}`;
}
