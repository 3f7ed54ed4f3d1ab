import type { CheckedExplanation } from './explain/explanation.ts';
import type { ListPlan, ListQuestion } from './list/list-plan.ts';

/** One question to the policy engine. Every field comes from the server's own knowledge, nothing from a browser. */
export interface Check<Permission extends string = string> {
  /** Permit.io's key of the user. */
  readonly subject: string;
  /** The key of the tenant. */
  readonly tenant: string;
  /** `resource:action` */
  readonly permission: Permission;
  /** The key of the resource instance. Absent: the question is about the resource as a whole. */
  readonly instance?: string | undefined;
  /** Attributes of the instance. They override the attributes that Permit has stored; see `ServerAttributes`. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Values for conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/** The subject has the permission. */
export interface Allow<Permission extends string = string> {
  /** Tells `Allow` from `Deny`. */
  readonly outcome: 'allow';
  /** The permission that was checked. */
  readonly permission: Permission;
}

/**
 * Why a permission was denied, as far as Permit.io's debug output says: `unknown_subject` (the user was never
 * provisioned), `no_role_in_tenant`, `no_permission` (the user has roles, none of them grants it), `unknown_permission`
 * (the policy was not applied to this environment). `denied`: the PDP gave no reason. `acting` is no answer of the PDP: the gate
 * refuses who acts for somebody else.
 */
export type DenyReason =
  'unknown_subject' | 'no_role_in_tenant' | 'no_permission' | 'unknown_permission' | 'denied' | 'acting';

/** The subject does not have the permission. */
export interface Deny<Permission extends string = string, Role extends string = string> {
  /** Tells `Deny` from `Allow`. */
  readonly outcome: 'deny';
  /** The permission that was checked. */
  readonly permission: Permission;
  /** Why it was denied. */
  readonly reason: DenyReason;
  /** The tenant roles that grant the permission; empty when only an instance role or a rule does. */
  readonly grantedBy: readonly Role[];
  /**
   * The roles on the instance that grant the permission: `['owner']`, of the permission's resource. Empty when none does, and
   * when the check names no instance.
   */
  readonly grantedByInstanceRoles: readonly string[];
}

/** A deny is a value. An outage is an error (`AuthorizationUnavailableError`), and never one of these. */
export type Decision<Permission extends string = string, Role extends string = string> =
  Allow<Permission> | Deny<Permission, Role>;

/** The tenant roles of a user and the permissions that they grant. Instance roles are not included. */
export interface Grants<Permission extends string = string, Role extends string = string> {
  /** Tenant roles, in the policy's order. */
  readonly roles: readonly Role[];
  /** Permissions on resources as a whole, in the policy's order. */
  readonly permissions: readonly Permission[];
}

/** Where a decision came from. `joined`: an identical question was already in flight. `stale`: an expired cache entry. */
export type DecisionSource = 'pdp' | 'cache' | 'joined' | 'stale';

/** How checks are decided. */
export interface DecideOptions {
  /**
   * Told where each decision came from; `index` is the one of its check. A decider that does not know never calls it.
   * Default: nobody is told.
   */
  readonly onSource?: ((source: DecisionSource, index: number) => void) | undefined;
}

/**
 * The port to the policy engine: Permit.io's PDP (`createPermitDecider`), or an engine in process
 * (`createTestPermissions`). Every check of gates, `Permissions` and `answerGates` passes through `decide`. A wrapper
 * around it sees every decision, those for buttons included: `{ ...decider, decide: async (checks, options) => … }`.
 */
export interface Decider<
  Permission extends string = string,
  Role extends string = string,
  InstancePermission extends string = never,
> {
  /** For the compiler only, and never set: the permissions that only roles on instances grant. See `InstancePermissionOf`. */
  readonly instancePermissions?: (permission: InstancePermission) => void;
  /**
   * Answers all checks or none: one decision for each check, in the same order.
   * @throws {AuthorizationUnavailableError} when at least one check could not be decided.
   */
  decide(
    checks: readonly Check<Permission>[],
    options?: DecideOptions,
  ): Promise<Decision<Permission, Role>[]>;
  /**
   * The roles and permissions of a user in a tenant, for display and not for decisions. Roles and permissions that the
   * policy does not name are left out, and so are permissions that rules grant by condition.
   * @throws {AuthorizationUnavailableError}
   */
  grants(subject: string, tenant: string): Promise<Grants<Permission, Role>>;
  /**
   * Which rows of a table the user has the permission for. Absent: this decider cannot tell, and `Permissions.list` says so.
   * @throws {AuthorizationUnavailableError}
   * @throws {ListNotPlannableError}
   */
  list?<Relation extends string>(question: ListQuestion<Permission, Relation>): Promise<ListPlan<Relation>>;
  /**
   * Why a check is decided as it is, or what would allow it. For people who look into a decision, not for decisions: it costs
   * several calls. Absent in a decider that cannot explain.
   * @throws {ExplanationUnavailableError}
   */
  explain?(check: Check<Permission>): Promise<CheckedExplanation>;
}
