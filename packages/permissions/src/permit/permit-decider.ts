import type { z } from 'zod/v4';
import type { Check, Decision, DecisionSource } from '../core/decision.ts';
import { denyOf, permissionsOf, rolesOf } from '../core/grants.ts';
import { denyReasonOf, instanceGrantsOf, type PdpResult, UserPermissionsResponse } from './pdp-response.ts';
import { planList } from '../list/plan-list.ts';
import type { PermissionOf, Policy, RoleOf } from '../core/policy.ts';
import { ExplanationUnavailableError } from '../core/errors.ts';
import { compared, explain } from '../explain/explain.ts';
import { assertConnection } from './client/http-client.ts';
import { createPermitClient } from './client/permit-client.ts';
import { coalesce, keyOfCheck } from './coalesce.ts';
import { AnswerCache, type Answered, type CacheOptions } from './answer-cache.ts';
import {
  defaultBreakAfter,
  defaultBreakFor,
  defaultCacheMax,
  defaultCacheTtl,
  defaultDeadline,
  defaultPropagationDelay,
  defaultRetries,
  defaultStaleIfError,
  maxListInstances,
} from './decider-defaults.ts';
import { createLatestOf, createPropagation, Invalidations } from './invalidations.ts';
import { createPdpClient, PdpOutage, type PdpClient } from './pdp-client.ts';
import { createOutageWarnings } from './outage-warnings.ts';
import { pdpListFacts } from './pdp-list-facts.ts';
import { readFacts } from './read-facts.ts';
import { createResilience } from './resilience.ts';
import type { PermitDecider, PermitDeciderOptions } from './permit-decider-types.ts';
import { createTelemetry } from './telemetry.ts';

type UserPermissions = Awaited<ReturnType<PdpClient['userPermissions']>>;

interface Person {
  readonly subject: string;
  readonly tenant: string;
}

interface ListCall extends Person {
  readonly path: string;
  readonly body: unknown;
  readonly schema: z.ZodType<object>;
}

/** The user that `health` asks about, who does not exist. */
const unknownUser = 'latchkey-known-answer';

const bulkSize = 200;

/**
 * Creates a decider that asks Permit.io's PDP:
 *
 * ```ts
 * const decider = createPermitDecider({ policy, url: 'http://localhost:7766', apiKey: env.PERMIT_API_KEY });
 * ```
 *
 * The checks of one tick are sent in one bulk call, identical checks are sent once, and a bounded cache answers
 * repeated ones. Calls have a deadline, jittered retries and a circuit breaker. An outage is never treated as a denial
 * or an allow.
 * @throws {TypeError} if `url` is not an HTTP URL or `apiKey` is empty
 */
export function createPermitDecider<const P extends Policy>(
  options: PermitDeciderOptions<P>,
): PermitDecider<P> {
  assertConnection('url', options.url, options.apiKey);
  return createPdpDecider(options, (headers) => createPdpClient(options, headers), bulkSize);
}

