// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import { createTRPCClient, httpBatchLink, httpLink, type TRPCLink } from '@trpc/client';
import { initTRPC, TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ReactNode } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createGateQuestionHandler } from '../fetch/create-gate-question-handler.ts';
import { gateQuestions } from '../core/gate-question.ts';
import { createPermissions, type PolicyPermissions } from '../core/permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { listen, listenJson } from '../testing/fixtures/listen.ts';
import { getQueryKey, testPolicy } from '../testing/fixtures/test-policy.ts';
import { answerGates } from '../trpc/answer-gates.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate } from '../trpc/gate.ts';
import { createFetchAsk } from './create-fetch-ask.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';
import type { Ask } from './gate-store.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;
const { PermissionsProvider, useCan, useGate } = createPermissionsReact<typeof testPolicy>({ getQueryKey });

const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`);
const gone = '345';

const Query = z.object({ resource: z.object({ key: z.string() }) });
let pdpCalls: string[][];
let requests = 0;
let url: string;

beforeEach(async () => {
  pdpCalls = [];
  requests = 0;
  vi.spyOn(console, 'error').mockImplementation(() => {}); // Names the row that no server can read.
  const pdp = await listenJson((body, _request, response) => {
    const keys = z
      .array(Query)
      .parse(body)
      .map(({ resource }) => resource.key);
    pdpCalls.push(keys);
    response.end(JSON.stringify({ allow: keys.map((key) => ({ allow: key !== '7' })) }));
  });
  const decider = createPermitDecider({
    policy: testPolicy,
    url: pdp.url,
    apiKey: 'key',
    deadline: 60_000,
  });
  const app = await listen(appWith(createPermissions(decider, { subject: 'ann', tenant: 'acme' })));
  url = app.url;
  return async () => {
    cleanup();
    vi.restoreAllMocks();
    app.close();
    await decider.close();
    pdp.close();
  };
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
      const body = await text(request);
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
/**
 * Asks about a permission, because the fetch entry point has no procedures. A key that is too long for the server
 * represents a deleted row.
 */
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
