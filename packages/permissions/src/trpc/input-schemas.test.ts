import type { StandardSchemaV1 } from '@standard-schema/spec';
import { initTRPC } from '@trpc/server';
import { type } from 'arktype';
import * as v from 'valibot';
import { beforeEach, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod-3';
import { z as z3v4 } from 'zod-3/v4';
import { createPermissions } from '../core/permissions.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { stubDecider, type testPolicy } from '../testing/fixtures/test-policy.ts';
import { createGates } from './create-gates.ts';
import { GateInputError } from './to-trpc-error.ts';
import { gateOf, type Gate, type GatedContext } from './gate.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;

const { decider, asked } = stubDecider();
beforeEach(() => {
  asked.length = 0;
});
const ctx = { permissions: createPermissions(decider, { subject: 'ann', tenant: 'acme' }) };

const t = initTRPC.context<GatedContext<Permission, Role>>().meta<{ readonly gate?: Gate }>().create();
const permitted = createGates(t.procedure);

/** Its input and output types differ. */
const byHand: StandardSchemaV1<{ page: string }, { page: number }> = {
  '~standard': {
    version: 1,
    vendor: 'hand-written',
    validate: (value) =>
      typeof value === 'object' && value !== null && 'page' in value && /^\d+$/.test(String(value.page))
        ? { value: { page: Number(value.page) } }
        : { issues: [{ message: 'no page', path: ['page'] }] },
  },
};

const next = ({ page }: { readonly page: number }): string => String(page + 1);

const router = t.router({
  zod: permitted('reports:view', z.object({ page: z.string().regex(/^\d+$/).transform(Number) }), (input) => {
    expectTypeOf(input).toEqualTypeOf<{ page: number }>();
    return String(input.page + 1);
  }).query(({ input }) => input.page),
  zodAsync: permitted(
    'reports:view',
    z.object({
      page: z
        .string()
        .refine(async (page) => /^\d+$/.test(page))
        .transform(Number),
    }),
    next,
  ).query(({ input }) => input.page),
  zod3: permitted(
    'reports:view',
    z3.object({ page: z3.string().regex(/^\d+$/).transform(Number) }),
    next,
  ).query(({ input }) => input.page),
  zod3v4: permitted(
    'reports:view',
    z3v4.object({ page: z3v4.string().regex(/^\d+$/).transform(Number) }),
    next,
  ).query(({ input }) => input.page),
  valibot: permitted(
    'reports:view',
    v.object({ page: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)) }),
    next,
  ).query(({ input }) => input.page),
  valibotAsync: permitted(
    'reports:view',
    v.objectAsync({
      page: v.pipeAsync(
        v.string(),
        v.checkAsync(async (page) => /^\d+$/.test(page)),
        v.transform(Number),
      ),
    }),
    next,
  ).query(({ input }) => input.page),
  arktype: permitted('reports:view', type({ page: 'string.integer.parse' }), next).query(
    ({ input }) => input.page,
  ),
  byHand: permitted('reports:view', byHand, next).query(({ input }) => input.page),
  loader: permitted('reports:view', v.object({ page: v.string() }), {
    load: ({ input }) => Promise.resolve({ title: input.page }),
    on: ({ title }) => title,
  })
    .input(z.object({ note: z.string() }))
    .query(({ input, ctx: { loaded } }) => {
      expectTypeOf(input).toEqualTypeOf<{ page: string; note: string }>();
      return loaded.title + input.note;
    }),
});
const caller = t.createCallerFactory(router)(ctx);
type Libraries = Exclude<keyof typeof caller, 'loader'>;
const libraries: readonly Libraries[] = [
  'zod',
  'zodAsync',
  'zod3',
  'zod3v4',
  'valibot',
  'valibotAsync',
  'arktype',
  'byHand',
];

expectTypeOf<Parameters<(typeof caller)[Libraries]>[0]>().toEqualTypeOf<{ page: string }>();
expectTypeOf<Awaited<ReturnType<(typeof caller)[Libraries]>>>().toEqualTypeOf<number>();

test.each(libraries)('%s: the gate and the resolver get the parsed input', async (library) => {
  expect(await caller[library]({ page: '7' })).toBe(7);
  expect(asked).toMatchObject([[{ instance: '8' }]]); // for the string it would be '71'
});

test.each(libraries)('%s: an invalid gate input is a BAD_REQUEST', async (library) => {
  await expect(caller[library]({ page: 'seven' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  const target = gateOf(router[library])?.target;
  for (const input of [{ page: 'seven' }, {}, undefined]) {
    const error: unknown = await target?.(input, ctx).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GateInputError);
    expect(error).toMatchObject({ issues: [expect.objectContaining({ message: expect.any(String) })] });
  }
  expect(asked).toEqual([]);
});

test('a loader gets the parsed input, and a procedure can combine schemas of two libraries', async () => {
  expect(await caller.loader({ page: '7', note: '!' })).toBe('7!');
  expect(asked).toMatchObject([[{ instance: '7' }]]);
});

test('an input is parsed once: the gate checks the same value that the resolver gets', async () => {
  let parsed = 0;
  const counting: StandardSchemaV1<unknown, { page: string }> = {
    '~standard': {
      version: 1,
      vendor: 'counting',
      validate: () => ({ value: { page: String((parsed += 1)) } }),
    },
  };
  const counted = t.router({
    byFunction: permitted('reports:view', counting, ({ page }) => page).query(({ input }) => input.page),
    byLoader: permitted('reports:view', counting, {
      load: ({ input }) => input.page,
      on: (page) => page,
    }).query(({ ctx: { loaded } }) => loaded),
  });
  const call = t.createCallerFactory(counted)(ctx);
  expect([await call.byFunction({}), await call.byLoader({})]).toEqual(['1', '2']);
  expect(asked).toMatchObject([[{ instance: '1' }], [{ instance: '2' }]]);
});

test('a value that is not a schema does not compile', () => {
  // @ts-expect-error -- a plain object
  expect(() => permitted('reports:view', { page: 'string' }, () => '7')).toThrow(Error);
  // @ts-expect-error -- the schema's output has no `id`
  permitted('reports:view', v.object({ page: v.string() }), ({ id }) => String(id));
});
