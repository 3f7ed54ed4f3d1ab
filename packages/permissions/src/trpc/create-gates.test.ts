import { initTRPC, lazy, TRPCError } from '@trpc/server';
import { beforeEach, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { Check, Decider } from '../core/decision.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { createPermissions } from '../core/permissions.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { stubDecider, testPolicy } from '../testing/fixtures/test-policy.ts';
import { type GateQuestion, gateQuestions } from '../core/gate-question.ts';
import { answerGates } from './answer-gates.ts';
import { serverAttributes } from '../core/server-attributes.ts';
import { createGates } from './create-gates.ts';
import { gateOf, type Gate, type GatedContext } from './gate.ts';
import { all, any } from './requirement.ts';
import { assertGated, gatedPermissions, gatesOf, ungatedProcedures } from './router-gates.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;

let allowed: (check: Check<Permission>) => boolean;
let outage: boolean;
let resolved: string[];
let loads: string[];
beforeEach(() => {
  asked.length = 0;
  allowed = () => false;
  outage = false;
  resolved = [];
  loads = [];
});

const { decider, asked } = stubDecider((check) => {
  if (outage) return new AuthorizationUnavailableError('timeout', { detail: 'test' });
  return allowed(check) ? 'allow' : 'deny';
});

const t = initTRPC.context<GatedContext<Permission, Role>>().meta<{ readonly gate?: Gate }>().create();
const permitted = createGates(t.procedure);
const router = t.router({
  open: t.procedure.query(() => 'open'),
  list: permitted('reports:view').query(() => {
    resolved.push('list');
    return ['a'];
  }),
  publish: permitted('reports:publish', z.object({ id: z.uuid() }), ({ id }) => id)
    .input(z.object({ note: z.string() }))
    .mutation(({ input }) => {
      expectTypeOf(input).toEqualTypeOf<{ id: string; note: string }>();
      resolved.push(input.id);
      return input.note;
    }),
});
const loading = t.router({
  both: permitted(all('reports:view', 'members:view')).query(() => 'both'),
  either: permitted(any('members:view', 'reports:create')).query(() => 'either'),
  read: permitted('reports:view', z.object({ id: z.string() }), {
    load({ input, ctx }) {
      expectTypeOf(ctx.permissions.subject).toEqualTypeOf<string>();
      loads.push(input.id);
      if (input.id === 'gone') throw new TRPCError({ code: 'NOT_FOUND' });
      if (input.id === 'deleted') throw Object.assign(new Error('deleted'), { status: 404 });
      if (input.id === 'refused') throw new TRPCError({ code: 'CONFLICT' });
      if (input.id === 'unreachable') throw new Error('the database is unavailable');
      return { title: `Report ${input.id}`, pages: 3 };
    },
    on: (report) => ({
      key: report.title,
      attributes: serverAttributes(testPolicy, 'reports', { pages: report.pages }),
    }),
  }).query(({ ctx }) => {
    expectTypeOf(ctx.loaded).toEqualTypeOf<{ title: string; pages: number }>();
    return ctx.loaded.title;
  }),
});
const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
const caller = t.createCallerFactory(router)({ permissions });
const id = '0b8e4d6e-3f0e-4c55-9d0c-0d0f6a0b6c11';

const errorOf = async (promise: Promise<unknown>): Promise<TRPCError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TRPCError) return error;
  throw new TypeError('The call did not fail with a TRPCError.');
};

test('the gate checks the subject, tenant and instance, and the resolver runs when allowed', async () => {
  allowed = () => true;
  expect(await caller.publish({ id, note: 'now' })).toBe('now');
  expect(asked).toEqual([[{ subject: 'ann', tenant: 'acme', permission: 'reports:publish', instance: id }]]);
  expect(resolved).toEqual([id]);
});

