// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { createTRPCClient, httpLink } from '@trpc/client';
import { createTRPCReact, getQueryKey, type CreateTRPCReact } from '@trpc/react-query';
import { initTRPC } from '@trpc/server';
import { createTRPCContext, createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { ReactNode } from 'react';
import { afterEach, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { GateQuestion } from '../core/gate-question.ts';
import type { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';
import type { GatedProcedure, GateInput } from './gated-procedure.ts';

const t = initTRPC.create();
const router = t.router({
  me: t.procedure.query(() => 'ann'),
  reports: t.router({
    list: t.procedure.input(z.object({ cursor: z.string().optional() })).query(() => []),
    get: t.procedure.input(z.object({ id: z.string() })).query(() => 'report'),
    publish: t.procedure.input(z.object({ id: z.string(), note: z.string() })).mutation(() => 'published'),
  }),
});
type AppRouter = typeof router;

const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: 'http://localhost' })] });
const queryClient = new QueryClient();
const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();
const classic: CreateTRPCReact<AppRouter, unknown> = createTRPCReact<AppRouter>();

const { PermissionsProvider, useGate, useGates } = createPermissionsReact<typeof testPolicy>();
const both = createPermissionsReact<typeof testPolicy>({ getQueryKey });

let asked: GateQuestion[] = [];
const ask = async (questions: readonly GateQuestion[]) => {
  asked.push(...questions);
  return questions.map(() => ({ state: 'allowed' as const }));
};
afterEach(() => {
  asked = [];
  cleanup();
});

const path = { get: 'reports.get', list: 'reports.list', publish: 'reports.publish' };

function Page(): ReactNode {
  const trpc = useTRPC();
  const gates = [
    useGate(trpc.me),
    useGate(trpc.reports.list, {}),
    useGate(trpc.reports.publish, { id: '1' }),
    ...useGates(trpc.reports.get, [{ id: '1' }, { id: '2' }]),
  ];
  return gates.map(({ state }) => state).join(' ');
}

test('gates take procedures of useTRPC(), without an option', async () => {
  render(
    <TRPCProvider trpcClient={client} queryClient={queryClient}>
      <PermissionsProvider scope="ann@acme" ask={ask}>
        <Page />
      </PermissionsProvider>
    </TRPCProvider>,
  );
  await screen.findByText('allowed allowed allowed allowed allowed');
  expect(asked).toEqual([
    { path: 'me', input: undefined },
    { path: path.list, input: {} },
    { path: path.publish, input: { id: '1' } },
    { path: path.get, input: { id: '1' } },
    { path: path.get, input: { id: '2' } },
  ]);
});

test('with `getQueryKey` gates take procedures of both clients, and those with a key prefix', async () => {
  const options = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
  const prefixed = createTRPCOptionsProxy<AppRouter, { keyPrefix: true }>({
    client,
    queryClient,
    keyPrefix: 'server',
  });
  function Mixed(): ReactNode {
    const gates = [
      both.useGate(classic.reports.publish, { id: '1' }),
      both.useGate(options.reports.publish, { id: '2' }),
      both.useGate(prefixed.reports.publish, { id: '3' }),
      both.useGate(prefixed.reports.get, { id: '4' }),
    ];
    return gates.map(({ state }) => state).join(' ');
  }
  render(
    <both.PermissionsProvider scope="ann@acme" ask={ask}>
      <Mixed />
    </both.PermissionsProvider>,
  );
  await screen.findByText('allowed allowed allowed allowed');
  expect(asked).toEqual([
    { path: path.publish, input: { id: '1' } },
    { path: path.publish, input: { id: '2' } },
    { path: path.publish, input: { id: '3' } },
    { path: path.get, input: { id: '4' } },
  ]);
});

test.each([
  ['a procedure of createTRPCReact without getQueryKey', classic.me],
  ['what is no procedure', { useQuery: () => null }],
])('%s is a TypeError that names the option', (_, procedure) => {
  function Gate(): ReactNode {
    expect(() => useGate(procedure)).toThrow(/`getQueryKey` of @trpc\/react-query/);
    return null;
  }
  render(
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <Gate />
    </PermissionsProvider>,
  );
  expect.assertions(1);
});

test('a gate takes the same input for a procedure of either client, and nothing else', () => {
  type Options = ReturnType<typeof useTRPC>;
  type Classic = typeof classic;
  expectTypeOf<GateInput<Options['me']>>().toEqualTypeOf<GateInput<Classic['me']>>();
  expectTypeOf<GateInput<Options['reports']['get']>>().toEqualTypeOf<GateInput<Classic['reports']['get']>>();
  expectTypeOf<GateInput<Options['reports']['list']>>().toEqualTypeOf<
    GateInput<Classic['reports']['list']>
  >();
  expectTypeOf<{ id: string }>().toExtend<GateInput<Options['reports']['publish']>>();
  expectTypeOf<{ note: string }>().toExtend<GateInput<Options['reports']['publish']>>();
  expectTypeOf<{ id: number }>().not.toExtend<GateInput<Options['reports']['publish']>>();
  expectTypeOf<Options['reports']['publish']>().toExtend<GatedProcedure>();
  expectTypeOf<Options['reports']>().not.toExtend<GatedProcedure>();
  expectTypeOf<Classic['reports']>().not.toExtend<GatedProcedure>();
});
