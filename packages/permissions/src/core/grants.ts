import type { GrantingRule, Check, Deny, DenyReason } from './decision.ts';
import type { PermissionOf, Policy, ResourceOf, ResourceRoleOf, RoleOf } from './policy.ts';
import { valueOf } from './records.ts';

/** All permissions of the policy, grouped by resource, in the policy's order. */
export function permissionsOf<P extends Policy>(policy: P): PermissionOf<P>[] {
  const all = Object.entries(policy.resources).flatMap(([resource, { actions }]) =>
    actions.map((action) => `${resource}:${action}`),
  );
  return all as PermissionOf<P>[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- built from the table itself
}

/** Every tenant role of the policy, in the policy's order. */
export function rolesOf<P extends Policy>(policy: P): RoleOf<P>[] {
  return Object.keys(policy.roles);
}

/** A tenant role's permissions, including inherited ones, in the policy's order. Empty for an unknown role. */
export function permissionsOfRole<P extends Policy>(policy: P, role: RoleOf<P>): PermissionOf<P>[] {
  const granted = new Set<string>();
  const visit = (name: string): void => {
    const definition = valueOf(policy.roles, name);
    if (definition === undefined) return;
    const permissions = definition.permissions === '*' ? permissionsOf(policy) : definition.permissions;
    for (const permission of permissions) granted.add(permission);
    definition.extends?.forEach(visit);
  };
  visit(role);
  return permissionsOf(policy).filter((permission) => granted.has(permission));
}

/** The permissions that an instance role grants on its instance, in the policy's order. */
export function permissionsOfResourceRole<P extends Policy, R extends ResourceOf<P>>(
  policy: P,
  resource: R,
  role: ResourceRoleOf<P, R>,
): PermissionOf<P>[] {
  const actions = policy.resources[resource]?.roles?.[role]?.permissions ?? [];
  const granted = new Set<string>(actions.map((action) => `${resource}:${action}`));
  return permissionsOf(policy).filter((permission) => granted.has(permission));
}

/**
 * The roles that grant a permission: tenant roles (including by inheritance), and instance roles as `resource#role`.
 * For rules, see `rulesGranting`.
 */
export function rolesGranting<P extends Policy>(
  policy: P,
  permission: PermissionOf<P>,
): { tenant: RoleOf<P>[]; instance: `${string}#${string}`[] } {
  const [resource = '', action = ''] = permission.split(':');
  const onInstance = Object.entries(policy.resources[resource]?.roles ?? {});
  return {
    tenant: rolesOf(policy).filter((role) => permissionsOfRole(policy, role).includes(permission)),
    instance: onInstance
      .filter(([, { permissions }]) => permissions.includes(action))
      .map(([role]) => `${resource}#${role}` as const),
  };
}

/** The rules that grant a permission when their conditions hold, in the policy's order. */
export function rulesGranting<P extends Policy>(policy: P, permission: PermissionOf<P>): GrantingRule[] {
  const { rules = [], userSets = {}, resourceSets = {} }: Policy = policy;
  return rules.flatMap(({ permissions, ...rule }) => {
    if (!permissions.includes(permission)) return [];
    const { role, userSet = '', resourceSet, resource } = rule;
    const who = role ?? userSets[userSet]?.name ?? userSet;
    const on = resourceSet === undefined ? resource : (resourceSets[resourceSet]?.name ?? resourceSet);
    return [{ ...rule, text: `${who} on ${on}` }];
  });
}

/** A change to a tenant role's permissions. */
export interface GrantChange {
  /** The key of a tenant role. */
  readonly role: string;
  /** The permission, as `resource:action`. */
  readonly permission: string;
  /** Whether the permission is granted (`true`) or revoked (`false`). */
  readonly granted: boolean;
}

/**
 * Returns a copy of the policy with the changes, to preview their effect. A change affects only the role's own
 * permissions, not inherited ones. A revocation turns `'*'` into a list of all other permissions. Ignores unknown roles
 * and permissions.
 */
export function changeGrants(policy: Policy, changes: readonly GrantChange[]): Policy {
  const known: ReadonlySet<string> = new Set(permissionsOf(policy));
  const roles = Object.entries(policy.roles).map(([key, definition]) => {
    const ofRole = changes.filter(({ role, permission }) => role === key && known.has(permission));
    const before = definition.permissions;
    const given = new Set(before === '*' ? known : before);
    for (const { permission, granted } of ofRole) {
      if (granted) given.add(permission);
      else given.delete(permission);
    }
    const isAll = before === '*' && given.size === known.size;
    return [key, { ...definition, permissions: isAll ? ('*' as const) : [...given] }] as const;
  });
  return { ...policy, roles: Object.fromEntries(roles) };
}

export function denyOf<P extends Policy>(
  policy: P,
  { permission, instance }: Pick<Check<PermissionOf<P>>, 'permission' | 'instance'>,
  reason: DenyReason,
): Deny<PermissionOf<P>, RoleOf<P>> {
  const granting = rolesGranting(policy, permission);
  const rules = rulesGranting(policy, permission);
  return {
    outcome: 'deny',
    permission,
    reason,
    grantedBy: granting.tenant,
    grantedByInstanceRoles:
      instance === undefined ? [] : granting.instance.map((role) => role.slice(role.indexOf('#') + 1)),
    ...(rules.length > 0 && { grantedByRules: rules }),
  };
}
