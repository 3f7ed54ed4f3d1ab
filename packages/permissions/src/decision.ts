/** One question to the policy engine. Everything in it comes from the server's own knowledge, nothing from a browser. */
export interface Check<Permission extends string = string> {
  /** The key of the user, as Permit.io knows it. */
  readonly subject: string;
  readonly tenant: string;
  readonly permission: Permission;
  /** The key of the resource instance; absent when the question is about the resource as a whole. */
  readonly instance?: string | undefined;
  /** Attributes of the instance; they beat those that Permit has stored. See `ServerAttributes`. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** For conditions on `context.*`. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

export interface Allow<Permission extends string = string> {
  readonly outcome: 'allow';
  readonly permission: Permission;
}

/**
 * Why not, as far as Permit.io's debugger told: `unknown_subject` (never provisioned), `no_role_in_tenant`,
 * `no_permission` (has roles, none grants it), `unknown_permission` (the policy
 * was not applied to this environment). `denied` when the PDP gave no reason.
 */
export type DenyReason =
  'unknown_subject' | 'no_role_in_tenant' | 'no_permission' | 'unknown_permission' | 'denied';

export interface Deny<Permission extends string = string, Role extends string = string> {
  readonly outcome: 'deny';
  readonly permission: Permission;
  readonly reason: DenyReason;
  /** The tenant roles that grant the permission; empty when only a role on the instance does. */
  readonly grantedBy: readonly Role[];
}

/** A deny is a value. An outage is an error (`AuthorizationUnavailableError`), and never one of these. */
export type Decision<Permission extends string = string, Role extends string = string> =
  Allow<Permission> | Deny<Permission, Role>;

/** What a person holds in a tenant as a whole, roles on instances aside. */
export interface Grants<Permission extends string = string, Role extends string = string> {
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
}

/** Whoever can answer checks: Permit.io's PDP, or an engine in process. */
export interface Decider<Permission extends string = string, Role extends string = string> {
  /**
   * Answers all or none: as many decisions as checks, in their order.
   * @throws {AuthorizationUnavailableError} when any of them could not be decided.
   */
  decide(checks: readonly Check<Permission>[]): Promise<Decision<Permission, Role>[]>;
  /**
   * For showing, not for deciding: what the policy table does not name is left out, and so is what attributes grant.
   * @throws {AuthorizationUnavailableError}
   */
  grants(subject: string, tenant: string): Promise<Grants<Permission, Role>>;
}
