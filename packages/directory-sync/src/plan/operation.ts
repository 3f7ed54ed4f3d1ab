import type { PermitGrant, PermitTenantState } from './states.ts';

/** A user as it should be in Permit. `attributes` has all of them, because Permit replaces them as a whole. */
export interface WantedUser {
  readonly key: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One change to Permit's directory. Users and tenants go by Permit's keys. Repeating an operation does no harm. */
export type Operation =
  | { readonly kind: 'create-tenant'; readonly tenant: PermitTenantState }
  | { readonly kind: 'update-tenant'; readonly tenant: PermitTenantState }
  | { readonly kind: 'delete-tenant'; readonly key: string }
  /** Creates the user with their roles in the same call, so that no user exists without the default role. */
  | { readonly kind: 'create-user'; readonly user: WantedUser; readonly grants: readonly PermitGrant[] }
  /** Sync does not change `lastName`; it is here because Permit's bulk call would delete it. */
  | { readonly kind: 'update-user'; readonly user: WantedUser; readonly lastName: string | null }
  /** Removes the attribute with the suspended roles, after they are restored. */
  | { readonly kind: 'clear-suspended-roles'; readonly user: WantedUser; readonly lastName: string | null }
  | { readonly kind: 'delete-user'; readonly key: string; readonly grants: readonly PermitGrant[] }
  | { readonly kind: 'assign'; readonly user: string; readonly grant: PermitGrant }
  /** Assigns a role that was held before the suspension, unless its tenant or instance no longer exists. */
  | { readonly kind: 'restore'; readonly user: string; readonly grant: PermitGrant }
  | { readonly kind: 'unassign'; readonly user: string; readonly grant: PermitGrant };

/**
 * The order of the operations of many subjects. No user holds a role too early or too long, and no operation refers to an
 * object that does not exist yet.
 */
export const phases = [
  'create-tenant',
  'update-tenant',
  'update-user',
  'unassign',
  'create-user',
  'assign',
  'restore',
  'clear-suspended-roles',
  'delete-user',
  'delete-tenant',
] as const satisfies readonly Operation['kind'][];

const removing: ReadonlySet<Operation['kind']> = new Set(['unassign', 'delete-user', 'delete-tenant']);

/** Whether the operation takes something away: a role, a user or a tenant. */
export function isRemoval({ kind }: Operation): boolean {
  return removing.has(kind);
}

/** The key in Permit of the user or tenant that the operation changes. */
export function subjectKeyOf(operation: Operation): string {
  switch (operation.kind) {
    case 'create-tenant':
    case 'update-tenant':
      return operation.tenant.key;
    case 'create-user':
    case 'update-user':
    case 'clear-suspended-roles':
      return operation.user.key;
    case 'assign':
    case 'restore':
    case 'unassign':
      return operation.user;
    default:
      return operation.key;
  }
}
