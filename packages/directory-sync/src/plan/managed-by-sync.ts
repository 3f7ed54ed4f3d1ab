/**
 * The attribute with Logto's id, on every user and tenant that sync has written. What Logto does not have is deleted only if
 * it has this attribute, whatever the reason to reconcile it is.
 */
export const originAttribute = 'logto_id';

/** The attribute with the roles of a suspended user, `role@tenant` or `role@tenant#type:key`, to restore them later. */
export const suspendedRolesAttribute = 'logto_suspended_roles';

/** Whether sync wrote this user or tenant. Sync leaves those of others alone. */
export function isManagedBySync({
  attributes,
}: {
  readonly attributes: Readonly<Record<string, unknown>>;
}): boolean {
  return typeof attributes[originAttribute] === 'string';
}
