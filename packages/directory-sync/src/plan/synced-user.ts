import type { LogtoUser } from '../events/logto-event.ts';
import { tenantKey } from '../mapping/permit-key.ts';
import type { Operation, WantedUser } from './operation.ts';
import type { LogtoUserState, PermitGrant, PermitUserState } from './states.ts';
import { sameGrant } from './managed-by-sync.ts';

export interface SyncedUser {
  /** The Permit key. */
  readonly key: string;
  /** `undefined` if Logto does not have the user, or was not queried. */
  readonly logto: LogtoUserFacts | undefined;
  /** `undefined` if Permit does not have the user. */
  readonly permit: PermitUserState | undefined;
}

/** Facts that Permit does not store, as Logto returns them. */
export interface LogtoUserFacts extends Readonly<
  Pick<LogtoUser, 'isSuspended' | 'createdAt' | 'lastSignInAt' | 'customData'>
> {
  /** Of the user's organizations; `undefined` when unknown. */
  readonly tenants: readonly string[] | undefined;
}

export function logtoUserFacts({ user, memberships }: LogtoUserState): LogtoUserFacts {
  const { isSuspended, createdAt, lastSignInAt, customData } = user;
  const tenants = memberships?.map(({ organization }) => tenantKey(organization));
  return { isSuspended, createdAt, lastSignInAt, customData, tenants };
}

/** The user's state in Permit after operations, which may also concern other users. */
export function userAfter(
  key: string,
  present: PermitUserState | undefined,
  operations: readonly Operation[],
): PermitUserState | undefined {
  return operations.reduce((user, operation) => after(key, user, operation), present);
}

function after(
  key: string,
  user: PermitUserState | undefined,
  operation: Operation,
): PermitUserState | undefined {
  switch (operation.kind) {
    case 'create-user':
      return operation.user.key === key ? created(operation.user, operation.grants) : user;
    case 'update-user':
    case 'clear-suspended-roles':
      return operation.user.key === key && user !== undefined ? { ...user, ...operation.user } : user;
    case 'delete-user':
      return operation.key === key ? undefined : user;
    case 'assign':
    case 'restore':
    case 'unassign': {
      if (operation.user !== key || user === undefined) return user;
      const others = user.grants.filter((grant) => !sameGrant(grant, operation.grant));
      return { ...user, grants: operation.kind === 'unassign' ? others : [...others, operation.grant] };
    }
    case 'delete-tenant':
      return user && { ...user, grants: user.grants.filter(({ tenant }) => tenant !== operation.key) };
    default:
      return user;
  }
}

function created(user: WantedUser, grants: readonly PermitGrant[]): PermitUserState {
  return { ...user, lastName: null, grants, foreignTenants: new Set() };
}
