/** One permission, or several of which all or any are needed. */
export type Requirement<Permission extends string = string> = Permission | PermissionSet<Permission>;

export interface PermissionSet<Permission extends string = string> {
  readonly need: 'all' | 'any';
  readonly permissions: readonly [Permission, ...Permission[]];
}

/** Every one of them is needed. */
export function all<const Permission extends string>(
  ...permissions: [Permission, ...Permission[]]
): PermissionSet<Permission> {
  return { need: 'all', permissions };
}

/** One of them is enough. */
export function any<const Permission extends string>(
  ...permissions: [Permission, ...Permission[]]
): PermissionSet<Permission> {
  return { need: 'any', permissions };
}

export function severalOf<Permission extends string>(
  requirement: Requirement<Permission>,
): PermissionSet<Permission> {
  return typeof requirement === 'string' ? { need: 'all', permissions: [requirement] } : requirement;
}
