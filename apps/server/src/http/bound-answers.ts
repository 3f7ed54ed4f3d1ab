import type { RequestHandler, Response } from 'express';
import { AppError } from '../app-error.ts';

export interface AnswerBound {
  /** Maximum concurrent responses. */
  readonly most: number;
  /** Milliseconds that a response may take when the limit is reached. */
  readonly patience: number;
}

/**
 * Limits the concurrent responses. At the limit, the oldest one is aborted if its client has been reading it for too
 * long; otherwise the new request is refused. So clients that do not read can neither hold memory nor block others.
 * @throws {AppError} `SERVER_BUSY`
 */
export function boundAnswers({ most, patience }: AnswerBound): RequestHandler {
  // In the order in which they began.
  const begun = new Map<Response, number>();
  return (_request, response, next) => {
    const now = performance.now();
    const [oldest] = begun;
    if (begun.size >= most && oldest !== undefined) {
      if (now - oldest[1] < patience) throw new AppError('SERVER_BUSY', 'Too much is being read. Try again.');
      begun.delete(oldest[0]);
      oldest[0].destroy();
    }
    begun.set(response, now);
    response.once('close', () => begun.delete(response));
    next();
  };
}
