import type { CheckedPolicy } from './policy-checks.ts';
import type { Condition, Policy } from './policy.ts';

/**
 * Defines the policy table, from which gates, the UI, tests and Permit.io's configuration are derived.
 *
 * ```ts
 * export const policy = definePolicy({
 *   resources: { reports: { actions: ['view', 'publish'] } },
 *   roles: { viewer: { permissions: ['reports:view'] }, admin: { permissions: '*' } },
 *   defaultRole: 'viewer',
 * });
 * ```
 *
 * Names are inferred as literal types: a permission, role, relation, attribute or resource that does not exist is a
 * type error wherever it is used, including in this table, and the error message names it. At run time, `assertPolicy`
 * checks what types cannot express: keys follow Permit.io's pattern, no user set and resource set share a key, and role
 * inheritance has no cycle.
 * @returns the given table, in which the condition of each user set with `anyRole` also requires one of the table's
 * roles.
 * @throws {TypeError} naming the key or the cycle.
 */
export function definePolicy<const P extends object>(policy: CheckedPolicy<P>): P;
export function definePolicy(given: object): object {
  const policy = given as Policy; // oxlint-disable-line typescript/no-unsafe-type-assertion -- a policy that compiles has this shape
  const { userSets, roles } = policy;
  const tied = Object.entries(userSets ?? {}).map(([key, set]) => [
    key,
    set.anyRole === true ? { ...set, where: { allOf: [set.where, anyOfRoles(roles)] } } : set,
  ]);
  const whole = userSets === undefined ? policy : { ...policy, userSets: Object.fromEntries(tied) };
  assertPolicy(whole);
  return whole;
}

const anyOfRoles = (roles: Policy['roles']): Condition => ({
  anyOf: Object.keys(roles).map((role) => ({ 'user.roles': { array_contains: role } })),
});

/** Rejects a user set with `anyRole` whose condition requires no role: in Permit, it would apply in all tenants. */
export function assertAnyRole({ userSets = {}, roles }: Policy): void {
  const required = JSON.stringify(anyOfRoles(roles));
  for (const [key, { anyRole, where }] of Object.entries(userSets)) {
    const parts = 'allOf' in where && Array.isArray(where.allOf) ? where.allOf : [];
    if (anyRole === true && !parts.some((part) => JSON.stringify(part) === required))
      throw new TypeError(
        `"${key}" has "anyRole" without its condition: use the table that "definePolicy" returns.`,
      );
  }
}

/**
 * Checks what the types of `definePolicy` cannot: keys follow Permit.io's pattern, no user set and resource set share a
 * key, role inheritance has no cycle, a renamed key has only one new name and is no longer used, scopes have the
 * characters that OAuth allows, and the condition of a user set with `anyRole` requires a role. Call it for a policy that is loaded at run time.
 * @throws {TypeError} naming the key or the cycle.
 */
export function assertPolicy(policy: Policy): void {
  const { resources, roles, userSets = {}, resourceSets = {} } = policy;
  for (const [resource, definition] of Object.entries(resources)) {
    const { actions, attributes = {}, relations = {}, roles: instanceRoles = {} } = definition;
    for (const part of [attributes, relations, instanceRoles]) assertKeys(Object.keys(part));
    assertKeys([resource, ...actions]);
  }
  assertKeys([...Object.keys(roles), ...Object.keys(userSets), ...Object.keys(resourceSets)]);
  const shared = Object.keys(userSets).find((key) => Object.hasOwn(resourceSets, key));
  if (shared !== undefined)
    throw new TypeError(`"${shared}" names a user set and a resource set: Permit stores both under one key.`);
  assertScopes(Object.keys(policy.scopes ?? {}));
  for (const role of Object.keys(roles)) assertAcyclic(roles, role, []);
  assertRenames(resources);
  assertRenames(roles);
  for (const { roles: instanceRoles = {} } of Object.values(resources)) assertRenames(instanceRoles);
  assertAnyRole(policy);
}

/** Permit.io's pattern for all keys except user keys (Permit API, schemas `ResourceCreate`, `RoleCreate`). */
function assertKeys(keys: readonly string[]): void {
  const invalid = keys.find((key) => !/^(?!__proto__$)[A-Za-z0-9\-_]+$/.test(key));
  if (invalid !== undefined)
    throw new TypeError(`"${invalid}" is not a valid key: letters, digits, "-" and "_" only.`);
}

/** OAuth's pattern (RFC 6749, section 3.3). Scopes of OpenID Connect have a meaning of their own. */
function assertScopes(scopes: readonly string[]): void {
  const reserved = ['openid', 'offline_access', 'profile', 'email', 'phone', 'address', '__proto__'];
  const invalid = scopes.find(
    (scope) => !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope) || reserved.includes(scope),
  );
  if (invalid !== undefined)
    throw new TypeError(
      `"${invalid}" is not a valid scope: no spaces, quotes or backslashes, and no scope of OpenID.`,
    );
}

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