test('an invalid gate input is BAD_REQUEST, without a check', async () => {
  const error = await errorOf(caller.publish({ id: 'not-a-uuid', note: '' }));
  expect(error.code).toBe('BAD_REQUEST');
  expect(asked).toEqual([]);
});

test("onDecision is called with each gate's decision, but not for answerGates", async () => {
  const decided: unknown[] = [];
  const begun = performance.now();
  const observed = createGates(t.procedure, {
    onDecision({ duration, ...decision }, ctx) {
      expectTypeOf(ctx.permissions.subject).toEqualTypeOf<string>();
      expect(duration).toBeGreaterThanOrEqual(0);
      expect(duration).toBeLessThanOrEqual(performance.now() - begun);
      decided.push({ ...decision, subject: ctx.permissions.subject, resolvedBefore: resolved.length });
    },
  });
  const audited = t.router({
    publish: observed('reports:publish', z.object({ id: z.string() }), ({ id }) => id).query(({ input }) =>
      resolved.push(input.id),
    ),
    either: observed(any('members:view', 'reports:create')).query(() => 'either'),
    draft: observed('reports:view', z.object({ id: z.string() }), {
      load: async ({ input, ctx }) => {
        await ctx.permissions.require('members:view', input.id);
        return input;
      },
      on: () => 'never',
    }).query(() => 'draft'),
    gone: observed('reports:view', z.object({ id: z.string() }), {
      load: () => Promise.reject(new TRPCError({ code: 'NOT_FOUND' })),
      on: () => 'never',
    }).query(() => 'gone'),
  });
  const call = t.createCallerFactory(audited)({ permissions });
  allowed = ({ permission }) => permission === 'reports:publish' || permission === 'reports:create';
  await call.publish({ id: '1' });
  await call.either();
  await errorOf(call.draft({ id: '2' }));
  await errorOf(call.gone({ id: '3' }));
  await answerGates({ router: audited, policy: testPolicy }, { permissions }, [
    { path: 'publish', input: { id: '1' } },
  ]);
  outage = true;
  await errorOf(call.publish({ id: '4' }));
  const of = { subject: 'ann', type: 'query', resolvedBefore: 1 };
  expect(decided).toMatchObject([
    {
      ...of,
      path: 'publish',
      permission: 'reports:publish',
      instance: '1',
      outcome: 'allow',
      resolvedBefore: 0,
    },
    { ...of, path: 'either', permission: 'reports:create', instance: undefined, outcome: 'allow' },
    { ...of, path: 'draft', permission: 'members:view', instance: '2', outcome: 'deny' },
    {
      ...of,
      path: 'publish',
      permission: 'reports:publish',
      instance: '4',
      outcome: 'unavailable',
      outage: 'timeout',
    },
  ]);
  expect(decided).toHaveLength(4);
});

test('an error from onDecision ends the call before the resolver runs', async () => {
  allowed = () => true;
  const observed = createGates(t.procedure, {
    onDecision() {
      throw new RangeError('full');
    },
  });
  const call = t.createCallerFactory(
    t.router({ go: observed('reports:view').query(() => resolved.push('go')) }),
  );
  expect((await errorOf(call({ permissions }).go())).cause).toBeInstanceOf(RangeError);
  expect(resolved).toEqual([]);
});

test('gatesOf and ungatedProcedures read the gates of a router', async () => {
  expect(await gatesOf(router)).toEqual({ list: 'reports:view', publish: 'reports:publish' });
  expect(await ungatedProcedures(router)).toEqual(['open']);
});

test('an unknown permission does not compile', () => {
  // @ts-expect-error -- misspelled
  permitted('reports:pubish');
  // @ts-expect-error -- the gate's input has no `key`
  permitted('reports:publish', z.object({ id: z.string() }), ({ key }) => String(key));
  // @ts-expect-error -- a context without permissions cannot be gated
  createGates(initTRPC.meta<{ readonly gate?: Gate }>().create().procedure)('reports:view');
  expect(asked).toEqual([]);
});

