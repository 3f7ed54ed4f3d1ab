import type { z } from 'zod/v4';
import { permissionsOf } from '../core/grants.ts';
import type { Policy } from '../core/policy.ts';
import type { PermissionOf } from '../core/policy-types.ts';
import type { UserPermissionsResponse } from './pdp-response.ts';

/** A user's roles on one instance, and the permissions that they grant there. */
export interface InstanceGrants<Permission extends string = string> {
  /** The resource key. */
  readonly resource: string;
  /** The instance key. */
  readonly instance: string;
  /** Roles on the instance, in the policy's order. */
  readonly roles: readonly string[];
  /** Permissions on the instance, in the policy's order. */
  readonly permissions: readonly Permission[];
}

/** Reads the PDP's response to `/user-permissions`, by `<type>:<instance>`. */
export function instanceGrantsOf<P extends Policy>(
  policy: P,
  resources: readonly string[],
  response: z.output<typeof UserPermissionsResponse>,
): InstanceGrants<PermissionOf<P>>[] {
  const allPermissions = permissionsOf(policy);
  return Object.entries(response).flatMap(([object, { roles, permissions }]) => {
    const separator = object.indexOf(':');
    const resource = object.slice(0, separator);
    if (!resources.includes(resource)) return [];
    const granted = new Set(permissions);
    return [
      {
        resource,
        instance: object.slice(separator + 1),
        roles: Object.keys(policy.resources[resource]?.roles ?? {}).filter((role) => roles?.includes(role)),
        permissions: allPermissions.filter((permission) => granted.has(permission)),
      },
    ];
  });
}
