import type { AppRouter } from '@latchkey/server/router';
import { createTRPCClient, httpSubscriptionLink, type TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';
import * as z from 'zod/mini';
import { renewToken, type Authorize } from './authorize.ts';

const TrpcError = z.object({ error: z.looseObject({ code: z.number(), message: z.string() }) });
const ProblemDocument = z.object({ status: z.number(), code: z.string(), requestId: z.nullable(z.string()) });

/** JSON-RPC's "invalid request": tRPC ends a subscription on it, and does not open it again by itself. */
const invalidRequest = -32_600;

/**
 * The client for subscriptions. In a module of its own, loaded after the page. The browser's own EventSource cannot send
 * headers, and a token must not be in a URL.
 */
export function createStreamClient(authorize: Authorize): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [
      renewToken(authorize),
      httpSubscriptionLink({
        url: '/api/trpc',
        EventSource,
        eventSourceOptions: {
          async fetch(url: string | URL, init: RequestInit): Promise<Response> {
            const headers = new Headers(init.headers);
            headers.set('authorization', (await authorize.headers()).authorization);
            return withErrorAsEvent(await fetch(url, { ...init, headers }));
          },
        },
      }),
    ],
  });
}

/** EventSource tells nothing of an error response but its status. As an event of the stream, the error keeps its code. */
async function withErrorAsEvent(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  const problem = ProblemDocument.safeParse(body);
  const error = problem.success
    ? { code: invalidRequest, message: '', data: { httpStatus: problem.data.status, latchkey: problem.data } }
    : TrpcError.safeParse(body).data?.error;
  if (error === undefined) return response;
  return new Response(`event: serialized-error\ndata: ${JSON.stringify(error)}\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  });
}