test('answerGates answers from the gates, in order, with one bulk check', async () => {
  allowed = ({ instance }) => instance === id;
  const answers = await answerGates({ router, policy: testPolicy }, { permissions }, [
    { path: 'list' },
    { path: 'open' },
    { path: 'publish', input: { id } },
  ]);
  expect(answers).toEqual([
    {
      state: 'denied',
      permission: 'reports:view',
      reason: 'no_permission',
      grantedBy: ['viewer', 'editor', 'admin'],
      grantedByInstanceRoles: [],
    },
    { state: 'allowed' },
    { state: 'allowed' },
  ]);
  expect(asked).toHaveLength(1);
});

test('answerGates answers questions by permission and by procedure together', async () => {
  allowed = ({ instance }) => instance === '1';
  const questions = [
    { permission: 'reports:publish', instance: '1' },
    { permission: 'reports:publish' },
    { path: 'list' },
  ];
  const states = (await answerGates({ router, policy: testPolicy }, { permissions }, questions)).map(
    ({ state }) => state,
  );
  expect(states).toEqual(['allowed', 'denied', 'denied']);
  expect(asked).toHaveLength(1);
});

test('during an outage the answer is unavailable, except for procedures without a gate', async () => {
  outage = true;
  expect(
    await answerGates({ router, policy: testPolicy }, { permissions }, [{ path: 'list' }, { path: 'open' }]),
  ).toEqual([{ state: 'unavailable' }, { state: 'allowed' }]);
});

test('an invalid or unreadable question affects only its own answer', async () => {
  allowed = () => true;
  const problems: readonly (readonly [question: unknown, problem: string])[] = [
    [{ path: 'nowhere' }, 'unknown_procedure'],
    [{ path: 'toString' }, 'unknown_procedure'],
    [{ path: 'publish', input: {} }, 'unreadable_input'],
    [{ path: 'publish' }, 'unreadable_input'],
    [{ permission: 'reports:archive', instance: '1' }, 'unknown_permission'],
    ...[
      null,
      'list',
      {},
      { path: 1 },
      { path: 'x'.repeat(501) },
      { permission: 'reports:view', instance: 1 },
      { permission: 'reports:view', instance: 'x'.repeat(501) },
      { path: 'publish', input: { id: '1', more: JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) } },
    ].map((question) => [question, 'unreadable_input'] as const),
  ];
  const questions = gateQuestions(testPolicy)([...problems.map(([question]) => question), { path: 'list' }]);
  expect(await answerGates({ router, policy: testPolicy }, { permissions }, questions)).toEqual([
    ...problems.map(([, problem]) => ({ state: 'unavailable', problem })),
    { state: 'allowed' },
  ]);
  expect(asked).toHaveLength(1);
});

test('gateQuestions reads at most 200 questions, typed by the policy, and includes names that no longer exist', () => {
  const read = gateQuestions(testPolicy);
  expectTypeOf<ReturnType<typeof read>>().toEqualTypeOf<GateQuestion<Permission>[]>();
  const questions = [
    { path: 'list', input: { id: '1' } },
    { permission: 'reports:archive', instance: undefined },
  ];
  expect(read(questions)).toEqual(questions);
  expect(read(Array.from({ length: 200 }, () => questions[0]))).toHaveLength(200);
});

test.each([undefined, 'questions', { path: 'list' }, Array.from({ length: 201 }, () => ({ path: 'list' }))])(
  'refuses an input that is not a list of questions (%#)',
  (value) => {
    expect(() => gateQuestions(testPolicy)(value)).toThrow(TypeError);
  },
);

const loadingCaller = t.createCallerFactory(loading)({ permissions });

test('loads the instance once, checks it and passes it to the resolver', async () => {
  allowed = () => true;
  expect(await loadingCaller.read({ id: '7' })).toBe('Report 7');
  expect(loads).toEqual(['7']);
  expect(asked).toEqual([
    [
      {
        subject: 'ann',
        tenant: 'acme',
        permission: 'reports:view',
        instance: 'Report 7',
        attributes: { pages: 3 },
      },
    ],
  ]);
});

