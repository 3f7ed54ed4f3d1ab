import type { InstanceForgotten, WithoutInstance } from '../core/instance-permission.ts';
import type { Mistake } from '../core/wrong.ts';

/** What a gate requires: one permission, or several with `all(…)` or `any(…)`. */
export type Requirement<Permission extends string = string> = Permission | PermissionSet<Permission>;

/** Several permissions, of which all or any one are required. */
export interface PermissionSet<Permission extends string = string> {
  /** Whether all of `permissions` are required, or any one. */
  readonly match: 'all' | 'any';
  /** The permissions, as `resource:action`. */
  readonly permissions: readonly [Permission, ...Permission[]];
}

/** With a tuple type, from which the compiler can tell which permissions are known. */
export interface KnownSet<Permissions extends readonly [string, ...string[]]> extends PermissionSet<
  Permissions[number]
> {
  readonly permissions: Permissions;
}

/** Combines permissions to a requirement for every one of them: `permitted(all('reports:view', 'reports:edit'))`. */
export function all<const Permissions extends readonly [string, ...string[]]>(
  ...permissions: Permissions
): KnownSet<Permissions> {
  return { match: 'all', permissions };
}

/** Combines permissions to a requirement for at least one of them: `permitted(any('reports:view', 'reports:edit'))`. */
export function any<const Permissions extends readonly [string, ...string[]]>(
  ...permissions: Permissions
): KnownSet<Permissions> {
  return { match: 'any', permissions };
}

export function toPermissionSet<Permission extends string>(
  requirement: Requirement<Permission>,
): PermissionSet<Permission> {
  return typeof requirement === 'string' ? { match: 'all', permissions: [requirement] } : requirement;
}

export type RequirementWithoutInstance<Required, InstancePermission extends string> = [
  InstancePermission,
] extends [never]
  ? unknown
  : Required extends KnownSet<infer Permissions>
    ? Forgotten<Permissions, InstancePermission> extends infer Permission extends string
      ? [Permission] extends [never]
        ? unknown
        : Mistake<InstanceForgotten<Permission>>
      : unknown
    : WithoutInstance<Required, InstancePermission>;

type Forgotten<Permissions extends readonly string[], InstancePermission extends string> = {
  [I in keyof Permissions]: [Permissions[I]] extends [InstancePermission] ? Permissions[I] : never;
}[number];
