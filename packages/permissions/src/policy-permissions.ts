import type { Decider } from './decision.ts';
import type { InstancePermissionOf } from './instance-permission.ts';
import type { Permissions } from './permissions.ts';
import type { Policy } from './policy.ts';
import type { PermissionOf, RoleOf } from './policy-types.ts';

/**
 * The `Permissions` type of a policy, for the request context:
 * `readonly permissions: PolicyPermissions<typeof policy>`. It includes which permissions need an instance;
 * `Permissions<Permission, Role>` does not.
 */
export type PolicyPermissions<P extends Policy> = Permissions<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>
>;

/** The `Decider` type of a policy, for the dependencies of a server. */
export type PolicyDecider<P extends Policy> = Decider<PermissionOf<P>, RoleOf<P>, InstancePermissionOf<P>>;
