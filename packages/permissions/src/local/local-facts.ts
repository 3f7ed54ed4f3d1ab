import { createInterner, type UserFacts, type World } from '@latchkey/permit-engine';
import type { AssignedRole, Tuple } from '../policy-as-code/environment/environment-facts.ts';

const nothing = {};
const none: ReadonlyMap<string, ReadonlySet<string>> = new Map();
const withoutRoles: UserFacts = { attributes: nothing, tenantRoles: none, instanceRoles: none };

/** A link to an instance, as its object has it. */
interface IncomingLink {
  readonly relation: string;
  readonly subjectType: string;
  readonly subject: string;
}

/** How many facts of each kind there are. */
export interface FactCounts {
  readonly users: number;
  readonly assignments: number;
  readonly links: number;
}

/**
 * The users, roles and relationship tuples of an environment, by which the engine decides. Each of the three lists is replaced as
 * a whole, and one user or one instance alone: then no list is walked through. Attributes are not kept.
 */
export class LocalFacts {
  #users: ReadonlySet<string> & Pick<Set<string>, 'add' | 'delete'> = new Set();
  #roles = new Map<string, UserFacts>();
  /** The users with roles on an instance. */
  #holders = new Map<string, Set<string>>();
  #links = new Map<string, IncomingLink[]>();
  /** The instances that an instance is linked to. */
  #objects = new Map<string, Set<string>>();
  #assignments = 0;
  #tuples = 0;

  /** The part of the engine's world that a check by roles asks for. */
  readonly world: Pick<World, 'user' | 'subjectsOf' | 'hasRelationships'> = {
    user: (key) => (this.#users.has(key) ? (this.#roles.get(key) ?? withoutRoles) : undefined),
    subjectsOf: (object, relation, type) => {
      const subjects: string[] = [];
      for (const link of this.#links.get(object) ?? []) {
        if (link.relation === relation && link.subjectType === type) subjects.push(link.subject);
      }
      return subjects;
    },
    hasRelationships: () => this.#tuples > 0,
  };

  get counts(): FactCounts {
    return { users: this.#users.size, assignments: this.#assignments, links: this.#tuples };
  }

  setUsers(keys: Iterable<string>): void {
    this.#users = new Set(keys);
  }

  setAssignments(assignments: readonly AssignedRole[]): void {
    const { rolesOf, rolesByPlace } = createInterner();
    this.#roles = new Map();
    this.#holders = new Map();
    for (const [user, held] of groupedBy(assignments, ({ user: key }) => key)) {
      const { tenantRoles, instanceRoles } = placesOf(held, rolesOf);
      this.#setRoles(user, {
        attributes: nothing,
        tenantRoles: rolesByPlace(tenantRoles),
        instanceRoles: rolesByPlace(instanceRoles),
      });
    }
    this.#assignments = assignments.length;
  }

  setLinks(tuples: readonly Tuple[]): void {
    this.#links = new Map();
    this.#objects = new Map();
    this.#tuples = 0;
    for (const tuple of tuples) this.#addLink(tuple);
  }

  /** Replaces what is known of one user. */
  replaceUser(key: string, isKnown: boolean, assignments: readonly AssignedRole[]): void {
    if (isKnown) this.#users.add(key);
    else this.#users.delete(key);
    const before = this.#roles.get(key) ?? withoutRoles;
    for (const object of before.instanceRoles.keys()) removeFrom(this.#holders, object, key);
    const { tenantRoles, instanceRoles } = placesOf(assignments, (roles) => new Set(roles));
    if (assignments.length === 0) this.#roles.delete(key);
    else this.#setRoles(key, { attributes: nothing, tenantRoles, instanceRoles });
    this.#assignments += assignments.length - sizeOf(before);
  }

  /** Replaces the roles on one instance, and its links in both directions. */
  replaceInstance(object: string, assignments: readonly AssignedRole[], tuples: readonly Tuple[]): void {
    const byUser = groupedBy(assignments, ({ user }) => user);
    for (const user of new Set([...(this.#holders.get(object) ?? []), ...byUser.keys()])) {
      const before = this.#roles.get(user) ?? withoutRoles;
      const instanceRoles = new Map(before.instanceRoles);
      instanceRoles.delete(object);
      removeFrom(this.#holders, object, user);
      const held = byUser.get(user);
      if (held !== undefined) instanceRoles.set(object, new Set(held.map(({ role }) => role)));
      const after = { ...before, instanceRoles };
      this.#setRoles(user, after);
      this.#assignments += sizeOf(after) - sizeOf(before);
    }
    for (const { subject } of this.#links.get(object) ?? []) this.#removeLinks(subject, object);
    for (const child of this.#objects.get(object) ?? []) this.#removeLinks(object, child);
    for (const tuple of tuples) this.#addLink(tuple);
  }

  #setRoles(user: string, facts: UserFacts): void {
    this.#roles.set(user, facts);
    for (const object of facts.instanceRoles.keys()) addTo(this.#holders, object, user);
  }

  #addLink({ subject, relation, object }: Tuple): void {
    const links = this.#links.get(object) ?? [];
    const subjectType = subject.slice(0, subject.indexOf(':'));
    links.push({ relation, subjectType, subject });
    this.#links.set(object, links);
    addTo(this.#objects, subject, object);
    this.#tuples += 1;
  }

  #removeLinks(subject: string, object: string): void {
    const before = this.#links.get(object) ?? [];
    const after = before.filter((link) => link.subject !== subject);
    if (after.length === 0) this.#links.delete(object);
    else this.#links.set(object, after);
    removeFrom(this.#objects, subject, object);
    this.#tuples += after.length - before.length;
  }
}

type RolesByPlace = Map<string, ReadonlySet<string>>;

/** A user's roles in tenants and on instances. */
function placesOf(
  assignments: readonly AssignedRole[],
  setOf: (roles: readonly string[]) => ReadonlySet<string>,
): { tenantRoles: RolesByPlace; instanceRoles: RolesByPlace } {
  const [tenants, instances] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const { role, tenant, resource_instance: object } of assignments) {
    const [places, place] = typeof object === 'string' ? [instances, object] : [tenants, tenant];
    const roles = places.get(place);
    if (roles === undefined) places.set(place, [role]);
    else roles.push(role);
  }
  const setsOf = (places: ReadonlyMap<string, readonly string[]>): RolesByPlace =>
    new Map([...places].map(([place, roles]) => [place, setOf(roles)]));
  return { tenantRoles: setsOf(tenants), instanceRoles: setsOf(instances) };
}

function sizeOf({ tenantRoles, instanceRoles }: UserFacts): number {
  let size = 0;
  for (const roles of tenantRoles.values()) size += roles.size;
  for (const roles of instanceRoles.values()) size += roles.size;
  return size;
}

function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const values = sets.get(key);
  if (values === undefined) sets.set(key, new Set([value]));
  else values.add(value);
}

function removeFrom(sets: Map<string, Set<string>>, key: string, value: string): void {
  const values = sets.get(key);
  values?.delete(value);
  if (values?.size === 0) sets.delete(key);
}