test('infers the loaded type of an existing loader function', () => {
  interface Report {
    readonly title: string;
  }
  const refOf = ({ title }: Report): string => title;
  const gated = t.router({
    wide: permitted('reports:view', z.object({ id: z.string() }), {
      load: ({ input }): Report => ({ title: input.id }),
      on: refOf,
    }).query(({ ctx }) => {
      expectTypeOf(ctx.loaded).toEqualTypeOf<Report>();
    }),
    narrow: permitted('reports:view', z.object({ id: z.string() }), {
      load: async ({ input }) => ({ title: input.id, pages: 3 }),
      on: refOf,
    }).query(({ ctx }) => {
      expectTypeOf(ctx.loaded).toEqualTypeOf<{ title: string; pages: number }>();
    }),
  });
  permitted('reports:view', z.object({ id: z.string() }), {
    // @ts-expect-error -- the loaded value has no title
    load: ({ input }) => input.id,
    on: refOf,
  });
  expect(Object.keys(gated)).toEqual(expect.arrayContaining(['wide', 'narrow']));
});

test('a gate can require all or any of several permissions', async () => {
  allowed = ({ permission }) => permission === 'reports:view' || permission === 'reports:create';
  const error = await errorOf(loadingCaller.both());
  expect(error.cause).toMatchObject({ decision: { permission: 'members:view' } });
  expect(await loadingCaller.either()).toBe('either');
  expect(asked.map((checks) => checks.length)).toEqual([2, 2]);
  expect(await gatesOf(loading)).toEqual({
    both: 'reports:view & members:view',
    either: 'members:view | reports:create',
    read: 'reports:view',
  });
  const required = await gatedPermissions(loading);
  expect(required.toSorted()).toEqual(['members:view', 'reports:create', 'reports:view']);
});

test('an instance that no longer exists or cannot be loaded is unavailable; the other questions are answered', async () => {
  allowed = () => true;
  expect(
    await answerGates({ router: loading, policy: testPolicy }, { permissions }, [
      { path: 'read', input: { id: 'gone' } },
      { path: 'read', input: { id: 'deleted' } },
      { path: 'read', input: { id: 'refused' } },
      { path: 'read', input: { id: 'unreachable' } },
      { path: 'both' },
    ]),
  ).toEqual([
    { state: 'unavailable', problem: 'not_found' },
    { state: 'unavailable', problem: 'not_found' },
    { state: 'unavailable' },
    { state: 'unavailable' },
    { state: 'allowed' },
  ]);
});

test('assertGated names procedures without a gate and stale names', async () => {
  await expect(assertGated(router, ['open'])).resolves.toBeUndefined();
  await expect(assertGated(router, [])).rejects.toThrow('Without a gate: open.');
  await expect(assertGated(router, ['open', 'list', 'nowhere'])).rejects.toThrow('list, nowhere');
});

test('assertGated names a procedure without a gate that is named like a property of every object', async () => {
  const open = t.router({ constructor: t.procedure.query(() => 1), list: t.procedure.query(() => 2) });
  await expect(assertGated(open, ['list'])).rejects.toThrow('Without a gate: constructor.');
});

const lazyRouter = () => {
  const inner = t.router({
    list: permitted('reports:view').query(() => 'list'),
    open: t.procedure.query(() => 1),
  });
  const outer = t.router({ inner: lazy(() => Promise.resolve(inner)), hidden: t.procedure.query(() => 2) });
  return t.router({
    outer: lazy(() => Promise.resolve({ outer })),
    list: permitted('reports:view').query(() => 3),
  });
};

