/** One permission, or several of which all or any are needed. */
export type Requirement<Permission extends string = string> = Permission | Several<Permission>;

export interface Several<Permission extends string = string> {
  readonly need: 'all' | 'any';
  readonly permissions: readonly [Permission, ...Permission[]];
}

/** Every one of them is needed. */
export function all<const Permission extends string>(
  ...permissions: [Permission, ...Permission[]]
): Several<Permission> {
  return { need: 'all', permissions };
}

/** One of them is enough. */
export function any<const Permission extends string>(
  ...permissions: [Permission, ...Permission[]]
): Several<Permission> {
  return { need: 'any', permissions };
}

export function severalOf<Permission extends string>(
  requirement: Requirement<Permission>,
): Several<Permission> {
  return typeof requirement === 'string' ? { need: 'all', permissions: [requirement] } : requirement;
}
