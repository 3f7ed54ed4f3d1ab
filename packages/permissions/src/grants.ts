import type { Policy } from './define-policy.ts';
import type { PermissionOf, ResourceOf, ResourceRoleOf, RoleOf } from './policy-types.ts';

/** Every permission of the table, resource by resource, in the table's order. */
export function permissionsOf<P extends Policy>(policy: P): PermissionOf<P>[] {
  const all = Object.entries(policy.resources).flatMap(([resource, { actions }]) =>
    actions.map((action) => `${resource}:${action}`),
  );
  return all as PermissionOf<P>[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- built from the table itself
}

/** Every tenant role of the table, in its order. */
export function rolesOf<P extends Policy>(policy: P): RoleOf<P>[] {
  return Object.keys(policy.roles);
}

/** What a tenant role grants, inherited permissions included, in the table's order. */
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

/** What a role on an instance grants there, as permissions. */
export function permissionsOfResourceRole<P extends Policy, R extends ResourceOf<P>>(
  policy: P,
  resource: R,
  role: ResourceRoleOf<P, R>,
): PermissionOf<P>[] {
  const actions = policy.resources[resource]?.roles?.[role]?.permissions ?? [];
  const granted = new Set<string>(actions.map((action) => `${resource}:${action}`));
  return permissionsOf(policy).filter((permission) => granted.has(permission));
}

/** Who could give a person this permission: tenant roles, and roles on the instance as `resource#role`. */
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
