import type { z } from 'zod/v4';
import type { Check } from '../core/decision.ts';
import type { Policy } from '../core/policy.ts';
import { AnswerCache, type CacheOptions } from './answer-cache.ts';
import { coalesce, keyOfCheck } from './coalesce.ts';
import { defaultCache, maxListInstances } from './decider-defaults.ts';
import { createLatestOf, createPropagation, Invalidations, type Invalidation } from './invalidations.ts';
import type { PdpCalls } from './pdp-calls.ts';
import { PdpOutage, type PdpClient } from './pdp-client.ts';
import type { PdpResult } from './pdp-response.ts';

interface User {
  readonly subject: string;
  readonly tenant: string;
}

interface ListCall extends User {
  readonly path: string;
  readonly body: unknown;
  readonly schema: z.ZodType<object>;
}

export interface PdpAnswers {
  readonly decisions: AnswerCache<Check, PdpResult>;
  readonly userPermissions: AnswerCache<User, Awaited<ReturnType<PdpClient['userPermissions']>>>;
  readonly listFacts: AnswerCache<ListCall, object>;
  readonly invalidate: (invalidated: Invalidation) => Promise<void>;
}

/**
 * The cached answers of a PDP: batched, shared while in flight, dropped by an invalidation, and delayed until the PDP
 * has received the user's role changes.
 */
export function createPdpAnswers(
  { policy, cache, bulkSize }: { policy: Policy; cache: Partial<CacheOptions> | undefined; bulkSize: number },
  { client, call, allowed }: PdpCalls,
): PdpAnswers {
  const caching: CacheOptions = { ...defaultCache, ...cache };
  const invalidations = new Invalidations();
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
  const askAllowed = coalesce(
    async (checks: readonly Check[]) =>
      (await allowed(checks)).map((result) =>
        result instanceof PdpOutage ? Promise.reject(result) : result,
      ),
    bulkSize,
  );

  return {
    decisions: new AnswerCache(caching, {
      keyOf: keyOfCheck,
      latest: createLatestOf(policy, invalidations),
      // Nothing can have a key that is not well-formed Unicode, and a PDP would refuse all checks of the same call.
      ask: current((check) => (hasKeys(check) ? askAllowed(check) : Promise.resolve({ allow: false }))),
      sizeOf: () => 1,
    }),
    // Not cached, because it is rarely called, for display. Identical calls in flight are shared.
    userPermissions: new AnswerCache(
      { ...caching, ttl: 0 },
      {
        keyOf: ({ subject, tenant }) => JSON.stringify([subject, tenant]),
        latest: (user) => invalidations.latest(user),
        ask: current(({ subject, tenant }) =>
          call('user-permissions', (signal) => client.userPermissions(subject, tenant, signal)),
        ),
        sizeOf: () => 1,
      },
    ),
    listFacts: new AnswerCache(
      { ...caching, max: maxListInstances },
      {
        keyOf: ({ subject, tenant, path, body }) => JSON.stringify([subject, tenant, path, body]),
        latest: (question) => invalidations.latestOfAll(question),
        ask: current(({ path, body, schema }) =>
          call('list', (signal) => client.call(path, body, { schema, signal })),
        ),
        sizeOf: (answer) => 1 + Object.values(answer).reduce((sum, one) => sum + lengthOf(one), 0),
      },
    ),
    invalidate(invalidated) {
      invalidations.add(invalidated);
      return propagation.follow(invalidated);
    },
  };
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 1);

const hasKeys = ({ subject, tenant, instance = '' }: Check): boolean =>
  [subject, tenant, instance].every((key) => key.isWellFormed());
