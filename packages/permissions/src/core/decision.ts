import type { RuleDefinition, ScopeDefinition } from './policy.ts';
import type { CheckedExplanation } from '../explain/explanation.ts';
import type { ListPlan, ListQuestion } from '../list/list-plan.ts';

/** One authorization check. The server sets every field; no field comes from the browser unverified. */
export interface Check<Permission extends string = string> {
  /** The user's key in Permit.io. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /** The permission to check, as `resource:action`. */
  readonly permission: Permission;
  /** The key of the resource instance. Omit it to check the resource as a whole. */
  readonly instance?: string | undefined;
  /** Attributes of the instance, which override those stored in Permit; see `ServerAttributes`. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Attributes of the user, which override those stored in Permit. Never from the user's own request. Default: none. */
  readonly userAttributes?: Readonly<Record<string, unknown>> | undefined;
  /** Values for conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/** The decision that the subject has the permission. */
export interface Allow<Permission extends string = string> {
  readonly outcome: 'allow';
  readonly permission: Permission;
}

/**
 * Why a permission was denied, according to Permit.io's debug output: `unknown_subject` (the user was never
 * provisioned), `no_role_in_tenant`, `no_permission` (none of the user's roles grants it), `unknown_permission` (the
 * policy was not applied to this environment), `denied` (the PDP gave no reason). Two do not come from the PDP: `acting`
 * (the gate refuses actors, or requires that they have the permission too, and one does not) and `insufficient_scope`
 * (no scope of the token covers the permission).
 */
export type DenyReason =
  | 'unknown_subject'
  | 'no_role_in_tenant'
  | 'no_permission'
  | 'unknown_permission'
  | 'denied'
  | 'acting'
  | 'insufficient_scope';

/** The decision that the subject does not have the permission. */
export interface Deny<Permission extends string = string, Role extends string = string> {
  readonly outcome: 'deny';
  readonly permission: Permission;
  readonly reason: DenyReason;
  /** The tenant roles that grant the permission unconditionally. Empty when only instance roles or rules grant it. */
  readonly grantedBy: readonly Role[];
  /** The instance roles that grant it, for example `['owner']`. Empty when the check names no instance. */
  readonly grantedByInstanceRoles: readonly string[];
  /** The rules that grant the permission when their conditions hold. Absent when there are none. */
  readonly grantedByRules?: readonly GrantingRule[];
  /**
   * The scopes that cover the permission, those that cover the fewest permissions first. Only with the reason
   * `insufficient_scope`; whether the user has the permission is then not known.
   */
  readonly scopes?: readonly string[];
}

/** A rule that grants a permission, with either `userSet` or `role`, and either `resourceSet` or `resource`. */
export interface GrantingRule extends Omit<RuleDefinition, 'permissions'> {
  /** A text for display, with the names of the sets: `member on Published documents`. */
  readonly text: string;
}

/** The result of a check. An outage is not a decision: it is thrown as `AuthorizationUnavailableError`. */
export type Decision<Permission extends string = string, Role extends string = string> =
  Allow<Permission> | Deny<Permission, Role>;

/** A user's tenant roles and the permissions that they grant. Instance roles are not included. */
export interface Grants<Permission extends string = string, Role extends string = string> {
  /** The user's tenant roles, in the policy's order. */
  readonly roles: readonly Role[];
  /** The user's permissions on resources as a whole, in the policy's order. */
  readonly permissions: readonly Permission[];
}

/**
 * Where a decision came from: the PDP, the cache, an identical check that was already in flight (`joined`), or an
 * expired cache entry (`stale`).
 */
export type DecisionSource = 'pdp' | 'cache' | 'joined' | 'stale';

/** Options of `Decider.decide`. */
export interface DecideOptions {
  /**
   * Called with the source of each decision and the `index` of its check, if the decider knows its sources. Optional.
   */
  readonly onSource?: ((source: DecisionSource, index: number) => void) | undefined;
}

/**
 * The policy engine: Permit.io's PDP (`createPermitDecider`) or an in-process engine (`createTestPermissions`). Every
 * check calls `decide`, including those for buttons, so a wrapper sees every decision: `{ ...decider, decide: async
 * (checks, options) => … }`.
 */
export interface Decider<
  Permission extends string = string,
  Role extends string = string,
  InstancePermission extends string = never,
  ListField extends string = never,
> {
  /** Type-level only, never set: the permissions whose check names an instance. See `InstancePermissionOf`. */
  readonly instancePermissions?: (permission: InstancePermission) => void;
  /** Type-level only, never set: relations and attributes for lists. See `ListFieldOf`. */
  readonly listFields?: (field: ListField) => void;
  /**
   * The scopes of the policy, which bound tokens that have scopes. Without them, such a token covers nothing. A wrapper
   * keeps them: `{ ...decider, … }`.
   */
  readonly scopes?: Readonly<Record<string, ScopeDefinition>> | undefined;
  /**
   * Decides all checks, or rejects. Resolves with one decision for each check, in the same order.
   * @throws {AuthorizationUnavailableError} when at least one check could not be decided.
   */
  decide(
    checks: readonly Check<Permission>[],
    options?: DecideOptions,
  ): Promise<Decision<Permission, Role>[]>;
  /**
   * Returns the user's roles and permissions in a tenant, for display and not for access control. Leaves out what the
   * policy does not define and what only rules grant.
   * @throws {AuthorizationUnavailableError}
   */
  grants(subject: string, tenant: string): Promise<Grants<Permission, Role>>;
  /**
   * Plans a query for the rows of a table on which the user has the permission. `Permissions.list` rejects if the
   * decider lacks this method.
   * @throws {AuthorizationUnavailableError}
   * @throws {ListNotPlannableError}
   */
  list?<Relation extends string>(question: ListQuestion<Permission, Relation>): Promise<ListPlan<Relation>>;
  /**
   * Explains a decision, for debugging and support, not for access control, because it takes several calls. Absent when
   * the decider cannot explain decisions.
   * @throws {ExplanationUnavailableError}
   */
  explain?(check: Check<Permission>): Promise<CheckedExplanation>;
}
