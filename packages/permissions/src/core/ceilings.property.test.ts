import { initTRPC } from '@trpc/server';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createAuthZenHandler } from '../fetch/create-authzen-handler.ts';
import { createServerGates } from '../fetch/create-server-gates.ts';
import { meets } from '../list/meets.ts';
import { ListNotPlannableError } from '../list/list-plan.ts';
import { arbitraryFacts } from '../testing/arbitrary-facts.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { arbitraryPolicy } from '../testing/fixtures/arbitrary-policy.ts';
import { oracle } from '../testing/fixtures/oracle.ts';
import { stubDecider } from '../testing/fixtures/test-policy.ts';
import { answerGates } from '../trpc/answer-gates.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate, GatedContext } from '../trpc/gate.ts';
import { createPermissions } from './permissions.ts';
import { toProblem } from './errors.ts';

const permissions = ['folder:view', 'folder:edit', 'doc:view', 'doc:edit'] as const;
const scope = fc.record({ name: fc.constant('A scope'), permissions: fc.subarray([...permissions]) });
/** `toString` and `unknown` are never in the table. */
const granted = fc.option(fc.subarray(['read', 'write', 'all:of-it', 'toString', 'unknown']), {
  nil: undefined,
  freq: 2,
});
type Permission = (typeof permissions)[number];
const users = ['ann', 'bob', 'ghost'];

const cases = arbitraryPolicy().chain((table) =>
  fc.record({
    policy: fc
      .record({ read: scope, write: scope, 'all:of-it': scope })
      .map((scopes) => ({ ...table, scopes })),
    facts: arbitraryFacts(table),
    subject: fc.constantFrom(...users),
    actors: fc.subarray(users, { minLength: 1 }),
    scopes: granted,
    tenant: fc.constantFrom('acme', 'other'),
    isCeiling: fc.boolean(),
  }),
);

type Case = typeof cases extends fc.Arbitrary<infer One> ? One : never;

/** What must be allowed: the person may, a scope covers it, and every actor may. */
function expected({ policy, facts, subject, actors, scopes, tenant, isCeiling }: Case) {
  const covered = (permission: Permission): boolean =>
    scopes === undefined ||
    Object.entries(policy.scopes).some(
      ([key, one]) => scopes.includes(key) && one.permissions.includes(permission),
    );
  return (permission: Permission, instance?: string): boolean =>
    covered(permission) &&
    [subject, ...(isCeiling ? actors : [])].every((user) =>
      oracle(policy, facts, { subject: user, tenant, permission, instance }),
    );
}

const questions = permissions.flatMap((permission) =>
  [undefined, '1', '2', '9'].map((instance) => ({ permission, on: instance })),
);

function permissionsIn({ policy, facts, isCeiling, ...who }: Case) {
  const decider = createTestPermissions(policy, facts);
  const given = createPermissions(decider, who);
  return { decider, given, bounded: isCeiling ? given.withCeiling() : given };
}

async function outcome(call: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await call()) !== false;
  } catch (error) {
    const { cause = error } = Object(error);
    if (toProblem(cause)?.code !== 'FORBIDDEN') throw error;
    return false;
  }
}

const t = initTRPC.context<GatedContext>().meta<{ readonly gate?: Gate }>().create();
const Id = z.object({ id: z.string() });
function routerOf({ isCeiling }: Case) {
  const permitted = createGates(t.procedure, { actors: isCeiling ? 'ceiling' : undefined });
  const procedures = permissions.flatMap((permission) => [
    [`whole ${permission}`, permitted(permission).query(() => true)] as const,
    [`one ${permission}`, permitted(permission, Id, ({ id }) => id).query(() => true)] as const,
  ]);
  return t.router(Object.fromEntries(procedures));
}
const pathOf = ({ permission, on }: (typeof questions)[number]) =>
  `${on === undefined ? 'whole' : 'one'} ${permission}`;