test('finds procedures behind lazy(), and reports an ungated one by its path', async () => {
  await expect(assertGated(lazyRouter(), [])).rejects.toThrow(
    'Without a gate: outer.hidden, outer.inner.open.',
  );
  await expect(assertGated(lazyRouter(), ['outer.hidden', 'outer.inner.open'])).resolves.toBeUndefined();
  expect(await gatesOf(lazyRouter())).toEqual({ list: 'reports:view', 'outer.inner.list': 'reports:view' });
});

test('a lazy() router that cannot be loaded fails the test of the gates', async () => {
  const broken = t.router({ broken: lazy(() => Promise.reject<typeof router>(new RangeError('gone'))) });
  await expect(assertGated(broken, [])).rejects.toThrow('gone');
});

test('answerGates answers for a procedure behind lazy()', async () => {
  allowed = () => true;
  expect(
    await answerGates({ router: lazyRouter(), policy: testPolicy }, { permissions }, [
      { path: 'outer.inner.list' },
    ]),
  ).toEqual([{ state: 'allowed' }]);
});

test('attributes that the policy does not declare, or of another resource, do not compile', () => {
  // @ts-expect-error -- reports have no such attribute
  serverAttributes(testPolicy, 'reports', { page: 1 });
  // @ts-expect-error -- a browser's input is not a ServerAttributes
  permitted('reports:view', z.object({ pages: z.number() }), (input) => ({ attributes: input }));
  // @ts-expect-error -- attributes of another resource
  permitted('reports:view', z.object({}), () => ({
    attributes: serverAttributes(testPolicy, 'members', {}),
  }));
  expect(loads).toEqual([]);
});

test('gates and answerGates rethrow errors other than outages', async () => {
  const bug = new RangeError('bug');
  const broken: Decider<Permission, Role> = { ...decider, decide: () => Promise.reject(bug) };
  const ctx = { permissions: createPermissions(broken, { subject: 'ann', tenant: 'acme' }) };
  await expect(answerGates({ router, policy: testPolicy }, ctx, [{ path: 'list' }])).rejects.toBe(bug);
  expect((await errorOf(t.createCallerFactory(router)(ctx).list())).code).toBe('INTERNAL_SERVER_ERROR');
  expect(resolved).toEqual([]);
});

test('a decider that returns too few decisions allows nothing', async () => {
  const short: Decider<Permission, Role> = {
    ...decider,
    decide: async ([first]) =>
      first === undefined ? [] : [{ outcome: 'allow', permission: first.permission }],
  };
  const ctx = { permissions: createPermissions(short, { subject: 'ann', tenant: 'acme' }) };
  expect((await errorOf(t.createCallerFactory(loading)(ctx).both())).code).toBe('INTERNAL_SERVER_ERROR');
  await expect(
    answerGates({ router, policy: testPolicy }, ctx, [{ path: 'list' }, { path: 'list' }]),
  ).rejects.toThrow(TypeError);
});

test('answerGates answers gates with several permissions, each from its own decisions', async () => {
  allowed = ({ permission }) => permission === 'reports:create';
  const answers = await answerGates({ router: loading, policy: testPolicy }, { permissions }, [
    { path: 'both' },
    { path: 'either' },
    { permission: 'reports:create' },
    { permission: 'members:view' },
  ]);
  expect(answers).toMatchObject([
    { state: 'denied', permission: 'reports:view' },
    { state: 'allowed' },
    { state: 'allowed' },
    { state: 'denied', permission: 'members:view' },
  ]);
  expect(asked.map((checks) => checks.length)).toEqual([6]);
  allowed = () => false;
  expect(
    await answerGates({ router: loading, policy: testPolicy }, { permissions }, [{ path: 'either' }]),
  ).toMatchObject([{ state: 'denied', permission: 'members:view' }]);
});

test('makes no call without questions', async () => {
  expect(await answerGates({ router, policy: testPolicy }, { permissions }, [])).toEqual([]);
  expect(asked).toEqual([]);
});

