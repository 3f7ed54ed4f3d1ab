import type { Policy } from './policy.ts';

/**
 * Checks what the types of `definePolicy` cannot: keys follow Permit.io's pattern, no key is shared by a user set and a
 * resource set, roles do not inherit in a cycle. Use it for a table that was loaded at run time.
 * @throws {TypeError} naming the key or the cycle.
 */
export function assertPolicy({ resources, roles, userSets = {}, resourceSets = {} }: Policy): void {
  for (const [resource, definition] of Object.entries(resources)) {
    const { actions, attributes = {}, relations = {}, roles: instanceRoles = {} } = definition;
    for (const part of [attributes, relations, instanceRoles]) assertKeys(Object.keys(part));
    assertKeys([resource, ...actions]);
  }
  assertKeys([...Object.keys(roles), ...Object.keys(userSets), ...Object.keys(resourceSets)]);
  const shared = Object.keys(userSets).find((key) => Object.hasOwn(resourceSets, key));
  if (shared !== undefined)
    throw new TypeError(`"${shared}" names a user set and a resource set: Permit keeps both under one key.`);
  for (const role of Object.keys(roles)) assertAcyclic(roles, role, []);
}

/** Permit.io's pattern for every key except a user's (Permit API, schemas `ResourceCreate`, `RoleCreate`). */
function assertKeys(keys: readonly string[]): void {
  const invalid = keys.find((key) => !/^[A-Za-z0-9\-_]+$/.test(key));
  if (invalid !== undefined)
    throw new TypeError(`"${invalid}" is no key: letters, digits, "-" and "_" only.`);
}

function assertAcyclic(roles: Policy['roles'], role: string, ancestors: readonly string[]): void {
  const path = [...ancestors, role];
  if (ancestors.includes(role)) throw new TypeError(`Roles inherit in a circle: ${path.join(' → ')}.`);
  for (const parent of roles[role]?.extends ?? []) assertAcyclic(roles, parent, path);
}
