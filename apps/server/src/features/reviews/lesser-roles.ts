import { permissionsOfResourceRole, permissionsOfRole, rolesGranting, rolesOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { sharedResources, shareRoles } from '../../directory/shared-resources.ts';

/** A role in the tenant, or on an instance (`reports:<id>`). */
export interface PlacedRole {
  readonly role: string;
  readonly instance: string | null;
}

/** The permissions that the role grants, by the policy; none for a role that the policy does not have. */
export function grantsOf({ role, instance }: PlacedRole): readonly AppPermission[] {
  if (instance === null) {
    const known = rolesOf(policy).find((one) => one === role);
    return known === undefined ? [] : permissionsOfRole(policy, known);
  }
  const resource = sharedResources.find((one) => instance.startsWith(`${one}:`));
  const known = shareRoles.find((one) => one === role);
  return resource === undefined || known === undefined
    ? []
    : permissionsOfResourceRole(policy, resource, known);
}

/** The roles that can replace this one: those that grant some of its permissions and no other. */
export function lesserRoles({ role, instance }: PlacedRole): string[] {
  const held = new Set(grantsOf({ role, instance }));
  const others: readonly string[] = instance === null ? rolesOf(policy) : shareRoles;
  return others.filter((other) => {
    const grants = grantsOf({ role: other, instance });
    return (
      grants.length > 0 && grants.length < held.size && grants.every((permission) => held.has(permission))
    );
  });
}

const changingAccess = ['members:assign', 'requests:decide', 'reports:share', 'collections:share'] as const;

/** Whether others' access can be changed with the role: of anyone in the tenant, not only on one report or collection. */
export function isPrivileged({ role, instance }: PlacedRole): boolean {
  return (
    instance === null &&
    changingAccess.some((permission) => rolesGranting(policy, permission).tenant.some((one) => one === role))
  );
}
