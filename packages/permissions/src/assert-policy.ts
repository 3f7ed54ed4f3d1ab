import type { Policy } from './policy.ts';

/**
 * Checks what the types of `definePolicy` cannot: keys follow Permit.io's pattern, no user set and resource set share a
 * key, role inheritance has no cycle, and a renamed key has one new name and is no longer used. Call it for a policy
 * that is loaded at run time.
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
  assertRenames(resources);
  assertRenames(roles);
  for (const { roles: instanceRoles = {} } of Object.values(resources)) assertRenames(instanceRoles);
}

/** Permit.io's pattern for all keys except user keys (Permit API, schemas `ResourceCreate`, `RoleCreate`). */
function assertKeys(keys: readonly string[]): void {
  const invalid = keys.find((key) => !/^[A-Za-z0-9\-_]+$/.test(key));
  if (invalid !== undefined)
    throw new TypeError(`"${invalid}" is no key: letters, digits, "-" and "_" only.`);
}

/** Rejects a renamed key that is still in use, and a key that is renamed twice. */
function assertRenames(definitions: Readonly<Record<string, { readonly renamedFrom?: string }>>): void {
  const old = Object.values(definitions).flatMap(({ renamedFrom = [] }) => renamedFrom);
  assertKeys(old);
  const used = old.find((key) => Object.hasOwn(definitions, key));
  if (used !== undefined) throw new TypeError(`"${used}" was not renamed: the table still has it.`);
  const twice = old.find((key, index) => old.indexOf(key) !== index);
  if (twice !== undefined) throw new TypeError(`"${twice}" was renamed twice: it can have one new name.`);
}

function assertAcyclic(roles: Policy['roles'], role: string, ancestors: readonly string[]): void {
  const path = [...ancestors, role];
  if (ancestors.includes(role)) throw new TypeError(`Roles inherit in a circle: ${path.join(' → ')}.`);
  for (const parent of roles[role]?.extends ?? []) assertAcyclic(roles, parent, path);
}
