import { retryLink, type TRPCLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { apiErrorOf } from './api-error.ts';
import { asksOnly } from './deadline-link.ts';

/** Milliseconds before the first retry, doubled for each further one. */
const firstDelay = 250;

/** The maximum number of milliseconds between retries. */
const maxDelay = 4_000;

/**
 * Retries gate questions while the server is busy, until their deadline: a second tab with a long list waits for the
 * first one without an error. The calls of one page have the same delay, so that they stay in one request; the delays
 * of two pages differ.
 */
export function retryWhileBusy<Router extends AnyRouter>(): TRPCLink<Router> {
  const spread = 0.5 + Math.random();
  return retryLink<Router>({
    retry: ({ op, error }) => asksOnly(op) && apiErrorOf(error).kind === 'busy',
    retryDelayMs: (attempt) => spread * Math.min(firstDelay * 2 ** (attempt - 1), maxDelay),
  });
}
