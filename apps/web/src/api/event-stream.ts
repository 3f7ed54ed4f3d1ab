import { EventSource } from 'eventsource';
import * as z from 'zod/mini';
import type { OpenStream } from './keep-open.ts';

const TrpcError = z.object({ error: z.looseObject({ code: z.number(), message: z.string() }) });
const ProblemDocument = z.object({ status: z.number(), code: z.string(), requestId: z.nullable(z.string()) });

/** JSON-RPC's "invalid request": tRPC ends a subscription on it, and does not open it again by itself. */
const invalidRequest = -32_600;

/** For tRPC's subscriptions. The browser's own EventSource cannot send headers, and a token must not be in a URL. */
export function eventStream(authorization: () => Promise<{ readonly authorization: string }>) {
  return {
    EventSource,
    eventSourceOptions: {
      async fetch(url: string | URL, init: RequestInit): Promise<Response> {
        const headers = new Headers(init.headers);
        headers.set('authorization', (await authorization()).authorization);
        return withErrorAsEvent(await fetch(url, { ...init, headers }));
      },
    },
  };
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

/** The handlers of a tRPC subscription, as far as `streamHandlers` needs them. */
interface SubscriptionHandlers {
  readonly onStarted: () => void;
  readonly onConnectionStateChange: (state: { readonly state: string; readonly error?: unknown }) => void;
  readonly onError: (error: unknown) => void;
  readonly onComplete: () => void;
}

/**
 * For `keepOpen`. A connection that is lost counts as the end of the stream: EventSource would open it again by itself, every
 * three seconds, and nobody would know that events were missed.
 */
export function streamHandlers({ onOpen, onEnd }: Parameters<OpenStream>[0]): SubscriptionHandlers {
  return {
    onStarted: onOpen,
    onConnectionStateChange({ state, error }) {
      if (state === 'connecting' && error != null) onEnd(error);
    },
    onError: onEnd,
    onComplete: () => onEnd(),
  };
}
