import type { Policy } from './policy.ts';
import type { PermissionOf, ResourceOf, ResourceRoleOf, RoleOf } from './policy-types.ts';

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
    const definition = policy.roles[name];
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
 * Rules are not included, because what they grant depends on conditions.
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
