/** What a gate requires: one permission, or several with `all(…)` or `any(…)`. */
export type Requirement<Permission extends string = string> = Permission | PermissionSet<Permission>;

/** Several permissions: either all of them are required, or any one of them is enough. */
export interface PermissionSet<Permission extends string = string> {
  /** How many of `permissions` are required. */
  readonly match: 'all' | 'any';
  /** Permissions as `resource:action`. */
  readonly permissions: readonly [Permission, ...Permission[]];
}

/** Requires every one of the permissions: `permitted(all('reports:view', 'reports:edit'))`. */
export function all<const Permission extends string>(
  ...permissions: [Permission, ...Permission[]]
): PermissionSet<Permission> {
  return { match: 'all', permissions };
}

/** Requires at least one of the permissions: `permitted(any('reports:view', 'reports:edit'))`. */
export function any<const Permission extends string>(
  ...permissions: [Permission, ...Permission[]]
): PermissionSet<Permission> {
  return { match: 'any', permissions };
}

/** A single permission as a set of one. */
export function toPermissionSet<Permission extends string>(
  requirement: Requirement<Permission>,
): PermissionSet<Permission> {
  return typeof requirement === 'string' ? { match: 'all', permissions: [requirement] } : requirement;
}
