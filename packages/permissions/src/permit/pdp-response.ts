import { z } from 'zod/v4';
import type { DenyReason } from '../core/decision.ts';

/**
 * One decision of the PDP. Read `allow` only: `result` is a deprecated field that the PDP sets to `false` even when it
 * allows. `debug` is present unless the debugger is disabled.
 */
const Result = z.object({
  allow: z.boolean(),
  debug: z.looseObject({ rbac: z.looseObject({ code: z.string() }).nullish() }).nullish(),
});

/** OPA wraps the decision in `result`. The PDP's own `result` is different: a boolean next to `allow`. */
function unwrap(body: unknown): unknown {
  const isWrapped = typeof body === 'object' && body !== null && 'result' in body && !('allow' in body);
  return isWrapped ? body.result : body;
}

/** The response to `/allowed`. */
export const AllowedResponse = z.preprocess(unwrap, Result);

/** The response to `/allowed/bulk`: one decision for each query, in order. */
export const BulkResponse = z.preprocess(unwrap, z.object({ allow: z.array(Result) }));

/** The response to `/user-permissions`, by `__tenant:<tenant>` and `<type>:<instance>`. */
export const UserPermissionsResponse = z.record(
  z.string(),
  z.looseObject({ roles: z.array(z.string()).nullish(), permissions: z.array(z.string()).nullish() }),
);

/** The response to `/authorized_users`, by user key. The users' assignments are ignored. */
export const AuthorizedUsersResponse = z.object({ users: z.record(z.string(), z.unknown()) });

/** The response to `/allowed/all-tenants`. */
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

/** The reason of a deny, from the code of Permit's debug output (https://docs.permit.io/errors/<code>). */
export function denyReasonOf({ debug }: PdpResult): DenyReason {
  return reasons[debug?.rbac?.code ?? ''] ?? 'denied';
}
