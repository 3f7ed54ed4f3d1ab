import type { Permissions } from '../permissions.ts';

/** What the context of a gated procedure must hold. */
export interface GatedContext<
  Permission extends string = string,
  Role extends string = string,
  InstancePermission extends string = never,
> {
  /** The caller's permissions, made with `createPermissions`. */
  readonly permissions: Permissions<Permission, Role, InstancePermission>;
}
