import { rolesGranting } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { TRPCError } from '@trpc/server';
import { isPermission } from '../policy.ts';

interface Failure {
  readonly status: TRPCError['code'];
  readonly code: string;
  readonly denied?: object;
  readonly details?: object;
}

/** A procedure's error with its code, like the real server's. */
export const fail = (failure: Failure): TRPCError =>
  new TRPCError({ code: failure.status, cause: Object.assign(new Error(failure.code), { failure }) });

export const outage = { status: 'SERVICE_UNAVAILABLE', code: 'AUTHORIZATION_UNAVAILABLE' } as const;

export const denial = (permission: string, grantedBy: string[]) => ({
  permission,
  reason: 'no_permission',
  grantedBy,
  grantedByInstanceRoles: isPermission(permission)
    ? rolesGranting(policy, permission).instance.map((role) => role.split('#')[1] ?? '')
    : [],
});

export const noRole = {
  status: 'FORBIDDEN',
  code: 'FORBIDDEN',
  denied: { ...denial('reports:view', ['viewer']), reason: 'no_role_in_tenant' },
} as const;
