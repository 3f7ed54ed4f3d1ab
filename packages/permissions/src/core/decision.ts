import type { RuleDefinition } from './policy.ts';
import type { CheckedExplanation } from '../explain/explanation.ts';
import type { ListPlan, ListQuestion } from '../list/list-plan.ts';

/** One authorization check. The server sets every field; no field comes from the browser unverified. */
export interface Check<Permission extends string = string> {
  /** The user's key in Permit.io. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /** `resource:action` */
  readonly permission: Permission;
  /** The key of the resource instance. When absent, the check applies to the resource as a whole. */
  readonly instance?: string | undefined;
  /** Attributes of the instance. They override the attributes stored in Permit; see `ServerAttributes`. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Values for conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/** The subject has the permission. */
export interface Allow<Permission extends string = string> {
  /** Discriminates `Allow` from `Deny`. */
  readonly outcome: 'allow';
  /** The permission that was checked. */
  readonly permission: Permission;
}

/**
 * Why a permission was denied, according to Permit.io's debug output: `unknown_subject` (the user was never
 * provisioned), `no_role_in_tenant`, `no_permission` (none of the user's roles grants it), `unknown_permission` (the
 * policy was not applied to this environment), `denied` (the PDP gave no reason). `acting` does not come from the PDP:
 * the gate refuses an actor.
 */
export type DenyReason =
  'unknown_subject' | 'no_role_in_tenant' | 'no_permission' | 'unknown_permission' | 'denied' | 'acting';

/** The subject does not have the permission. */
export interface Deny<Permission extends string = string, Role extends string = string> {
  /** Discriminates `Deny` from `Allow`. */
  readonly outcome: 'deny';
  /** The permission that was checked. */
  readonly permission: Permission;
  /** Why it was denied. */
  readonly reason: DenyReason;
  /** The tenant roles that grant the permission without a condition. Empty when only an instance role or a rule grants it. */
  readonly grantedBy: readonly Role[];
  /**
   * The instance roles of the permission's resource that grant it: `['owner']`. Empty when none does, and when the
   * check names no instance.
   */
  readonly grantedByInstanceRoles: readonly string[];
  /** The rules that grant the permission when their conditions hold. Absent when there is none. */
  readonly grantedByRules?: readonly GrantingRule[];
}

/** A rule of the policy that grants a permission. It has a `userSet` or `role`, and a `resourceSet` or `resource`. */
export interface GrantingRule extends Omit<RuleDefinition, 'permissions'> {
  /** A display text with the names of the sets: `member on Published documents`. */
  readonly text: string;
}

/** The result of a check. An outage is not a decision: it is thrown as `AuthorizationUnavailableError`. */
export type Decision<Permission extends string = string, Role extends string = string> =
  Allow<Permission> | Deny<Permission, Role>;

/** A user's tenant roles and the permissions that they grant. Instance roles are not included. */
export interface Grants<Permission extends string = string, Role extends string = string> {
  /** Tenant roles, in the policy's order. */
  readonly roles: readonly Role[];
  /** Permissions on resources as a whole, in the policy's order. */
  readonly permissions: readonly Permission[];
}

/** Where a decision came from. `joined`: an identical check was already in flight. `stale`: an expired cache entry. */
export type DecisionSource = 'pdp' | 'cache' | 'joined' | 'stale';

/** Options of `Decider.decide`. */
export interface DecideOptions {
  /**
   * Called with the source of each decision; `index` is the index of its check. Optional. A decider that does not know
   * the source never calls it.
   */
  readonly onSource?: ((source: DecisionSource, index: number) => void) | undefined;
}

/**
 * The interface to the policy engine: Permit.io's PDP (`createPermitDecider`) or an in-process engine
 * (`createTestPermissions`). Every check by a gate, `Permissions` or `answerGates` calls `decide`, so a wrapper sees
 * every decision, including the checks for buttons: `{ ...decider, decide: async (checks, options) => … }`.
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
   * Decides all checks or rejects: one decision for each check, in the same order.
   * @throws {AuthorizationUnavailableError} when at least one check could not be decided.
   */
  decide(
    checks: readonly Check<Permission>[],
    options?: DecideOptions,
  ): Promise<Decision<Permission, Role>[]>;
  /**
   * The user's roles and permissions in a tenant: for display, not for access control. Leaves out roles and permissions
   * that the policy does not define, and permissions that a rule grants conditionally.
   * @throws {AuthorizationUnavailableError}
   */
  grants(subject: string, tenant: string): Promise<Grants<Permission, Role>>;
  /**
   * Plans the rows of a table for which the user has the permission. Without it, `Permissions.list` rejects.
   * @throws {AuthorizationUnavailableError}
   * @throws {ListNotPlannableError}
   */
  list?<Relation extends string>(question: ListQuestion<Permission, Relation>): Promise<ListPlan<Relation>>;
  /**
   * Explains a decision: what allows the check, or what would allow it. For debugging and support, not for access
   * control: it takes several calls. Absent when the decider cannot explain.
   * @throws {ExplanationUnavailableError}
   */
  explain?(check: Check<Permission>): Promise<CheckedExplanation>;
}
