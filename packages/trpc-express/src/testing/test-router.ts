import { initTRPC, lazy, TRPCError } from '@trpc/server';
import { octetInputParser } from '@trpc/server/http';
import type { Response } from 'express';
import { z } from 'zod';

export interface TestContext {
  readonly events: unknown[];
  readonly res: Response;
  readonly status: string | string[] | undefined;
}

/** Not the identity: serializes dates and wraps every value. */
const transformer = {
  serialize: (value: unknown): unknown => ({ wrapped: value instanceof Date ? value.getTime() : value }),
  deserialize: (value: unknown): unknown =>
    z.object({ wrapped: z.unknown().optional() }).parse(value).wrapped,
};

const t = initTRPC.context<TestContext>().create({
  transformer,
  isDev: false,
  sse: { ping: { enabled: false } },
  errorFormatter({ shape, error, ctx, input, path, type }) {
    if (error.message === 'unformattable') throw new RangeError('the formatter failed');
    return { ...shape, data: { ...shape.data, more: [ctx !== undefined, input, path, type] } };
  },
});

const Named = z.object({ name: z.string() });

/** A router with a procedure for each possible outcome of a call. */
export const testRouter = t.router({
  plain: t.procedure.query(() => ({ list: [1, 'two', null] })),
  nothing: t.procedure.query(() => undefined),
  date: t.procedure.query(() => new Date(0)),
  greet: t.procedure.input(Named).query(({ input }) => `Hello, ${input.name}!`),
  any: t.procedure.input(z.any()).query(({ input, batchIndex }) => ({ input: input as unknown, batchIndex })),
  rename: t.procedure.input(Named).mutation(({ input, ctx }) => {
    ctx.events.push(`renamed to ${input.name}`);
    return input;
  }),
  touch: t.procedure.mutation(({ ctx, path, signal }) => {
    ctx.events.push(['touched', path, signal?.aborted]);
  }),
  fail: t.procedure.input(z.enum(['FORBIDDEN', 'CONFLICT', 'TOO_MANY_REQUESTS'])).query(({ input }) => {
    throw new TRPCError({ code: input, message: `It is ${input}.` });
  }),
  crash: t.procedure.mutation(() => {
    throw new RangeError('crashed');
  }),
  unformattable: t.procedure.query(() => {
    throw new Error('unformattable');
  }),
  unwritable: t.procedure.query(() => 1n),
  stream: t.procedure.query(() => ({ later: Promise.resolve(1) })),
  generator: t.procedure.query(async function* () {
    yield await Promise.resolve(1);
  }),
  holder: t.procedure.query(() => ({ later: { [Symbol.asyncIterator]: () => ({ next: () => undefined }) } })),
  status: t.procedure.query(({ ctx }) => {
    ctx.res.status(Number(ctx.status ?? 200));
    ctx.res.setHeader('set-cookie', 'from=procedure');
    return 'set';
  }),
  nested: t.router({ plain: t.procedure.query(() => 'nested') }),
  later: lazy(() => Promise.resolve({ default: t.router({ plain: t.procedure.query(() => 'lazy') }) })),
  form: t.procedure
    .input(z.unknown())
    .mutation(({ input }) => input instanceof FormData && [...input.keys()]),
  file: t.procedure.input(octetInputParser).mutation(async ({ input }) => {
    let size = 0;
    for await (const chunk of input) size += chunk.length;
    return size;
  }),
  wait: t.procedure.query(async ({ ctx, signal }) => {
    ctx.events.push('waiting');
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    ctx.events.push(['aborted', String(signal?.reason)]);
  }),
  ticks: t.procedure.subscription(async function* ({ signal }) {
    for (let tick = 0; tick < 3; tick++) yield await Promise.resolve([tick, signal?.aborted]);
  }),
});

export type TestRouter = typeof testRouter;
