import { createInterner, type UserFacts } from '@latchkey/permit-engine';
import type { AssignedRole } from '../policy-as-code/environment/environment-facts.ts';
import { inSlices } from './in-slices.ts';
import { SetsByKey } from './sets-by-key.ts';

const nothing = {};
const none: ReadonlyMap<string, ReadonlySet<string>> = new Map();
const withoutRoles: UserFacts = { attributes: nothing, tenantRoles: none, instanceRoles: none };

/** The roles of all users, in tenants and on instances. */
export class RoleTable {
  readonly #roles = new Map<string, UserFacts>();
  /** The users with roles on an instance. */
  readonly #holders = new SetsByKey();
  #size = 0;

  /** Users with equal roles share them. Lets the process do other things in between. */
  static async from(assignments: readonly AssignedRole[]): Promise<RoleTable> {
    const table = new RoleTable();
    const { rolesOf, rolesByPlace } = createInterner();
    const byUser = new Map<string, AssignedRole[]>();
    await inSlices(assignments, (assignment) => addTo(byUser, assignment.user, assignment));
    await inSlices(byUser, ([user, held]) => {
      const { tenantRoles, instanceRoles } = placesOf(held, rolesOf);
      table.#set(user, {
        attributes: nothing,
        tenantRoles: rolesByPlace(tenantRoles),
        instanceRoles: rolesByPlace(instanceRoles),
      });
    });
    return table;
  }

  /** How many roles there are. */
  get size(): number {
    return this.#size;
  }

  of(user: string): UserFacts {
    return this.#roles.get(user) ?? withoutRoles;
  }

  replaceUser(user: string, assignments: readonly AssignedRole[]): void {
    const { tenantRoles, instanceRoles } = placesOf(assignments, (roles) => new Set(roles));
    this.#set(user, { attributes: nothing, tenantRoles, instanceRoles });
  }

  replaceInstance(object: string, assignments: readonly AssignedRole[]): void {
    const byUser = Map.groupBy(assignments, ({ user }) => user);
    for (const user of new Set([...this.#holders.get(object), ...byUser.keys()])) {
      const before = this.of(user);
      const instanceRoles = new Map(before.instanceRoles);
      const held = byUser.get(user);
      if (held === undefined) instanceRoles.delete(object);
      else instanceRoles.set(object, new Set(held.map(({ role }) => role)));
      this.#set(user, { ...before, instanceRoles });
    }
  }

  #set(user: string, facts: UserFacts): void {
    const before = this.of(user);
    for (const object of before.instanceRoles.keys()) this.#holders.delete(object, user);
    for (const object of facts.instanceRoles.keys()) this.#holders.add(object, user);
    const size = sizeOf(facts);
    if (size === 0) this.#roles.delete(user);
    else this.#roles.set(user, facts);
    this.#size += size - sizeOf(before);
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
    if (typeof object === 'string') addTo(instances, object, role);
    else addTo(tenants, tenant, role);
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

function addTo<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
