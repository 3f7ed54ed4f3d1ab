import type { World } from '../world.ts';
import { nameOf, rootGrants, typeOf, type Grant } from './root-grants.ts';

/** An assignment that gives a user the role in question. */
export interface Holder {
  readonly user: string;
  readonly grant: Grant;
}

/**
 * Every user who has `role` on `object`, with each assignment that it derives from. Candidates are the users with
 * any role that it could derive from. Whether it does can depend on the user (`no_direct_roles_on_object`), so
 * each candidate is checked.
 */
export function* holdersOfRole(world: World, object: string, role: string): Generator<Holder> {
  const candidates = new Set<string>();
  for (const source of possibleSources(world, { object, role })) {
    for (const [user, roles] of world.holdersOf(source.object)) {
      if (roles.has(source.role)) candidates.add(user);
    }
  }
  for (const key of candidates) {
    const user = world.user(key);
    if (user === undefined) continue;
    for (const grant of rootGrants({ world, user }, object, role)) yield { user: key, grant };
  }
}

type RoleOnObject = Pick<Grant, 'object' | 'role'>;

/**
 * Every role that this one could derive from, for any user: a superset, because users are not considered.
 */
function* possibleSources(world: World, start: RoleOnObject): Generator<RoleOnObject> {
  const seen = new Set([nameOf(start)]);
  const queue = [start];
  for (const grant of queue) {
    yield grant;
    for (const rule of world.role(typeOf(grant.object), grant.role)?.grantedTo?.rules ?? []) {
      for (const object of world.subjectsOf(grant.object, rule.relation, rule.onResource)) {
        const source = { object, role: rule.role };
        if (seen.has(nameOf(source))) continue;
        seen.add(nameOf(source));
        queue.push(source);
      }
    }
  }
}
