import { defaultTenant } from '@latchkey/directory-sync';
import { rolesGranting } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';

export interface Doer {
  readonly key: string;
  readonly name: string | null;
}

export type RoleSource =
  /** Sync assigned it when it created the user. */
  | { readonly kind: 'default' }
  /** The directory mapping gives it, so it is changed in Logto. */
  | { readonly kind: 'logto' }
  /** A request was approved. `endsAt`: ISO 8601; `null` for no end. */
  | { readonly kind: 'request'; readonly requestId: string; readonly endsAt: string | null }
  /** A user assigned it. `by` and `at` are `null` if that happened outside this console. */
  | {
      readonly kind: 'hand';
      readonly by: Doer | null;
      readonly at: string | null;
      readonly endsAt: string | null;
    };

/** A source in which the assigner is only a key. */
export type UnnamedSource =
  | Exclude<RoleSource, { kind: 'hand' }>
  | (Omit<Extract<RoleSource, { kind: 'hand' }>, 'by'> & { readonly by: string | null });

export interface SourcedRole {
  readonly role: string;
  readonly source: RoleSource;
}

/**
 * Returns a user's tenant roles in the order of the policy, each with its source. For a suspended user: the roles that
 * will be restored. Empty for an unknown user.
 * @throws {PermitApiError}
 */
export type RoleSourcesOf = (tenant: string, subject: string) => Promise<readonly SourcedRole[]>;

/** Returns the roles that sync manages in a tenant: they are assigned and removed in Logto. */
export function rolesFromLogto(tenant: string): ReadonlySet<string> {
  return tenant === defaultTenant ? directoryMapping.ownedInDefault : directoryMapping.ownedInOrganization;
}

/** The roles that make a user an administrator of a tenant: they can assign roles. */
export const administeringRoles: readonly string[] = rolesGranting(policy, 'members:assign').tenant;
