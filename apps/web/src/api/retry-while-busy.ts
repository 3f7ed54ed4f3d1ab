import { retryLink, type TRPCLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { apiErrorOf } from './api-error.ts';
import { asksOnly } from './deadline-link.ts';

/** Milliseconds before the first retry, doubled for each further one. */
const firstDelay = 250;

/** Milliseconds between retries at most. */
const maxDelay = 4_000;

/**
 * Asks about gates again while the server has too much to do, until the deadline of the question: a second tab with a long list
 * waits for the first one, and shows no error. The calls of one page keep together, so that they stay one request; the delays
 * of two pages differ.
 */
export function retryWhileBusy<Router extends AnyRouter>(): TRPCLink<Router> {
  const spread = 0.5 + Math.random();
  return retryLink<Router>({
    retry: ({ op, error }) => asksOnly(op) && apiErrorOf(error).kind === 'busy',
    retryDelayMs: (attempt) => spread * Math.min(firstDelay * 2 ** (attempt - 1), maxDelay),
  });
}
