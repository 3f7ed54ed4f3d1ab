/** Logto's id, kept on every user and tenant that sync has written: what it may take away again when Logto has it no more. */
export const originAttribute = 'logto_id';

/** The roles of a suspended user, `role@tenant` or `role@tenant#type:key`, for the day they come back. */
export const suspendedRolesAttribute = 'logto_suspended_roles';

/** Whether sync wrote this; what others put into Permit is theirs. */
export function isManagedBySync({
  attributes,
}: {
  readonly attributes: Readonly<Record<string, unknown>>;
}): boolean {
  return typeof attributes[originAttribute] === 'string';
}
