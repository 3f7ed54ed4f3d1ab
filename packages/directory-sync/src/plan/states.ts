import type { LogtoUser } from '../events/logto-event.ts';

/** `undefined` means unknown, because webhooks omit the field: sync changes nothing that depends on it. */
export interface LogtoUserState {
  readonly user: LogtoUser;
  readonly roles: readonly string[] | undefined;
  readonly memberships: readonly LogtoMembership[] | undefined;
}

export interface LogtoMembership {
  readonly organization: string;
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
  /** Roles in tenants, and those on instances if the reader requested them. */
  readonly grants: readonly PermitGrant[];
  /** The tenants in `grants` that belong to no Logto organization, where sync changes no roles. */
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
