// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import { createTRPCClient, httpBatchLink, httpLink, type TRPCLink } from '@trpc/client';
import { initTRPC, TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createGateQuestionHandler } from '../fetch/create-gate-question-handler.ts';
import { gateQuestions } from '../core/gate-question.ts';
import { createPermissions } from '../core/permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import type { PolicyPermissions } from '../core/permissions.ts';
import type { PermissionOf, RoleOf } from '../core/policy-types.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { answerGates } from '../trpc/answer-gates.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate } from '../trpc/gate.ts';
import { createFetchAsk } from './create-fetch-ask.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';
import type { Ask } from './gate-store.ts';
import { getQueryKey } from '../testing/fixtures/query-key.ts';

/* A page, a server and a PDP that communicate over HTTP. */
type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;
const { PermissionsProvider, useCan, useGate } = createPermissionsReact<typeof testPolicy>({ getQueryKey });

const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`);
const gone = '345';

const Query = z.object({ resource: z.object({ key: z.string() }) });
let pdpCalls: string[][];
let requests: number;
let url: string;
let disposal: AsyncDisposableStack;

/** Allows everything except instance 7. */
const pdp: RequestListener = (request, response) => {
  void bodyOf(request).then((body) => {
    const keys = z
      .array(Query)
      .parse(JSON.parse(body))
      .map(({ resource }) => resource.key);
    pdpCalls.push(keys);
    response.end(JSON.stringify({ allow: keys.map((key) => ({ allow: key !== '7' })) }));
  });
};

beforeEach(async () => {
  pdpCalls = [];
  requests = 0;
  vi.spyOn(console, 'error').mockImplementation(() => {}); // Names the row that no server can read.
  disposal = new AsyncDisposableStack();
  const decider = createPermitDecider({
    policy: testPolicy,
    url: await listen(pdp),
    apiKey: 'key',
    deadline: 60_000,
  });
  disposal.defer(() => decider.close());
  url = await listen(appWith(createPermissions(decider, { subject: 'ann', tenant: 'acme' })));
});
afterEach(async () => {
  cleanup();
  vi.restoreAllMocks();
  await disposal.disposeAsync();
});

interface Context {
  readonly permissions: PolicyPermissions<typeof testPolicy>;
}
const t = initTRPC.context<Context>().meta<{ readonly gate?: Gate }>().create();
const permitted = createGates(t.procedure);
const router = t.router({
  publish: permitted('reports:publish', z.object({ id: z.string() }), {
    load({ input }) {
      if (input.id === gone) throw new TRPCError({ code: 'NOT_FOUND' });
      return input;
    },
    on: ({ id }) => id,
  }).mutation(({ ctx }) => ctx.loaded.id),
  gates: t.procedure
    .input(gateQuestions(testPolicy))
    .mutation(({ ctx, input }) => answerGates({ router: untypedRouter(), policy: testPolicy }, ctx, input)),
});
function untypedRouter(): AnyTRPCRouter {
  return router;
}

function appWith(permissions: Context['permissions']): RequestListener {
  const handle = createGateQuestionHandler({ policy: testPolicy, getPermissions: () => permissions });
  return express()
    .use((_request, _response, next) => {
      requests += 1;
      next();
    })
    .use('/trpc', createExpressMiddleware({ router, createContext: () => ({ permissions }) }))
    .post('/gates', async (request, response) => {
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      const body = await bodyOf(request);
      const answer = await handle(new Request('http://localhost/gates', { method: 'POST', headers, body }));
      response.status(answer.status).send(await answer.text());
    });
}

const overTrpc = (link: TRPCLink<typeof router>): Ask<Permission, Role> => {
  const client = createTRPCClient<typeof router>({ links: [link] });
  return (questions) => client.gates.mutate([...questions]);
};

const publish = {
  useMutation: () => ({ mutate: (_input: { id: string }) => {} }),
  path: 'publish',
};
function Row({ id }: { readonly id: string }): ReactNode {
  return <li>{useGate(publish, { id }).state}</li>;
}
/** The fetch entry point has no procedures. A key that no server can read stands in for a deleted row. */
function PlainRow({ id }: { readonly id: string }): ReactNode {
  return <li>{useCan('reports:publish', id === gone ? 'x'.repeat(501) : id).state}</li>;
}

test.each([
  ['tRPC, a request for each call', () => overTrpc(httpLink({ url: `${url}/trpc` })), Row],
  ['tRPC, calls in batches', () => overTrpc(httpBatchLink({ url: `${url}/trpc` })), Row],
  ['the fetch entry point', () => createFetchAsk<Permission, Role>(`${url}/gates`), PlainRow],
] as const)(
  '1,000 gates over %s: five requests and five calls to the PDP at most; one missing row harms no other',
  async (_, askOf, Each) => {
    const { container } = render(
      <PermissionsProvider scope="ann@acme" ask={askOf()}>
        {ids.map((id) => (
          <Each key={id} id={id} />
        ))}
      </PermissionsProvider>,
    );
    await act(() => expect.poll(() => container.textContent).not.toContain('unknown'));

    const shown = [...container.querySelectorAll('li')].map(({ textContent }) => textContent);
    const expected = ids.map((id) => (id === gone ? 'unavailable' : id === '7' ? 'denied' : 'allowed'));
    expect(shown).toEqual(expected);
    expect(requests).toBeGreaterThan(0);
    expect(requests).toBeLessThanOrEqual(5);
    expect(pdpCalls.length).toBeLessThanOrEqual(5);
    expect(new Set(pdpCalls.flat())).toEqual(new Set(ids.filter((id) => id !== gone)));
    expect(pdpCalls.flat()).toHaveLength(999);
  },
);

async function listen(handler: RequestListener): Promise<string> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  disposal.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function bodyOf(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
