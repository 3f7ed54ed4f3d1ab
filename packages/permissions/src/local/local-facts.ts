import type { World } from '@latchkey/permit-engine';
import type { AssignedRole, Tuple } from '../policy-as-code/environment/environment-facts.ts';
import { LinkTable } from './link-table.ts';
import { RoleTable } from './role-table.ts';

/** How many facts of each kind there are. */
export interface FactCounts {
  readonly users: number;
  readonly assignments: number;
  readonly links: number;
}

/**
 * The users, roles and links of an environment, by which the engine decides. Each of the three is replaced as a whole, and one
 * user or one instance alone: then no list is walked through. Attributes are not kept.
 */
export class LocalFacts {
  #users: ReadonlySet<string> & Pick<Set<string>, 'add' | 'delete'> = new Set();
  #roles = new RoleTable();
  #links = new LinkTable();

  /** The part of the engine's world that a check by roles asks for. */
  readonly world: Pick<World, 'user' | 'subjectsOf' | 'hasRelationships'> = {
    user: (key) => (this.#users.has(key) ? this.#roles.of(key) : undefined),
    subjectsOf: (object, relation, type) => this.#links.subjectsOf(object, relation, type),
    hasRelationships: () => this.#links.size > 0,
  };

  get counts(): FactCounts {
    return { users: this.#users.size, assignments: this.#roles.size, links: this.#links.size };
  }

  setUsers(keys: Iterable<string>): void {
    this.#users = new Set(keys);
  }

  setRoles(roles: RoleTable): void {
    this.#roles = roles;
  }

  setLinks(links: LinkTable): void {
    this.#links = links;
  }

  clear(): void {
    this.#users = new Set();
    this.#roles = new RoleTable();
    this.#links = new LinkTable();
  }

  /** Replaces what is known of one user. */
  replaceUser(key: string, isKnown: boolean, assignments: readonly AssignedRole[]): void {
    if (isKnown) this.#users.add(key);
    else this.#users.delete(key);
    this.#roles.replaceUser(key, assignments);
  }

  /** Replaces the roles on one instance, and its links in both directions. */
  replaceInstance(object: string, assignments: readonly AssignedRole[], tuples: readonly Tuple[]): void {
    this.#roles.replaceInstance(object, assignments);
    this.#links.replaceInstance(object, tuples);
  }
}
