import type { EngineOptions } from '../options.ts';
import { TENANT } from '../request.ts';
import type { UserFacts, World } from '../world.ts';

/** The user and the world in which roles are searched. */
export interface Graph {
  readonly world: World;
  readonly user: UserFacts;
  readonly options: EngineOptions;
}

/** A role on an object, and the role that is derived from it: following `leadsTo` ends at the role in question. */
export interface Grant {
  readonly object: string;
  readonly role: string;
  readonly leadsTo: Grant | undefined;
}

/**
 * The roles assigned to the user that result in `role` on `object`: an assignment of that role itself, and those
 * it derives from over any number of links. Nearest first; empty when the user does not have the role.
 *
 * Derivation never depends on the absence of a role, except for `no_direct_roles_on_object`, which considers
 * assigned roles only. So a user's roles are the reachable ones, and each is visited once: cycles end.
 */
export function* rootGrants(graph: Graph, object: string, role: string): Generator<Grant> {
  const start: Grant = { object, role, leadsTo: undefined };
  const seen = new Set([nameOf(start)]);
  const queue = [start];
  for (const grant of queue) {
    if (directRoles(graph, grant.object)?.has(grant.role)) yield grant;
    for (const source of sourcesOf(graph, grant)) {
      const name = nameOf(source);
      if (seen.has(name)) continue;
      seen.add(name);
      queue.push(source);
    }
  }
}

/** Whether the user has the role on the object: what `rootGrants` finds, without where it comes from. */
export function holdsRole(graph: Graph, object: string, role: string): boolean {
  return rootGrants(graph, object, role).next().done !== true;
}

const NONE: readonly Grant[] = [];

/** The roles on linked objects from which this role derives, one hop away. */
function sourcesOf(graph: Graph, grant: Grant): readonly Grant[] {
  const { world, options } = graph;
  const type = typeOf(grant.object);
  const derivation = world.role(type, grant.role)?.grantedTo;
  if (derivation === undefined || !mayDerive(options, type)) return NONE;
  const suppresses = hasDirectRoles(graph, grant.object);
  if (suppresses && derivation.noDirectRolesOnObject) return NONE;
  const sources: Grant[] = [];
  for (const rule of derivation.rules) {
    if ((suppresses && rule.noDirectRolesOnObject) || !mayDerive(options, rule.onResource)) continue;
    for (const key of world.subjectsOf(grant.object, rule.relation, rule.onResource)) {
      const subject = `${rule.onResource}:${key}`;
      if (!mayLink(graph, subject, grant.object)) continue;
      sources.push({ object: subject, role: rule.role, leadsTo: grant });
    }
  }
  return sources;
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

function directRoles({ user }: Pick<Graph, 'user'>, object: string): ReadonlySet<string> | undefined {
  return typeOf(object) === TENANT ? user.tenantRoles.get(keyOf(object)) : user.instanceRoles.get(object);
}

export function hasDirectRoles(graph: Pick<Graph, 'user'>, object: string): boolean {
  return (directRoles(graph, object)?.size ?? 0) > 0;
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
