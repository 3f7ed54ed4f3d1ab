import { z } from 'zod';
import type { DenyReason } from '../decision.ts';

/**
 * One decision of the PDP. `allow` is the truth; `result` is a deprecated mirror that the PDP fills with `false` even
 * when it allows, so nobody may read it. The debugger's part is there unless it was switched off.
 */
const Result = z.object({
  allow: z.boolean(),
  debug: z.looseObject({ rbac: z.looseObject({ code: z.string() }).nullish() }).nullish(),
});

/** Raw OPA wraps the same in `result`; the PDP's own `result`, a boolean beside `allow`, is not that. */
function unwrap(answer: unknown): unknown {
  const wrapped = typeof answer === 'object' && answer !== null && 'result' in answer && !('allow' in answer);
  return wrapped ? answer.result : answer;
}

export const SingleAnswer = z.preprocess(unwrap, Result);
export const BulkAnswer = z.preprocess(unwrap, z.object({ allow: z.array(Result) }));
/** Keyed by `__tenant:<tenant>` and `<type>:<instance>`. */
export const UserPermissionsAnswer = z.record(
  z.string(),
  z.looseObject({ roles: z.array(z.string()).nullish(), permissions: z.array(z.string()).nullish() }),
);
/** By user key; what each holds is not needed here. */
export const AuthorizedUsersAnswer = z.object({ users: z.record(z.string(), z.unknown()) });

export const AllTenantsAnswer = z.object({
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

export function denyReasonOf({ debug }: PdpResult): DenyReason {
  return reasons[debug?.rbac?.code ?? ''] ?? 'denied';
}
