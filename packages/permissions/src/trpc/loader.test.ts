import { initTRPC, TRPCError } from '@trpc/server';
import { beforeEach, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { Check, DecisionSource } from '../core/decision.ts';
import { AuthorizationUnavailableError, InstanceNotFoundError } from '../core/errors.ts';
import { createPermissions, type PolicyDecider } from '../core/permissions.ts';
import type { PolicyPermissions } from '../core/permissions.ts';
import {
  records,
  recordsDecider,
  recordsPolicy as policy,
  type Record,
} from '../testing/fixtures/records.ts';
import { answerGates } from './answer-gates.ts';
import { createGates } from './create-gates.ts';
import type { GateDecision } from './gate-step.ts';
import type { Gate } from './gate.ts';
import { all, any } from './requirement.ts';
import { gatedPermissions, gatesOf } from './router-gates.ts';

interface Context {
  readonly permissions: PolicyPermissions<typeof policy>;
}
type RecordsDecider = PolicyDecider<typeof policy>;

let asked: (readonly Check[])[];
let decided: GateDecision[];
let loads: number;
beforeEach(() => {
  asked = [];
  decided = [];
  loads = 0;
});

const t = initTRPC.context<Context>().meta<{ readonly gate?: Gate }>().create();
const permitted = createGates(t.procedure, { onDecision: (decision) => void decided.push(decision) });
const Id = z.object({ id: z.string() });
const either = any('records:view', 'records:view-sensitive');
const idOf = ({ id }: Record): string => id;

/** Counts the loads. */
const load = async ({ input }: { input: z.output<typeof Id> }): Promise<Record | undefined> => {
  loads += 1;
  return records.find(({ id }) => id === input.id);
};
const requires = ({ isSensitive }: Record) => (isSensitive ? 'records:view-sensitive' : 'records:view');

const router = t.router({
  view: permitted(either, Id, { load, requires, on: idOf }).query(({ ctx: { loaded } }) => {
    expectTypeOf(loaded).toEqualTypeOf<Record>();
    return loaded;
  }),
  /** Requires both permissions for a sensitive record. */
  print: permitted(either, Id, {
    load: async ({ input }) => (await load({ input })) ?? null,
    requires: ({ isSensitive }) =>
      isSensitive ? all('records:view', 'records:view-sensitive') : 'records:view',
    on: ({ id }) => id,
  }).query(({ ctx }) => ctx.loaded.id),
  plain: permitted('records:view', Id, { load, on: idOf }).query(({ ctx }) => ctx.loaded.id),
  broken: permitted(either, Id, {
    load,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the types reject
    requires: () => 'records:delete' as 'records:view',
    on: idOf,
  }).query(() => 'never'),
  refusing: permitted('records:view', Id, {
    load: async ({ ctx, input }) => {
      await ctx.permissions.require('records:view-sensitive', input.id);
      return input;
    },
    on: ({ id }) => id,
  }).query(() => 'never'),
});

const asUser = (subject: string, decider: RecordsDecider = recordsDecider): Context => ({
  permissions: createPermissions(
    {
      ...decider,
      decide(checks, options) {
        asked.push(checks);
        return decider.decide(checks, options);
      },
    },
    { subject, tenant: 'acme' },
  ),
});
const callAs = (...user: Parameters<typeof asUser>) => t.createCallerFactory(router)(asUser(...user));
const errorOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
const outage = async (): Promise<never> => {
  throw new AuthorizationUnavailableError('timeout', { detail: 'test' });
};
const allowed = { state: 'allowed' };
const missing = { state: 'unavailable', problem: 'not_found' };
const denied = (permission: string) => ({ state: 'denied', permission });

/** In the form of the answer that the button would get. */
async function outcomeOf(call: Promise<unknown>): Promise<object> {
  const error = await errorOf(call);
  if (error === undefined) return allowed;
  if (!(error instanceof TRPCError)) throw error;
  if (error.cause instanceof InstanceNotFoundError && error.code === 'NOT_FOUND') return missing;
  const { decision } = z
    .object({ decision: z.looseObject({ outcome: z.literal('deny') }) })
    .parse(error.cause);
  const { outcome: _, ...deny } = decision;
  return { state: 'denied', ...deny };
}

test.each([
  ['doctor', allowed, allowed, missing],
  ['nurse', allowed, denied('records:view-sensitive'), denied('records:view-sensitive')],
  ['porter', denied('records:view'), denied('records:view'), denied('records:view')],
  ['tom', allowed, allowed, denied('records:view')],
] as const)(
  'the record chooses the permission, in a call and in its button, for a %s',
  async (user, flu, hiv, none) => {
    const ids = ['flu', 'hiv', 'none'];
    for (const procedure of ['view', 'print'] as const) {
      const call = callAs(user)[procedure];
      const calls = await Promise.all(ids.map(async (id) => outcomeOf(call({ id }))));
      expect(calls).toMatchObject([flu, hiv, none]);
      const questions = ids.map((id) => ({ path: procedure, input: { id } }));
      expect(await answerGates({ router, policy }, asUser(user), questions)).toEqual(calls);
    }
  },
);

test.each(['porter', 'nurse'])(
  'a %s cannot distinguish a forbidden record from a missing one',
  async (user) => {
    const view = callAs(user).view;
    const ofRecord = await outcomeOf(view({ id: 'hiv' }));
    expect(ofRecord).toMatchObject({ state: 'denied', grantedByInstanceRoles: ['treating'] });
    expect(await outcomeOf(view({ id: 'none' }))).toEqual(ofRecord);
  },
);

test('a gate without `requires` answers in the same way for a missing record', async () => {
  expect(await outcomeOf(callAs('doctor').plain({ id: 'none' }))).toEqual(missing);
  const porter = callAs('porter');
  expect(await outcomeOf(porter.plain({ id: 'none' }))).toEqual(await outcomeOf(porter.plain({ id: 'flu' })));
});

test('the record is loaded once and passed to the resolver, and all permissions of the gate are one call to the decider', async () => {
  expect(await callAs('doctor').view({ id: 'hiv' })).toEqual(records[1]);
  expect(loads).toBe(1);
  expect(asked).toEqual([
    ['records:view', 'records:view-sensitive'].map((permission) =>
      expect.objectContaining({ permission, instance: 'hiv' }),
    ),
  ]);
});

test('onDecision names no instance for a missing record, and is not called for a NOT_FOUND', async () => {
  await errorOf(callAs('porter').view({ id: 'none' }));
  await errorOf(callAs('doctor').view({ id: 'none' }));
  await errorOf(callAs('doctor', { ...recordsDecider, decide: outage }).view({ id: 'none' }));
  expect(decided).toMatchObject([
    { outcome: 'deny', permission: 'records:view', instance: undefined },
    { outcome: 'unavailable', instance: undefined },
  ]);
});

test('a `requires` that returns a permission that the gate does not name allows nothing', async () => {
  await expect(callAs('doctor').broken({ id: 'flu' })).rejects.toMatchObject({
    code: 'INTERNAL_SERVER_ERROR',
  });
});

test('a gate names all permissions that its instances can require', async () => {
  expect(await gatesOf(router)).toMatchObject({ view: 'records:view | records:view-sensitive' });
  expect(await gatedPermissions(router)).toEqual(['records:view', 'records:view-sensitive']);
});

test('answerGates answers with the decision of a loader that denies', async () => {
  const question = { path: 'refusing', input: { id: 'hiv' } };
  expect(await answerGates({ router, policy }, asUser('nurse'), [question])).toEqual([
    {
      ...denied('records:view-sensitive'),
      reason: 'no_permission',
      grantedBy: ['doctor'],
      grantedByInstanceRoles: ['treating'],
    },
  ]);
});

test('onDecision is called with the source of the decisive decision', async () => {
  const sources: DecisionSource[] = ['cache', 'pdp'];
  const decide: RecordsDecider['decide'] = (checks, options) => {
    checks.forEach((_, index) => options?.onSource?.(sources[index] ?? 'stale', index));
    return recordsDecider.decide(checks);
  };
  const nurse = callAs('nurse', { ...recordsDecider, decide });
  await nurse.view({ id: 'flu' });
  await errorOf(nurse.view({ id: 'hiv' }));
  await callAs('doctor', { ...recordsDecider, decide }).view({ id: 'hiv' });
  await callAs('doctor').view({ id: 'hiv' });
  expect(decided.map(({ permission, outcome, source }) => [permission, outcome, source])).toEqual([
    ['records:view', 'allow', 'cache'],
    ['records:view-sensitive', 'deny', 'pdp'],
    ['records:view-sensitive', 'allow', 'pdp'],
    ['records:view-sensitive', 'allow', undefined],
  ]);
});

test('only permissions of the gate compile', () => {
  // @ts-expect-error -- the policy has no such permission
  permitted(either, Id, { load, requires: () => 'records:delete', on: idOf });
  // @ts-expect-error -- the gate does not name it
  permitted('records:view', Id, { load, requires: () => 'records:view-sensitive', on: idOf });
  expect(loads).toBe(0);
});
