import type { Check, Decider, Decision } from '../decision.ts';
import type { Policy } from '../policy.ts';
import { permissionsOf, rolesGranting, rolesOf } from '../grants.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import { coalesce } from './coalesce.ts';
import { DecisionCache, type CacheOptions } from './decision-cache.ts';
import type { Invalidation } from './invalidations.ts';
import { denyReasonOf, type PdpResult } from './pdp-response.ts';
import { createPdpClient, type PdpClientOptions } from './pdp-client.ts';
import { createResilience, type ResilienceOptions } from './resilience.ts';
import { createTelemetry, type Source } from './telemetry.ts';

export interface PermitDeciderOptions<P extends Policy> extends PdpClientOptions, Partial<ResilienceOptions> {
  readonly policy: P;
  readonly cache?: Partial<CacheOptions> | undefined;
}

export interface PermitDecider<P extends Policy> extends Decider<PermissionOf<P>, RoleOf<P>> {
  /** Keys of the users who may; attributes are not looked at. @throws {AuthorizationUnavailableError} */
  authorizedUsers(question: Omit<Check<PermissionOf<P>>, 'subject'>): Promise<string[]>;
  /** Keys of the tenants in which the user may. @throws {AuthorizationUnavailableError} */
  allTenants(question: Omit<Check<PermissionOf<P>>, 'tenant'>): Promise<string[]>;
  /**
   * Says that facts or policy changed: no answer from before serves from here on, not one that is on its way either.
   * Name what the change touches, or nothing for everything.
   */
  invalidate(invalidated: Invalidation): void;
  /** Whether the PDP answers a question whose answer is known: nobody may do nothing. Never rejects. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

const defaults = {
  deadline: 1_000,
  retries: 2,
  breakAfter: 5,
  breakFor: 1_000,
  cache: { ttl: 5_000, max: 50_000, propagationDelay: 2_000, staleIfError: 0 },
};

/** How many checks one bulk call carries. */
const bulkSize = 200;

/** No user has this key; a PDP that allows it anything is not to be trusted. */
const nobody = 'latchkey-known-answer';

/**
 * Decisions by Permit.io's PDP: what is asked in one tick is one bulk call, the same question is asked once, a bounded
 * cache with a short life answers repeats, and a deadline, jittered retries and a circuit breaker stand before the PDP.
 * An outage is never a deny and never an allow.
 */
export function createPermitDecider<const P extends Policy>(
  options: PermitDeciderOptions<P>,
): PermitDecider<P> {
  const { policy, cache: cacheOptions, ...rest } = options;
  const client = createPdpClient(rest);
  const resilient = createResilience({ ...defaults, ...rest });
  const cache = new DecisionCache({ ...defaults.cache, ...cacheOptions });
  const telemetry = createTelemetry();
  const flying = new Map<string, Promise<PdpResult>>();

  const askPdp = coalesce<Check, PdpResult>(
    (checks) =>
      telemetry.call('allowed', checks.length, () => resilient((signal) => client.allowed(checks, signal))),
    bulkSize,
  );

  const resultOf = async (check: Check): Promise<[PdpResult, Source]> => {
    const asked = cache.asking(check);
    const kept = cache.fresh(asked);
    if (kept !== undefined) return [kept, 'cache'];

    const id = `${asked.sequence} ${asked.key}`;
    const joined = flying.get(id);
    const answer = joined ?? askPdp(check);
    if (joined === undefined) flying.set(id, answer);
    try {
      const result = await answer;
      if (joined === undefined) cache.keep(asked, check, result);
      return [result, joined === undefined ? 'pdp' : 'joined'];
    } catch (error) {
      const stale = cache.stale(asked);
      if (stale !== undefined && cache.asking(check).sequence === asked.sequence) return [stale, 'stale'];
      throw error;
    } finally {
      if (joined === undefined) flying.delete(id);
    }
  };

  const decide = async (check: Check<PermissionOf<P>>): Promise<Decision<PermissionOf<P>, RoleOf<P>>> => {
    const { permission } = check;
    const [result, source] = await resultOf(check);
    telemetry.decided(permission, result.allow ? 'allow' : 'deny', source);
    if (result.allow) return { outcome: 'allow', permission };
    const grantedBy = rolesGranting(policy, permission).tenant;
    return { outcome: 'deny', permission, reason: denyReasonOf(result), grantedBy };
  };

  return {
    decide: (checks) => Promise.all(checks.map(decide)),
    async grants(subject, tenant) {
      const { roles, permissions } = await telemetry.call('user-permissions', 1, () =>
        resilient((signal) => client.userPermissions(subject, tenant, signal)),
      );
      const held = new Set([...roles, ...permissions]);
      return {
        roles: rolesOf(policy).filter((role) => held.has(role)),
        permissions: permissionsOf(policy).filter((permission) => held.has(permission)),
      };
    },
    authorizedUsers: (question) =>
      telemetry.call('authorized-users', 1, () =>
        resilient((signal) => client.authorizedUsers(question, signal)),
      ),
    allTenants: (question) =>
      telemetry.call('all-tenants', 1, () => resilient((signal) => client.allTenants(question, signal))),
    invalidate: (invalidated) => cache.invalidate(invalidated),
    async isReady() {
      try {
        const question = { subject: nobody, tenant: nobody, permission: `${nobody}:${nobody}` };
        const [result] = await client.allowed(
          [question],
          AbortSignal.timeout(options.deadline ?? defaults.deadline),
        );
        return result?.allow === false;
      } catch {
        return false;
      }
    },
    close: () => client.close(),
  };
}
