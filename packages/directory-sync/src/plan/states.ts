import type { LogtoUser } from '../events/logto-event.ts';

/**
 * A user in Logto. `undefined` means unknown, because webhooks omit the field; sync then changes nothing that depends
 * on it.
 */
export interface LogtoUserState {
  readonly user: LogtoUser;
  /** Names of the user roles. */
  readonly roles: readonly string[] | undefined;
  /** All organizations of the user. */
  readonly memberships: readonly LogtoMembership[] | undefined;
}

export interface LogtoMembership {
  /** The organization's id in Logto. */
  readonly organization: string;
  /** Names of the organization roles; `undefined` when unknown. */
  readonly roles: readonly string[] | undefined;
}

/** An organization in Logto. */
export interface LogtoOrganization {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** A user in Permit. */
export interface PermitUserState {
  readonly key: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Roles in tenants, and roles on resource instances if the reader requested them. */
  readonly grants: readonly PermitGrant[];
  /** The tenants in `grants` that belong to no Logto organization: sync does not change roles there. */
  readonly foreignTenants: ReadonlySet<string>;
}

/** A role assignment of one user. */
export interface PermitGrant {
  readonly role: string;
  readonly tenant: string;
  /** The resource instance, `reports:<id>`; absent for a role in the tenant. */
  readonly instance?: string | undefined;
}

/** A tenant in Permit. */
export interface PermitTenantState {
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}
