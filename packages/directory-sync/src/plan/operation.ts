import type { PermitGrant, PermitTenantState } from './states.ts';

/** `attributes` has all attributes, because Permit replaces them as a whole. */
export interface WantedUser {
  readonly key: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One idempotent change to Permit's directory, by Permit keys. */
export type Operation =
  | { readonly kind: 'create-tenant'; readonly tenant: PermitTenantState }
  | { readonly kind: 'update-tenant'; readonly tenant: PermitTenantState }
  | { readonly kind: 'delete-tenant'; readonly key: string }
  /** In one call, so that no user exists without the default role. */
  | { readonly kind: 'create-user'; readonly user: WantedUser; readonly grants: readonly PermitGrant[] }
  /** Includes the unchanged `lastName`, which Permit's bulk call would otherwise delete. */
  | { readonly kind: 'update-user'; readonly user: WantedUser; readonly lastName: string | null }
  /** Removes the attribute with the suspended roles. */
  | { readonly kind: 'clear-suspended-roles'; readonly user: WantedUser; readonly lastName: string | null }
  | { readonly kind: 'delete-user'; readonly key: string; readonly grants: readonly PermitGrant[] }
  | { readonly kind: 'assign'; readonly user: string; readonly grant: PermitGrant }
  /** Assigns a role held before the suspension, unless its tenant or instance no longer exists. */
  | { readonly kind: 'restore'; readonly user: string; readonly grant: PermitGrant }
  | { readonly kind: 'unassign'; readonly user: string; readonly grant: PermitGrant };

/**
 * The order of applying the operations of many subjects: no role too early or too long, and no reference to an object
 * that does not exist yet.
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

export function isRemoval({ kind }: Operation): boolean {
  return removing.has(kind);
}

/** The Permit key of the user or tenant. */
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