/** Works with any PDP client, with at most `most` checks in one call. */
export function createPdpDecider<P extends Policy>(
  options: Omit<PermitDeciderOptions<P>, 'apiKey'> & { readonly apiKey?: string | undefined },
  connect: (headers: () => Record<string, string>) => PdpClient,
  most: number,
): PermitDecider<P> {
  const {
    policy,
    cache: cacheOptions,
    deadline = defaultDeadline,
    retries = defaultRetries,
    breakAfter = defaultBreakAfter,
    breakFor = defaultBreakFor,
    apiUrl,
    apiKey,
    onCall,
    onOutage,
  } = options;
  const { resilient, isBroken } = createResilience({ deadline, retries, breakAfter, breakFor });
  const caching: CacheOptions = {
    ttl: defaultCacheTtl,
    max: defaultCacheMax,
    propagationDelay: defaultPropagationDelay,
    staleIfError: defaultStaleIfError,
    ...cacheOptions,
  };
  const invalidations = new Invalidations();
  let closing: Promise<void> | undefined;
  const client = connect(() => telemetry.headers());
  const warn = createOutageWarnings(options.url, onOutage);
  const telemetry = createTelemetry((call, error) => {
    // A PDP that does not support lists is no outage: the list rejects with the reason.
    if (call.operation !== 'list' || ![404, 501].includes(call.status ?? 0)) warn(error);
    onCall?.(call);
  });

  const propagation = createPropagation(
    async (subject, { role, tenant, instance }, signal) =>
      (instance === undefined
        ? (await client.userPermissions(subject, tenant, signal)).roles
        : await client.instanceRoles(subject, instance, signal)
      ).includes(role),
    caching.propagationDelay,
  );
  /** Makes a question wait until the PDP has received the user's role changes. */
  const current =
    <Question extends { readonly subject: string }, Answer>(ask: (question: Question) => Promise<Answer>) =>
    (question: Question): Promise<Answer> => {
      const pending = propagation.pending(question.subject);
      return pending === undefined ? ask(question) : pending.then(() => ask(question));
    };

  /**
   * One result for each check. If the PDP refuses a call, asks again in two halves, because a single invalid check
   * makes it refuse all.
   */
  const askIsolated = async (checks: readonly Check[]): Promise<readonly (PdpResult | PdpOutage)[]> => {
    try {
      return await telemetry.call('allowed', checks.length, () =>
        resilient((signal) => client.allowed(checks, signal)),
      );
    } catch (error) {
      if (!(error instanceof PdpOutage)) throw error;
      if (checks.length === 1) return [error];
      if (error.pdpStatus !== 400 && error.pdpStatus !== 422) throw error;
      const middle = checks.length >> 1;
      const halves = await Promise.all([
        askIsolated(checks.slice(0, middle)),
        askIsolated(checks.slice(middle)),
      ]);
      return halves.flat();
    }
  };
  const askPdp = coalesce(
    async (checks: readonly Check[]) =>
      (await askIsolated(checks)).map((result) =>
        result instanceof PdpOutage ? Promise.reject(result) : result,
      ),
    most,
  );
  const decisions = new AnswerCache<Check, PdpResult>(caching, {
    keyOf: keyOfCheck,
    latest: createLatestOf(policy, invalidations),
    // Nothing can have a key that is not well-formed Unicode, and a PDP would refuse all checks of the same call.
    ask: current((check) => (hasKeys(check) ? askPdp(check) : Promise.resolve({ allow: false }))),
    sizeOf: () => 1,
  });
  // Not cached, because it is rarely called, for display. Identical calls in flight are shared.
  const userPermissions = new AnswerCache<Person, UserPermissions>(
    { ...caching, ttl: 0 },
    {
      keyOf: ({ subject, tenant }) => JSON.stringify([subject, tenant]),
      latest: (person) => invalidations.latest(person),
      ask: current(({ subject, tenant }) =>
        telemetry.call('user-permissions', 1, () =>
          resilient((signal) => client.userPermissions(subject, tenant, signal)),
        ),
      ),
      sizeOf: () => 1,
    },
  );
  const listFacts = new AnswerCache<ListCall, object>(
    { ...caching, max: maxListInstances },
    {
      keyOf: ({ subject, tenant, path, body }) => JSON.stringify([subject, tenant, path, body]),
      latest: (call) => invalidations.latestOfAll(call),
      ask: current(({ path, body, schema }) =>
        telemetry.call('list', 1, () => resilient((signal) => client.call(path, body, { schema, signal }))),
      ),
      sizeOf: (answer) => 1 + Object.keys(answer).length,
    },
  );

  type Decided = Decision<PermissionOf<P>, RoleOf<P>>;
  const decisionOf = (
    check: Check<PermissionOf<P>>,
    [result, source]: Answered<PdpResult>,
    onSource: ((source: DecisionSource) => void) | undefined,
  ): Decided => {
    const { permission } = check;
    onSource?.(source);
    telemetry.decided(permission, result.allow ? 'allow' : 'deny', source);
    if (result.allow) return { outcome: 'allow', permission };
    return denyOf(policy, check, denyReasonOf(result));
  };
  /** Synchronous on a cache hit, the usual case. */
  const decide = (
    check: Check<PermissionOf<P>>,
    onSource: ((source: DecisionSource) => void) | undefined,
  ): Decided | Promise<Decided> => {
    const answered = decisions.answer(check);
    if (!(answered instanceof Promise)) return decisionOf(check, answered, onSource);
    return answered.then((later) => decisionOf(check, later, onSource));
  };

  const management =
    apiUrl === undefined || apiKey === undefined ? undefined : createPermitClient({ apiUrl, apiKey });

  return {
    async decide(checks, { onSource } = {}) {
      const [only] = checks;
      if (checks.length === 1 && only !== undefined)
        return [await decide(only, onSource && ((source) => onSource(source, 0)))];
      return Promise.all(
        checks.map(async (check, index) => decide(check, onSource && ((source) => onSource(source, index)))),
      );
    },
    async explain(check) {
      if (management === undefined)
        throw new ExplanationUnavailableError('To explain decisions, `createPermitDecider` needs `apiUrl`.');
      const facts = await readFacts(management, policy, check);
      // Not from the cache, because the facts were not cached either.
      const [result] = await askIsolated([check]);
      if (result instanceof PdpOutage) throw result;
      return compared(explain({ policy, facts, check }), result?.allow === true ? 'allow' : 'deny');
    },
    async grants(subject, tenant) {
      const [{ roles, permissions }] = await userPermissions.answer({ subject, tenant });
      const held = new Set([...roles, ...permissions]);
      return {
        roles: rolesOf(policy).filter((role) => held.has(role)),
        permissions: permissionsOf(policy).filter((permission) => held.has(permission)),
      };
    },
    async instanceGrants({ subject, tenant }, resources) {
      if (resources.length === 0) return [];
      const body = { user: { key: subject }, tenants: [tenant], resource_types: resources };
      const held = await telemetry.call('user-permissions', 1, () =>
        resilient((signal) =>
          client.call('/user-permissions', body, { schema: UserPermissionsResponse, signal }),
        ),
      );
      return instanceGrantsOf(policy, resources, held);
    },
    list: (question) =>
      planList(
        policy,
        question,
        pdpListFacts(async (path, body, schema) => {
          const { subject, tenant } = question;
          const [answer] = await listFacts.answer({ subject, tenant, path, body, schema });
          return answer as z.output<typeof schema>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the schema of a path is always the same
        }, question),
      ),
    authorizedUsers: (question) =>
      telemetry.call('authorized-users', 1, () =>
        resilient((signal) => client.authorizedUsers(question, signal)),
      ),
    allTenants: (question) =>
      telemetry.call('all-tenants', 1, () => resilient((signal) => client.allTenants(question, signal))),
    invalidate(invalidated) {
      invalidations.add(invalidated);
      return propagation.follow(invalidated);
    },
    async health() {
      const [permission = `${unknownUser}:${unknownUser}`] = permissionsOf(policy);
      try {
        const check = { subject: unknownUser, tenant: 'default', permission };
        const [result] = await client.allowed([check], AbortSignal.timeout(deadline));
        if (result === undefined || result instanceof PdpOutage) return 'unavailable';
        return result.allow || denyReasonOf(result) === 'unknown_permission' ? 'wrong' : 'ok';
      } catch {
        return 'unavailable';
      }
    },
    isBroken,
    close: () => (closing ??= client.close()),
  };
}

const hasKeys = ({ subject, tenant, instance = '' }: Check): boolean =>
  [subject, tenant, instance].every((key) => key.isWellFormed());
