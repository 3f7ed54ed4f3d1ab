import type { PermitGrant, PermitTenantState } from './states.ts';

/** A user as Permit shall have it. `attributes` are all of them: Permit replaces them as a whole. */
export interface WantedUser {
  readonly key: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One change to Permit's directory. Each may be repeated without harm. */
export type Operation =
  | { readonly kind: 'create-tenant'; readonly tenant: PermitTenantState }
  | { readonly kind: 'update-tenant'; readonly tenant: PermitTenantState }
  | { readonly kind: 'delete-tenant'; readonly key: string }
  /** The roles come in the same call: nobody is there without what they start with. */
  | { readonly kind: 'create-user'; readonly user: WantedUser; readonly grants: readonly PermitGrant[] }
  /** `lastName` is not sync's; it is named because Permit's bulk call replaces it. */
  | { readonly kind: 'update-user'; readonly user: WantedUser; readonly lastName: string | null }
  /** After the roles: forgets which of them were suspended. */
  | { readonly kind: 'clear-suspended-roles'; readonly user: WantedUser; readonly lastName: string | null }
  | { readonly kind: 'delete-user'; readonly key: string; readonly grants: readonly PermitGrant[] }
  | { readonly kind: 'assign'; readonly user: string; readonly grant: PermitGrant }
  /** A suspended role comes back, unless its tenant or instance is gone meanwhile. */
  | { readonly kind: 'restore'; readonly user: string; readonly grant: PermitGrant }
  | { readonly kind: 'unassign'; readonly user: string; readonly grant: PermitGrant };

/** In this order over many subjects nobody holds a role too early or too long, and nothing refers to what is not there yet. */
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

/** Whether somebody loses something by it. */
export function isRemoval({ kind }: Operation): boolean {
  return removing.has(kind);
}

/** The key of the user or tenant that the operation is about. */
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