test('every way to a decision allows exactly what the person may, a scope covers and, with a ceiling, every actor may', async () => {
  let allowed = 0;
  let refusedByScope = 0;
  let refusedByActor = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const may = expected(given);
      const outcomes = questions.map(({ permission, on }) => may(permission, on));
      const { bounded, given: plain, decider } = permissionsIn(given);

      const decisions = await bounded.checkMany(questions);
      expect(decisions.map((decision) => decision.outcome === 'allow')).toEqual(outcomes);
      const gates = createServerGates(() => plain, { actors: given.isCeiling ? 'ceiling' : undefined });
      const router = routerOf(given);
      const caller = t.createCallerFactory(router)({ permissions: plain });
      const asked = questions.map((question) => ({ path: pathOf(question), input: { id: question.on } }));
      const answers = await answerGates({ router, policy: given.policy }, { permissions: plain }, asked);
      for (const [index, { permission, on }] of questions.entries()) {
        const isAllowed = outcomes[index];
        expect(await outcome(() => bounded.require(permission, on))).toBe(isAllowed);
        expect(await gates.can(permission, on)).toBe(isAllowed);
        const { decided } = await bounded.explain(permission, on);
        expect(decided === 'allow').toBe(isAllowed);
        const procedure = caller[asked[index]?.path ?? ''];
        expect(await outcome(async () => Object(procedure)(asked[index]?.input))).toBe(isAllowed);
        expect(answers[index]?.state).toBe(isAllowed === true ? 'allowed' : 'denied');
      }
      const denials = decisions.flatMap((decision, index) =>
        decision.outcome === 'deny' ? [{ ...questions[index], ...decision }] : [],
      );
      const byScope = denials.filter(({ reason }) => reason === 'insufficient_scope');
      const covering = (permission: string) =>
        Object.entries(given.policy.scopes).flatMap(([key, one]) =>
          one.permissions.some((covered) => covered === permission) ? key : [],
        );
      expect(byScope.map(({ scopes = [] }) => scopes.toSorted())).toEqual(
        byScope.map(({ permission }) => covering(permission).toSorted()),
      );
      expect(byScope.flatMap(({ scopes = [] }) => scopes).some((key) => given.scopes?.includes(key))).toBe(
        false,
      );
      const byActor = denials.filter(({ reason }) => reason === 'acting');
      const own = byActor.map(({ permission, on }) =>
        oracle(given.policy, given.facts, { ...given, permission, instance: on }),
      );
      expect(own).toEqual(own.map(() => true));
      refusedByScope += byScope.length;
      refusedByActor += byActor.length;
      allowed += outcomes.filter(Boolean).length;

      for (const permission of permissions) {
        const rows = ['1', '2', '9'];
        const kept = await bounded.filter(permission, rows, (id) => id);
        expect(kept).toEqual(rows.filter((id) => may(permission, id)));
      }
      const { permissions: shown } = await bounded.granted();
      const held = await Promise.all(
        [given.subject, ...(given.isCeiling ? given.actors : [])].map((user) =>
          decider.grants(user, given.tenant),
        ),
      );
      const covered = new Set(
        Object.entries(given.policy.scopes).flatMap(([key, one]) =>
          given.scopes?.includes(key) === true ? one.permissions : [],
        ),
      );
      const everyone = permissions.filter((permission) =>
        held.every((one) => one.permissions.includes(permission)),
      );
      expect([...shown].toSorted()).toEqual(
        everyone.filter((permission) => given.scopes === undefined || covered.has(permission)).toSorted(),
      );
    }),
    { numRuns: 100 },
  );
  expect(allowed).toBeGreaterThan(50);
  expect(refusedByScope).toBeGreaterThan(50);
  expect(refusedByActor).toBeGreaterThan(5);
});

test('a list selects no row that a scope or an actor does not cover, and otherwise those of `filter`', async () => {
  let planned = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { bounded } = permissionsIn(given);
      const may = expected(given);
      for (const permission of permissions) {
        const plan = await bounded.list(permission).catch((error: unknown) => {
          if (error instanceof ListNotPlannableError) return undefined;
          throw error;
        });
        if (plan === undefined) continue;
        planned += 1;
        for (const id of ['1', '2', '9']) {
          const instance = given.facts.instances?.[`${permission.split(':')[0]}:${id}`];
          if (instance === undefined || instance.tenant !== given.tenant) continue;
          const row = { tenant: given.tenant, id, attributes: instance.attributes ?? {} };
          expect(meets(plan, row)).toBe(may(permission, id));
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(planned).toBeGreaterThan(100);
});

test('AuthZEN answers within the scopes of its caller', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const may = expected({ ...given, isCeiling: false });
      const { policy, facts, subject, tenant, scopes } = given;
      const handler = createAuthZenHandler({
        policy,
        decider: createTestPermissions(policy, facts),
        getCaller: () => ({ tenant, scopes }),
        findSubjects: async () => users,
        findMembers: async () => users,
      });
      const ask = async (path: string, body: object): Promise<unknown> => {
        const headers = { 'content-type': 'application/json' };
        const init = { method: 'POST', headers, body: JSON.stringify(body) };
        return (await handler(new Request(`http://pdp/access/v1/${path}`, init))).json();
      };
      const about = ({ permission, on = '*' }: (typeof questions)[number]) => {
        const [type, name] = permission.split(':');
        return { action: { name }, resource: { type, id: on } };
      };
      const evaluations = questions.map((question) => ({
        subject: { type: 'user', id: subject },
        ...about(question),
      }));
      expect(await ask('evaluations', { evaluations })).toMatchObject({
        evaluations: questions.map(({ permission, on }) => ({ decision: may(permission, on) })),
      });
      for (const question of questions.slice(0, 3)) {
        const found = users.filter((user) =>
          expected({ ...given, isCeiling: false, subject: user })(question.permission, question.on),
        );
        expect(await ask('search/subject', { subject: { type: 'user' }, ...about(question) })).toEqual({
          results: found.toSorted().map((id) => ({ type: 'user', id })),
        });
      }
    }),
    { numRuns: 30 },
  );
});

test('scopes that were not split are refused', () => {
  const { decider } = stubDecider();
  const scopes: unknown = 'read write';
  const identity = { subject: 'ann', tenant: 'acme', scopes };
  // @ts-expect-error -- scopes are a list
  expect(() => createPermissions(decider, identity)).toThrow('split the `scope` claim');
});
