import { z } from 'zod/v4';
import type { DenyReason } from '../core/decision.ts';
import { permissionsOf } from '../core/grants.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import { valueOf } from '../core/records.ts';

/**
 * Read only `allow`: the deprecated `result` is `false` even when the PDP allows. `debug` is present unless the
 * debugger is off.
 */
const Result = z.object({
  allow: z.boolean(),
  debug: z.looseObject({ rbac: z.looseObject({ code: z.string() }).nullish() }).nullish(),
});

/** OPA wraps a decision in `result`. The PDP's own `result` is another field, a boolean beside `allow`. */
function unwrap(body: unknown): unknown {
  const isWrapped = typeof body === 'object' && body !== null && 'result' in body && !('allow' in body);
  return isWrapped ? body.result : body;
}

export const AllowedResponse = z.preprocess(unwrap, Result);

/** One decision for each query, in order. */
export const BulkResponse = z.preprocess(unwrap, z.object({ allow: z.array(Result) }));

/** By `__tenant:<tenant>` and `<type>:<instance>`. */
export const UserPermissionsResponse = z.record(
  z.string(),
  z.looseObject({ roles: z.array(z.string()).nullish(), permissions: z.array(z.string()).nullish() }),
);

/** By user key. */
export const AuthorizedUsersResponse = z.object({ users: z.record(z.string(), z.unknown()) });

export const AllTenantsResponse = z.object({
  allowed_tenants: z.array(z.object({ allow: z.boolean(), tenant: z.looseObject({ key: z.string() }) })),
});

export type PdpResult = z.output<typeof Result>;

const reasons: Readonly<Record<string, DenyReason>> = {
  user_not_synced: 'unknown_subject',
  no_user_roles: 'no_role_in_tenant',
  no_role_in_tenant: 'no_role_in_tenant',
  no_such_tenant: 'no_role_in_tenant',
  no_permission: 'no_permission',
  no_such_resource: 'unknown_permission',
  no_such_action: 'unknown_permission',
};

/** From the code in Permit's debug output (https://docs.permit.io/errors/<code>). */
export function denyReasonOf({ debug }: PdpResult): DenyReason {
  return valueOf(reasons, debug?.rbac?.code ?? '') ?? 'denied';
}

/** A user's roles on one instance, and the permissions that they grant there. */
export interface InstanceGrants<Permission extends string = string> {
  readonly resource: string;
  readonly instance: string;
  /** Roles on the instance, in the policy's order. */
  readonly roles: readonly string[];
  /** Permissions on the instance, in the policy's order. */
  readonly permissions: readonly Permission[];
}

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
