import type { Permissions } from '../core/permissions.ts';

/** The context that gated procedures require. */
export interface GatedContext<
  Permission extends string = string,
  Role extends string = string,
  InstancePermission extends string = never,
  ListField extends string = never,
> {
  /** The caller's permissions, created with `createPermissions`. */
  readonly permissions: Permissions<Permission, Role, InstancePermission, ListField>;
}
