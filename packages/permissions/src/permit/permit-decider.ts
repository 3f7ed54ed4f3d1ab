import type { z } from 'zod/v4';
import type { Check, Decision, DecisionSource, Deny, DenyReason } from '../core/decision.ts';
import { denyOf, permissionsOf, rolesOf } from '../core/grants.ts';
import { denyReasonOf, instanceGrantsOf, type PdpResult, UserPermissionsResponse } from './pdp-response.ts';
import type { ListPlan, ListQuestion } from '../list/list-plan.ts';
import { planList } from '../list/plan-list.ts';
import type { PermissionOf, Policy, RoleOf } from '../core/policy.ts';
import { ExplanationUnavailableError } from '../core/errors.ts';
import { compared, explain } from '../explain/explain.ts';
import { assertConnection } from './client/http-client.ts';
import { createPermitClient } from './client/permit-client.ts';
import type { Answered } from './answer-cache.ts';
import { createPdpAnswers } from './pdp-answers.ts';
import { createPdpCalls } from './pdp-calls.ts';
import { createPdpClient, PdpOutage, type PdpClient } from './pdp-client.ts';
import { pdpListFacts, type CallPdp } from './pdp-list-facts.ts';
import { readFacts } from './read-facts.ts';
import type { PermitDecider, PermitDeciderOptions } from './permit-decider-types.ts';

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
  const { policy } = options;
  return createPdpDecider(options, {
    connect: (headers) => createPdpClient(options, headers),
    bulkSize,
    denialOf: (check, reason) => denyOf(policy, check, reason),
    plan: (question, call) => planList(policy, question, pdpListFacts(call, question)),
  });
}

/** What differs between PDPs. */
export interface PdpAdapter<P extends Policy> {
  readonly connect: (headers: () => Record<string, string>) => PdpClient;
  /** The maximum number of checks in one call. */
  readonly bulkSize: number;
  readonly denialOf: (check: Check<PermissionOf<P>>, reason: DenyReason) => Deny<PermissionOf<P>, RoleOf<P>>;
  /** @param call - Answers from the cache if it can. */
  readonly plan: <Relation extends string>(
    question: ListQuestion<PermissionOf<P>, Relation>,
    call: CallPdp,
  ) => Promise<ListPlan<Relation>>;
}

export function createPdpDecider<P extends Policy>(
  options: Omit<PermitDeciderOptions<P>, 'apiKey'> & { readonly apiKey?: string | undefined },
  { connect, bulkSize, denialOf, plan }: PdpAdapter<P>,
): PermitDecider<P> & Required<Pick<PermitDecider<P>, 'list'>> {
  const { policy, cache, apiUrl, apiKey } = options;
  const calls = createPdpCalls(options, connect);
  const { client, call } = calls;
  const answers = createPdpAnswers({ policy, cache, bulkSize }, calls);
  const management =
    apiUrl === undefined || apiKey === undefined ? undefined : createPermitClient({ apiUrl, apiKey });
  let closing: Promise<void> | undefined;

  type Decided = Decision<PermissionOf<P>, RoleOf<P>>;
  type OnSource = ((source: DecisionSource) => void) | undefined;
  const decisionOf = (
    check: Check<PermissionOf<P>>,
    [result, source]: Answered<PdpResult>,
    onSource: OnSource,
  ): Decided => {
    const { permission } = check;
    onSource?.(source);
    calls.decided(permission, result.allow ? 'allow' : 'deny', source);
    if (result.allow) return { outcome: 'allow', permission };
    return denialOf(check, denyReasonOf(result));
  };
  /** Synchronous on a cache hit, the usual case. */
  const decide = (check: Check<PermissionOf<P>>, onSource: OnSource): Decided | Promise<Decided> => {
    const answered = answers.decisions.answer(check);
    if (!(answered instanceof Promise)) return decisionOf(check, answered, onSource);
    return answered.then((later) => decisionOf(check, later, onSource));
  };

  return {
    scopes: policy.scopes,
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
      const [result] = await calls.allowed([check]);
      if (result instanceof PdpOutage) throw result;
      return compared(explain({ policy, facts, check }), result?.allow === true ? 'allow' : 'deny');
    },
    async grants(subject, tenant) {
      const [{ roles, permissions }] = await answers.userPermissions.answer({ subject, tenant });
      const held = new Set([...roles, ...permissions]);
      return {
        roles: rolesOf(policy).filter((role) => held.has(role)),
        permissions: permissionsOf(policy).filter((permission) => held.has(permission)),
      };
    },
    async instanceGrants({ subject, tenant }, resources) {
      if (resources.length === 0) return [];
      const body = { user: { key: subject }, tenants: [tenant], resource_types: resources };
      const held = await call('user-permissions', (signal) =>
        client.call('/user-permissions', body, { schema: UserPermissionsResponse, signal }),
      );
      return instanceGrantsOf(policy, resources, held);
    },
    list: (question) =>
      plan(question, async (path, body, schema) => {
        const { subject, tenant } = question;
        const [answer] = await answers.listFacts.answer({ subject, tenant, path, body, schema });
        return answer as z.output<typeof schema>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the schema of a path is always the same
      }),
    authorizedUsers: (question) =>
      call('authorized-users', (signal) => client.authorizedUsers(question, signal)),
    allTenants: (question) => call('all-tenants', (signal) => client.allTenants(question, signal)),
    invalidate: answers.invalidate,
    async health() {
      const [permission = `${unknownUser}:${unknownUser}`] = permissionsOf(policy);
      try {
        const check = { subject: unknownUser, tenant: 'default', permission };
        const [result] = await client.allowed([check], AbortSignal.timeout(calls.deadline));
        if (result === undefined || result instanceof PdpOutage) return 'unavailable';
        return result.allow || denyReasonOf(result) === 'unknown_permission' ? 'wrong' : 'ok';
      } catch {
        return 'unavailable';
      }
    },
    isBroken: calls.isBroken,
    close: () => (closing ??= client.close()),
  };
}
