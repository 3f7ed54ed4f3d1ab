import { z } from 'zod/v4';
import type { Check } from '../core/decision.ts';
import { permissionsOf } from '../core/grants.ts';
import type { PolicyDecider } from '../core/permissions.ts';
import type { Policy } from '../core/policy.ts';
import { assertAddress } from '../permit/client/http-client.ts';
import { assertAnswered, createPdpClient, PdpOutage } from '../permit/pdp-client.ts';
import type { PdpResult } from '../permit/pdp-response.ts';
import { createPdpDecider } from '../permit/permit-decider.ts';
import type { PermitDecider, PermitDeciderOptions } from '../permit/permit-decider-types.ts';
import { subjectType, tenantProperty, wholeResource } from './check-of.ts';
import { planBySearch } from './plan-by-search.ts';

/** Options of `createAuthZenDecider`. Others are those of `createPermitDecider`, with the same defaults. */
export interface AuthZenDeciderOptions<P extends Policy> extends Omit<
  PermitDeciderOptions<P>,
  'apiKey' | 'apiUrl'
> {
  /** The PDP's base URL, to which `/access/v1/evaluation` is appended. */
  readonly url: string;
  /** The bearer token, or a function that returns it, called before each call to the PDP. Default: no token is sent. */
  readonly token?: string | (() => Promise<string> | string) | undefined;
}

/** A `Decider` that calls a PDP through AuthZEN. It has no `explain`, because AuthZEN has no equivalent. */
export interface AuthZenDecider<P extends Policy>
  extends PolicyDecider<P>, Pick<PermitDecider<P>, 'invalidate' | 'health' | 'isBroken' | 'close'> {
  /**
   * Plans a list by the ids that the PDP's search for resources returns, at most 10,000. Ignores `relations`.
   * @throws {ListNotPlannableError} `unsupported_pdp` if the PDP does not offer this search, `too_many_keys`
   * @throws {AuthorizationUnavailableError}
   *
   * @example
   * const plan = await createPermissions(decider, user).list('reports:view');
   */
  list: NonNullable<PolicyDecider<P>['list']>;
}

/**
 * AuthZEN's Decision (section 5.5). In its context, `rbac` is Permit's debug output, and `error` a failed evaluation.
 */
const Evaluation = z.object({
  decision: z.boolean(),
  context: z
    .object({
      rbac: z.looseObject({ code: z.string() }).nullish().catch(undefined),
      error: z.object({ status: z.number() }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
const Evaluations = z.object({ evaluations: z.array(Evaluation) });

/** Some engines accept at most 50. */
const bulkSize = 50;

/**
 * Creates a decider that calls any PDP with AuthZEN's Authorization API 1.0: Permit's, Cerbos, OpenFGA, Topaz, or
 * another app's `createAuthZenHandler`. Cache, batches, deadline, retries and circuit breaker are those of
 * `createPermitDecider`. The engine evaluates its own policy; the policy table only provides names and types.
 *
 * ```ts
 * const decider = createAuthZenDecider({ policy, url: 'https://pdp.example', token });
 * ```
 *
 * A check is sent as `{ subject: { type: 'user', id }, action: { name }, resource: { type, id, properties } }`: the
 * tenant is `resource.properties.tenant`, attributes are the other properties, and the resource as a whole has the id
 * `*`. AuthZEN has no roles, so `grants` returns only permissions.
 * @throws {TypeError} for a `url` that is not an HTTP address, and when a resource has an attribute `tenant`.
 */
export function createAuthZenDecider<const P extends Policy>({
  token,
  ...options
}: AuthZenDeciderOptions<P>): AuthZenDecider<P> {
  const { policy, url, connections } = options;
  assertAddress('url', url);
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const api = `${base}/access/v1`;
  const ambiguous = Object.entries(policy.resources).find(([, { attributes = {} }]) =>
    Object.hasOwn(attributes, tenantProperty),
  );
  if (ambiguous !== undefined)
    throw new TypeError(
      `AuthZEN cannot ask about ${ambiguous[0]}: its attribute "tenant" has the name of the property with the tenant.`,
    );
  const pdp = createPdpDecider(options, {
    bulkSize,
    // The table is not the engine's policy, so what it grants says nothing about the denial.
    denialOf: ({ permission }, reason) => ({
      outcome: 'deny',
      permission,
      reason,
      grantedBy: [],
      grantedByInstanceRoles: [],
    }),
    plan: (question, call) =>
      planBySearch(question, call, { configuration: `/.well-known/authzen-configuration${base}`, api }),
    connect(headers) {
      const client = createPdpClient({ url: origin, apiKey: token, connections }, headers);
      const evaluate = async (checks: readonly Check[], signal: AbortSignal) => {
        const evaluations = checks.map(evaluationOf);
        const [only, ...others] = evaluations;
        if (others.length === 0)
          return [await client.call(`${api}/evaluation`, only, { schema: Evaluation, signal })];
        const options = { schema: Evaluations, signal };
        return (await client.call(`${api}/evaluations`, { evaluations }, options)).evaluations;
      };
      return {
        ...client,
        async allowed(checks, signal) {
          const evaluations = await evaluate(checks, signal);
          assertAnswered(checks, evaluations);
          const results = evaluations.map(resultOf);
          const [failed] = results;
          // If every evaluation failed, the engine itself is failing.
          if (failed instanceof PdpOutage && results.every((one) => one instanceof PdpOutage)) throw failed;
          return results;
        },
      };
    },
  });
  return {
    scopes: policy.scopes,
    decide: (checks, how) => pdp.decide(checks, how),
    async grants(subject, tenant) {
      const checks = permissionsOf(policy).map((permission) => ({ subject, tenant, permission }));
      const decisions = await pdp.decide(checks);
      return {
        roles: [],
        permissions: decisions.flatMap(({ outcome, permission }) => (outcome === 'allow' ? permission : [])),
      };
    },
    list: (question) => pdp.list(question),
    invalidate: (invalidated) => pdp.invalidate(invalidated),
    health: () => pdp.health(),
    isBroken: () => pdp.isBroken(),
    close: () => pdp.close(),
  };
}

function evaluationOf({ subject, tenant, permission, instance, attributes, userAttributes, context }: Check) {
  const [type, name] = permission.split(':');
  return {
    subject: { type: subjectType, id: subject, ...(userAttributes && { properties: userAttributes }) },
    action: { name },
    resource: {
      type,
      id: instance ?? wholeResource,
      properties: { ...attributes, [tenantProperty]: tenant },
    },
    ...(context !== undefined && { context }),
  };
}

/** A failed evaluation is an outage, not a denial. */
function resultOf({ decision, context }: z.output<typeof Evaluation>): PdpResult | PdpOutage {
  const { rbac, error } = context ?? {};
  if (!decision && error != null && error.status >= 500)
    return new PdpOutage('status', {
      detail: `an evaluation failed with ${error.status}`,
      transient: true,
      pdpStatus: error.status,
    });
  return { allow: decision, debug: { rbac } };
}
