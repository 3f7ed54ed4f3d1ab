import type { AppRouter } from '@latchkey/server/router';
import { createTRPCClient, httpSubscriptionLink, type TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';
import * as v from 'valibot';
import { renewToken, type Authorize } from './links.ts';

const TrpcError = v.object({ error: v.looseObject({ code: v.number(), message: v.string() }) });
const ProblemDocument = v.object({ status: v.number(), code: v.string(), requestId: v.nullable(v.string()) });

/** JSON-RPC's "invalid request": tRPC ends a subscription on it, and does not reopen it. */
const invalidRequest = -32_600;

/**
 * The client for subscriptions, in a separate module that is loaded after the page. Replaces the browser's own
 * EventSource, which cannot send headers: a token must not be in a URL.
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
            for (const [name, value] of Object.entries(await authorize.headers())) headers.set(name, value);
            return withErrorAsEvent(await fetch(url, { ...init, headers }));
          },
        },
      }),
    ],
  });
}

/**
 * Converts an error response to a stream whose only event is the error, because EventSource exposes the status of an
 * error response but not the error's code.
 */
async function withErrorAsEvent(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  const error = eventError(body);
  if (error === undefined) return response;
  return new Response(`event: serialized-error\ndata: ${JSON.stringify(error)}\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  });
}

function eventError(body: unknown): object | undefined {
  const problem = v.safeParse(ProblemDocument, body);
  if (problem.success)
    return {
      code: invalidRequest,
      message: '',
      data: { httpStatus: problem.output.status, latchkey: problem.output },
    };
  return v.is(TrpcError, body) ? body.error : undefined;
}