test.each([undefined, null, {}, 'procedure', () => 'procedure', { meta: () => {}, input: () => {} }])(
  'createGates refuses %o, which is not a procedure builder',
  (base) => {
    expect(() => createGates(base as never)).toThrow(TypeError); // oxlint-disable-line typescript/no-unsafe-type-assertion -- passes a value that the types reject
  },
);

const withoutConcat = Object.fromEntries(Object.entries(t.procedure).filter(([name]) => name !== 'concat'));
test.each([
  ['10', withoutConcat],
  ['11.1', { ...t.procedure, query: () => () => 'without meta' }],
])('createGates refuses the builder of tRPC %s, and names the version that it needs', (_, base) => {
  expect(() => createGates(base as never)).toThrow('needs @trpc/server 11.2 or later'); // oxlint-disable-line typescript/no-unsafe-type-assertion -- passes a value that the types reject
});

test.each([
  undefined,
  {},
  () => 'no procedure',
  Object.assign(() => {}, { meta: null }),
  Object.assign(() => {}, { meta: 'gate' }),
  Object.assign(() => {}, { meta: {} }),
  Object.assign(() => {}, { meta: { gate: null } }),
  Object.assign(() => {}, { meta: { gate: { target: () => {} } } }),
])('a procedure without a gate in its meta has none: %o', (procedure) => {
  expect(gateOf(procedure)).toBeUndefined();
});

test("a gate between inputs: preserves its base's and later inputs, and parses each once", async () => {
  const parsed: string[] = [];
  const once = (name: string) => z.string().refine(() => parsed.push(name));
  const added = createGates(t.procedure.use(({ next }) => next({ ctx: { added: 'by the base' } })));
  const { get } = t.router({
    get: added('reports:view', z.object({ id: once('id') }), ({ id }) => id)
      .input(z.object({ note: once('note') }))
      .query(({ input, ctx }) => ({ ...input, added: ctx.added })),
  });
  allowed = ({ instance }) => instance === '1';
  const call = t.createCallerFactory(t.router({ get }))({ permissions });
  expect(await call.get({ id: '1', note: 'a' })).toEqual({ id: '1', note: 'a', added: 'by the base' });
  expect(parsed).toEqual(['id', 'note']);
  expect((await errorOf(call.get({ id: '2', note: 'a' }))).code).toBe('FORBIDDEN');
  expect(parsed).toEqual(['id', 'note', 'id']);
});

test('middlewares before and after a gate run in order, and one before it sees a deny as an error', async () => {
  const order: unknown[] = [];
  const watched = t.procedure.use(async ({ next }) => {
    const result = await next({ ctx: { added: 'by the base' } });
    order.push(result.ok ? result.data : result.error.code);
    return result;
  });
  const { get } = t.router({
    get: createGates(watched)('reports:view', z.object({ id: z.string() }), ({ id }) => id)
      .use(({ ctx: { added }, input, next }) => {
        order.push([added, input]);
        return next({ ctx: { later: true } });
      })
      .query(({ ctx: { added, later } }) => [added, later]),
  });
  allowed = ({ instance }) => instance === '1';
  const call = t.createCallerFactory(t.router({ get }))({ permissions });
  await call.get({ id: '1' });
  expect((await errorOf(call.get({ id: '2' }))).code).toBe('FORBIDDEN');
  expect(order).toEqual([['by the base', { id: '1' }], ['by the base', true], 'FORBIDDEN']);
});

test('a gate after other middlewares uses the context that they set', async () => {
  allowed = ({ subject }) => subject === 'ann';
  const nobody = createPermissions(decider, { subject: 'nobody', tenant: 'acme' });
  const { list } = t.router({
    list: t.procedure
      .use(({ next }) => next({ ctx: { permissions: nobody } }))
      .concat(permitted('reports:view'))
      .query(() => 'list'),
  });
  const call = t.createCallerFactory(t.router({ list }))({ permissions });
  expect((await errorOf(call.list())).code).toBe('FORBIDDEN');
});
