import type { World } from '../world.ts';
import { hasDirectRoles, typeOf } from './root-grants.ts';

/** Every instance on which the user has roles, assigned or derived, with these roles. */
export function rolesInGraph(world: World, userKey: string): ReadonlyMap<string, ReadonlySet<string>> {
  const user = world.user(userKey);
  const found = new Map<string, Set<string>>();
  if (user === undefined) return found;
  const queue: { readonly object: string; readonly role: string }[] = [];
  const add = (object: string, role: string) => {
    const roles = found.get(object) ?? new Set();
    if (roles.has(role)) return;
    found.set(object, roles.add(role));
    queue.push({ object, role });
  };
  for (const [object, roles] of user.instanceRoles) for (const role of roles) add(object, role);
  for (const { object: subject, role } of queue) {
    const onResource = typeOf(subject);
    for (const { relation, object } of world.linksFrom(subject)) {
      const suppresses = hasDirectRoles({ user }, object);
      for (const derived of derivedRoles(world, typeOf(object), { role, onResource, relation, suppresses })) {
        add(object, derived);
      }
    }
  }
  return found;
}

interface Premise {
  readonly role: string;
  readonly onResource: string;
  readonly relation: string;
  /** Whether the user has a direct role on the object. */
  readonly suppresses: boolean;
}

/** The roles of `type` that are derived from a role on an instance linked by `relation`. */
function* derivedRoles(world: World, type: string, premise: Premise): Generator<string> {
  for (const key of world.roleKeys(type)) {
    const derivation = world.role(type, key)?.grantedTo;
    if (derivation === undefined || (premise.suppresses && derivation.noDirectRolesOnObject)) continue;
    const follows = derivation.rules.some(
      (rule) =>
        rule.role === premise.role &&
        rule.onResource === premise.onResource &&
        rule.relation === premise.relation &&
        !(premise.suppresses && rule.noDirectRolesOnObject),
    );
    if (follows) yield key;
  }
}
