import type { RequestHandler, Response } from 'express';
import { AppError } from '../app-error.ts';

export interface AnswerBound {
  /** Answers on their way at the same time. */
  readonly most: number;
  /** Milliseconds for which an answer may be on its way when the bound is reached. */
  readonly patience: number;
}

/**
 * Bounds the answers that are on their way. When there are as many, the oldest one is ended if its client has been reading it
 * for too long; otherwise the new request is refused. So clients that do not read can hold neither memory nor the others up.
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
