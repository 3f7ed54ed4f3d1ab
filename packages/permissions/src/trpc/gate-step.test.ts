import { initTRPC, TRPCError } from '@trpc/server';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createPermissions } from '../core/permissions.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { stubDecider, type testPolicy } from '../testing/fixtures/test-policy.ts';
import { createGates } from './create-gates.ts';
import type { Gate, GatedContext } from './gate.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;

let isAllowed: boolean;
beforeEach(() => {
  isAllowed = true;
});
const { decider } = stubDecider(() => (isAllowed ? 'allow' : 'deny'));
const ctx = { permissions: createPermissions(decider, { subject: 'ann', tenant: 'acme' }) };

const t = initTRPC.context<GatedContext<Permission, Role>>().meta<{ readonly gate?: Gate }>().create();
const Id = z.object({ id: z.string() });
const on = ({ id }: z.output<typeof Id>): string => id;

/** As the middlewares before a gate have seen them. */
let seen: unknown[];
beforeEach(() => {
  seen = [];
});
const base = t.procedure.use(async ({ next }) => {
  const result = await next({ ctx: { added: 'by the base' } });
  seen.push(result.ok ? result.data : result.error);
  return result;
});
const permitted = createGates(base);

/** Without `meta` and functions. */
const given = (options: object): object =>
  Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name !== 'meta' && typeof value !== 'function'),
  );
const router = t.router({
  plain: base.query(given),
  list: permitted('reports:view', undefined).query(given),
  change: permitted('reports:view', undefined).mutation(given),
  plainGet: base.input(Id).query(given),
  get: permitted('reports:view', Id, on).query(given),
  changeOne: permitted('reports:view', Id, on).mutation(given),
  loading: permitted('reports:view', Id, { load: ({ input }) => `report ${input.id}`, on: () => '1' }).query(
    given,
  ),
  failing: permitted('reports:view', undefined).query(() => {
    throw new RangeError('bug');
  }),
  failingOne: permitted('reports:view', Id, on).query(() => Promise.reject(new RangeError('bug'))),
});
const call = t.createCallerFactory(router)(ctx);
const input = { id: '1' };
const run = {
  list: () => call.list(),
  change: () => call.change(),
  get: () => call.get(input),
  changeOne: () => call.changeOne(input),
  loading: () => call.loading(input),
  failing: () => call.failing(),
  failingOne: () => call.failingOne(input),
};
test('the resolver receives the same arguments as without a gate', async () => {
  expect(await call.list()).toEqual({ ...(await call.plain()), path: 'list' });
  expect(await call.change()).toEqual({ ...(await call.plain()), path: 'change', type: 'mutation' });
  expect(await call.get(input)).toEqual({ ...(await call.plainGet(input)), path: 'get' });
  expect(await call.changeOne(input)).toEqual({
    ...(await call.plainGet(input)),
    path: 'changeOne',
    type: 'mutation',
  });
  expect(await call.loading(input)).toEqual({
    ...(await call.plainGet(input)),
    path: 'loading',
    ctx: { ...ctx, added: 'by the base', loaded: 'report 1' },
  });
});

test('middlewares before the gate see the result', async () => {
  const answer = await call.get(input);
  expect(seen).toEqual([answer]);
});

test.each(['failing', 'failingOne'] as const)(
  '%s: middlewares before the gate see the error that the resolver throws',
  async (name) => {
    await expect(run[name]()).rejects.toThrow('bug');
    expect(seen).toEqual([expect.any(TRPCError)]);
    expect(seen).toMatchObject([{ code: 'INTERNAL_SERVER_ERROR', cause: expect.any(RangeError) }]);
  },
);

test.each(['list', 'get', 'change', 'changeOne', 'loading'] as const)(
  '%s: middlewares before the gate see a deny as an error, and the resolver does not run',
  async (name) => {
    isAllowed = false;
    await expect(run[name]()).rejects.toThrow(TRPCError);
    expect(seen).toMatchObject([{ code: 'FORBIDDEN' }]);
  },
);

test('middlewares between the gate and the resolver run between them', async () => {
  const order: string[] = [];
  const { get } = t.router({
    get: permitted('reports:view', Id, on)
      .use(({ ctx: { added }, input: { id }, next }) => {
        order.push(`${added} ${id}`);
        return next({ ctx: { later: true } });
      })
      .query(({ ctx: { later } }) => order.push(`later ${later}`)),
  });
  const between = t.createCallerFactory(t.router({ get }))(ctx);
  await between.get(input);
  isAllowed = false;
  await expect(between.get(input)).rejects.toThrow(TRPCError);
  expect(order).toEqual(['by the base 1', 'later true']);
});

test('a gate after other middlewares uses the context that they set', async () => {
  const nobody = createPermissions(stubDecider(() => 'deny').decider, { subject: 'nobody', tenant: 'acme' });
  const gated = createGates(t.procedure)('reports:view', undefined);
  const { list } = t.router({
    list: t.procedure
      .use(({ next }) => next({ ctx: { permissions: nobody } }))
      .concat(gated)
      .query(() => 'list'),
  });
  await expect(t.createCallerFactory(t.router({ list }))(ctx).list()).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});
