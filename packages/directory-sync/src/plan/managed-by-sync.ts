/**
 * The attribute with Logto's id, on every user and tenant that sync has written. Sync deletes only users and tenants that
 * have it.
 */
export const originAttribute = 'logto_id';

/** The attribute with the roles of a suspended user, `role@tenant` or `role@tenant#type:key`, to restore them later. */
export const suspendedRolesAttribute = 'logto_suspended_roles';

/** Whether sync wrote this user or tenant. Sync leaves those that others created alone. */
export function isManagedBySync({
  attributes,
}: {
  readonly attributes: Readonly<Record<string, unknown>>;
}): boolean {
  return typeof attributes[originAttribute] === 'string';
}
