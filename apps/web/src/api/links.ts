import { isTRPCClientError, TRPCClientError, type Operation, type TRPCLink, retryLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { queryDeadline } from './fetch-within.ts';
import { apiErrorOf, isRevoked } from './api-error.ts';

/** The deadline of a mutation in milliseconds. Long, because the outcome of an aborted mutation is unknown. */
const mutationDeadline = 60_000;

/** The context of a mutation that changes nothing: it has the deadline of a query. */
export const askedAsQuery = { changesNothing: true };

function asksOnly({ context }: Pick<Operation, 'context'>): boolean {
  return context['changesNothing'] === true;
}

class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export function isNoAnswer(error: unknown): boolean {
  return isTRPCClientError(error) && error.cause instanceof NoAnswerError;
}

/** Aborts a request at its deadline; browsers would wait for minutes. Streams have their own deadline. */
export function deadlineLink<Router extends AnyRouter>(): TRPCLink<Router> {
  return () =>
    ({ op, next }) => {
      if (op.type === 'subscription') return next(op);
      const isQuestion = op.type === 'query' || asksOnly(op);
      const deadline = isQuestion ? queryDeadline : mutationDeadline;
      return observable((observer) => {
        const request = next(op).subscribe(observer);
        const timer = setTimeout(() => {
          observer.error(TRPCClientError.from(new NoAnswerError(`No answer within ${deadline} ms.`)));
        }, deadline);
        return () => {
          clearTimeout(timer);
          request.unsubscribe();
        };
      });
    };
}

/** Milliseconds before the first retry. The delay doubles with each further one. */
const firstDelay = 250;

/** The maximum number of milliseconds between retries. */
const maxDelay = 4_000;

/**
 * Retries gate questions until their deadline while the server is busy, so that a second tab with a long list waits for
 * the first one instead of failing. All calls of a page have the same delay, so that they stay in one request; other
 * pages have other delays.
 */
export function retryWhileBusy<Router extends AnyRouter>(): TRPCLink<Router> {
  const spread = 0.5 + Math.random();
  return retryLink<Router>({
    retry: ({ op, error }) => asksOnly(op) && apiErrorOf(error).kind === 'busy',
    retryDelayMs: (attempt) => spread * Math.min(firstDelay * 2 ** (attempt - 1), maxDelay),
  });
}

export interface Authorize {
  readonly headers: () => Promise<Record<string, string>>;
  readonly forget: () => void;
}

/**
 * Retries once with a new token if the server rejected the token, which may expire in transit. The server does not
 * carry out a rejected request. A revoked account gets no new token, so it is not retried.
 */
export function renewToken<Router extends AnyRouter>({ forget }: Authorize): TRPCLink<Router> {
  return retryLink<Router>({
    retry({ error, attempts }) {
      if (attempts > 1 || !isTokenRejected(error)) return false;
      forget();
      return true;
    },
  });
}

/** As `renewToken`, for a request without tRPC. */
export async function withRenewedToken<Result>(
  send: () => Promise<Result>,
  forget: Authorize['forget'],
): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    if (!isTokenRejected(error)) throw error;
    forget();
    return send();
  }
}

/** Not for a revoked account, because Logto issues no token to it. */
function isTokenRejected(error: unknown): boolean {
  return apiErrorOf(error).kind === 'signed-out' && !isRevoked(error);
}
