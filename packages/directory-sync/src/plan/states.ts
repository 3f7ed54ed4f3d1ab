import type { LogtoUser } from '../events/logto-event.ts';

/** A person as Logto knows them. What a webhook does not tell is `undefined`: not known, hence not touched. */
export interface LogtoUserState {
  readonly user: LogtoUser;
  /** Names of user roles. */
  readonly roles: readonly string[] | undefined;
  /** Every organization they belong to; in the guide's mode only those that an event spoke of. */
  readonly memberships: readonly LogtoMembership[] | undefined;
}

export interface LogtoMembership {
  /** Logto's id. */
  readonly organization: string;
  /** Names of organization roles; `undefined` when not known. */
  readonly roles: readonly string[] | undefined;
}

export interface LogtoOrganization {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null | undefined;
}

export interface PermitUserState {
  readonly key: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Tenant roles, and roles on instances where the reader asked for them. */
  readonly grants: readonly PermitGrant[];
  /** Tenants among the grants that are no organization's: roles there are somebody else's. */
  readonly foreignTenants: ReadonlySet<string>;
}

export interface PermitGrant {
  readonly role: string;
  readonly tenant: string;
  /** `reports:<id>`; absent for a role in the tenant. */
  readonly instance?: string | undefined;
}

export interface PermitTenantState {
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}
