import type { EngineOptions } from '../query.ts';
import type { UserFacts, World } from '../world.ts';

/** `leadsTo` is the derived role; following it ends at the role that was searched for. */
export interface Grant {
  readonly type: string;
  readonly object: string;
  readonly role: string;
  readonly leadsTo: Grant | undefined;
}

/** Searching so few one by one is faster than a map, and a check rarely meets more. */
const searchedOneByOne = 8;

class GrantQueue {
  readonly #grants: Grant[];
  #taken = 0;
  /** Roles by object, when there are too many grants to search one by one. */
  #known: Map<string, Set<string>> | undefined;

  constructor(start: Grant) {
    this.#grants = [start];
  }

  next(): Grant | undefined {
    return this.#grants[this.#taken++];
  }

  add(grant: Grant): void {
    if (this.#grants.length < searchedOneByOne) {
      for (const { object, role } of this.#grants) {
        if (object === grant.object && role === grant.role) return;
      }
    } else if (!this.#isNew(grant)) return;
    this.#grants.push(grant);
  }

  #isNew(grant: Grant): boolean {
    if (this.#known === undefined) {
      this.#known = new Map();
      for (const before of this.#grants) this.#isNew(before);
    }
    const roles = this.#known.get(grant.object) ?? new Set();
    if (roles.has(grant.role)) return false;
    this.#known.set(grant.object, roles.add(grant.role));
    return true;
  }
}

export interface Graph {
  readonly world: World;
  readonly user: UserFacts;
}

/**
 * The user's assignments that result in `role` on `object`, over any number of links, nearest first.
 *
 * Only `no_direct_roles_on_object` depends on the absence of a role, and it considers assigned roles only. So the roles
 * are the reachable ones, and visiting each once ends cycles.
 */
export function* rootGrants(graph: Graph, object: string, role: string): Generator<Grant> {
  const queue = new GrantQueue({ type: typeOf(object), object, role, leadsTo: undefined });
  for (let grant = queue.next(); grant !== undefined; grant = queue.next()) {
    if (isAssigned(graph, grant)) yield grant;
    addSources(graph, grant, queue);
  }
}

/** The first of `rootGrants`, without a generator, which costs as much as the search. */
export function nearestGrant(graph: Graph, object: string, role: string): Grant | undefined {
  const queue = new GrantQueue({ type: typeOf(object), object, role, leadsTo: undefined });
  for (let grant = queue.next(); grant !== undefined; grant = queue.next()) {
    if (isAssigned(graph, grant)) return grant;
    addSources(graph, grant, queue);
  }
  return undefined;
}

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

export function roleName(grant: Pick<Grant, 'object' | 'role'>, { plainRoleNames }: EngineOptions): string {
  return plainRoleNames === true ? grant.role : nameOf(grant);
}

export function nameOf({ object, role }: Pick<Grant, 'object' | 'role'>): string {
  return `${object}#${role}`;
}
