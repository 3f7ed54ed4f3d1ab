/**
 * The attribute that holds the Logto id, on every user and tenant that sync has written. Sync only deletes users and
 * tenants that have this attribute, with any cause of the reconcile.
 */
export const originAttribute = 'logto_id';

/**
 * The attribute that stores the roles of a suspended user, `role@tenant` or `role@tenant#type:key`, to restore them
 * later.
 */
export const suspendedRolesAttribute = 'logto_suspended_roles';

/** Whether sync wrote this user or tenant. Sync does not change others. */
export function isManagedBySync({
  attributes,
}: {
  readonly attributes: Readonly<Record<string, unknown>>;
}): boolean {
  return typeof attributes[originAttribute] === 'string';
}
