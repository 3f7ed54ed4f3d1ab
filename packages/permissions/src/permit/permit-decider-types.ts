import type { Check, Decider } from '../core/decision.ts';
import type { InstancePermissionOf } from '../core/instance-permission.ts';
import type { ListFieldOf } from '../list/list-field.ts';
import type { PermissionOf, Policy, ResourceOf, RoleOf } from '../core/policy.ts';
import type { CheckedExplanation } from '../explain/explanation.ts';
import type { CacheOptions } from './answer-cache.ts';
import type { Invalidation } from './invalidations.ts';
import type { OnOutage } from './outage-warnings.ts';
import type { PdpClientOptions } from './pdp-client.ts';
import type { InstanceGrants } from './pdp-response.ts';
import type { ResilienceOptions } from './resilience.ts';
import type { PdpCall } from './telemetry.ts';

/** Options of `createPermitDecider`. The defaults are in `decider-defaults.ts`. */
export interface PermitDeciderOptions<P extends Policy> extends PdpClientOptions, Partial<ResilienceOptions> {
  /** The policy that was applied to the PDP's environment. */
  readonly policy: P;
  /**
   * The base URL of Permit's REST API, `https://api.permit.io`, from which `explain` reads the facts with the same API
   * key. Default: none, and `explain` rejects.
   */
  readonly apiUrl?: string | undefined;
  /** Options of the decision and list caches. */
  readonly cache?: Partial<CacheOptions> | undefined;
  /** Called after each call to the PDP, for metrics. Must not throw. Optional. */
  readonly onCall?: ((call: PdpCall) => void) | undefined;
  /**
   * Called once for each cause of an outage until the PDP answers again, with a warning that says what to do, and with
   * the error: `(warning, err) => log.warn({ err }, warning)`. Must not throw. Default: prints the warning with
   * `console.warn`.
   */
  readonly onOutage?: OnOutage | undefined;
}

/** `wrong`: the PDP responds, but not as the policy requires. */
export type PdpHealth = 'ok' | 'wrong' | 'unavailable';

/** A `Decider` that asks Permit.io's PDP. */
export interface PermitDecider<P extends Policy> extends Decider<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>,
  ListFieldOf<P>
> {
  /**
   * Returns the instances in the tenant, of the given resources, on which the user has a direct or derived role. For
   * display, not for access control. Leaves out what the policy does not define. One call to the PDP, not cached.
   * @throws {AuthorizationUnavailableError}
   */
  instanceGrants(
    user: { readonly subject: string; readonly tenant: string },
    resources: readonly ResourceOf<P>[],
  ): Promise<InstanceGrants<PermissionOf<P>>[]>;
  /**
   * Returns the keys of the users who have the permission, uncached. The PDP ignores attributes for this question.
   * @throws {AuthorizationUnavailableError}
   */
  authorizedUsers(question: Omit<Check<PermissionOf<P>>, 'subject'>): Promise<string[]>;
  /**
   * Returns the keys of the tenants in which the user has the permission, uncached.
   * @throws {AuthorizationUnavailableError}
   */
  allTenants(question: Omit<Check<PermissionOf<P>>, 'tenant'>): Promise<string[]>;
  /**
   * Explains a check from the policy and the current facts in Permit's API: what allows it, or what would allow it.
   * Also asks the PDP, bypassing the cache; `agrees` tells whether the PDP decides the same.
   * @throws {ExplanationUnavailableError} without `apiUrl`, or when there are too many facts.
   * @throws {PermitApiError} 401 for a wrong key, and other failures of Permit's API.
   * @throws {AuthorizationUnavailableError} when the PDP does not respond.
   */
  explain(check: Check<PermissionOf<P>>): Promise<CheckedExplanation>;
  /**
   * Tells the decider that facts or the policy changed. A check that starts afterwards never gets an earlier decision,
   * neither from the cache nor from a call in flight. Pass the user, tenant or instance that changed; `{}` invalidates
   * everything.
   *
   * With `assignment`, checks, lists and `grants` of the user that start afterwards wait until the PDP has received the
   * change, but at most `cache.propagationDelay`; after that, the PDP's answer is used even if it is still the old one.
   * The returned promise resolves when this wait ends, or immediately without `assignment`. It never rejects.
   */
  invalidate(invalidated: Invalidation): Promise<void>;
  /**
   * Asks the PDP whether a user that does not exist has a permission: a PDP can report that it is healthy and still
   * decide wrongly. `wrong`: it allows the check, or does not know the permission (its data is not loaded, or belongs
   * to another environment). Observes the deadline and never rejects.
   */
  health(): Promise<PdpHealth>;
  /** Whether the circuit breaker is open: calls fail immediately. */
  isBroken(): boolean;
  /** Idempotent. */
  close(): Promise<void>;
}
