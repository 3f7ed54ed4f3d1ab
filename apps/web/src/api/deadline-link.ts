import { isTRPCClientError, TRPCClientError, type Operation, type TRPCLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { queryDeadline } from './fetch-within.ts';

/** Longer for mutations: the server may take a while, and the outcome of an aborted one is unknown. */
const mutationDeadline = 60_000;

/** The context of a mutation that changes nothing: it has the deadline of a query. */
export const askedAsQuery = { changesNothing: true };

/** Whether the operation is such a mutation. */
export function asksOnly({ context }: Pick<Operation, 'context'>): boolean {
  return context['changesNothing'] === true;
}

class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Whether the request was aborted by its deadline. */
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
