import type { Policy } from './define-policy.ts';

/** What types cannot see. @throws {TypeError} naming the key or the circle. */
export function assertPolicy({ resources, roles, userSets = {}, resourceSets = {} }: Policy): void {
  for (const [resource, definition] of Object.entries(resources)) {
    const { actions, attributes = {}, relations = {}, roles: onInstance = {} } = definition;
    for (const part of [attributes, relations, onInstance]) assertKeys(Object.keys(part));
    assertKeys([resource, ...actions]);
  }
  assertKeys([...Object.keys(roles), ...Object.keys(userSets), ...Object.keys(resourceSets)]);
  const shared = Object.keys(userSets).find((key) => Object.hasOwn(resourceSets, key));
  if (shared !== undefined)
    throw new TypeError(`"${shared}" names a user set and a resource set: Permit keeps both under one key.`);
  for (const role of Object.keys(roles)) assertAcyclic(roles, role, []);
}

/** Permit.io's pattern for every key but a user's (API schemas `ResourceCreate`, `RoleCreate`, …). */
function assertKeys(keys: readonly string[]): void {
  const wrong = keys.find((key) => !/^[A-Za-z0-9\-_]+$/.test(key));
  if (wrong !== undefined) throw new TypeError(`"${wrong}" is no key: letters, digits, "-" and "_" only.`);
}

function assertAcyclic(roles: Policy['roles'], role: string, path: readonly string[]): void {
  const here = [...path, role];
  if (path.includes(role)) throw new TypeError(`Roles inherit in a circle: ${here.join(' → ')}.`);
  for (const parent of roles[role]?.extends ?? []) assertAcyclic(roles, parent, here);
}
