import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../app-error.ts';
import { createBudget, type Budget } from '../http/budget.ts';
import { declaredLength } from '../http/read-body.ts';

/**
 * Bytes of one body, and calls in one request. The longest honest body replays a thousand deliveries by their ids: 70 kB.
 * Parsed, JSON takes up to fifty times its length.
 */
export const requestLimits = { body: 131_072, batch: 50 };

/** What may be in memory at the same time: in all, and for one person. Bytes, calls, questions. */
const limits = {
  bodies: { total: 1_048_576, perOwner: 393_216 },
  calls: { total: 600, perOwner: 200 },
  // Of gates: each may load an instance. A page asks thirty, a long list a thousand.
  questions: { total: 1_500, perOwner: 1_000 },
  answers: { total: 4_194_304, perOwner: 2_097_152 },
};

export interface AdmittedRequest {
  /** Admits the request's body and calls, once. To be called before the body is read. @throws {AppError} `SERVER_BUSY` */
  admit(subject: string): void;
  /** Admits so many questions about gates, before any of them is asked. @throws {AppError} `SERVER_BUSY` */
  admitQuestions(subject: string, count: number): void;
  /** Admits an answer of so many bytes, before it is loaded. @throws {AppError} `SERVER_BUSY` */
  admitAnswer(subject: string, bytes: number): void;
}

/** What is known of a request before its body is read. */
export interface IncomingCalls {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly calls: number;
  /** A subscription is no call in progress: how many of them a person may have has a bound of its own. */
  readonly isSubscription: boolean;
}

/**
 * Bounds what the requests of one person, and of all, hold in memory until they are answered. What a request has taken is
 * given back when its connection has taken over the answer, or is gone.
 */
export function createAdmission(): (incoming: IncomingCalls) => AdmittedRequest {
  const bodies = createBudget(limits.bodies);
  const calls = createBudget(limits.calls);
  const questions = createBudget(limits.questions);
  const answers = createBudget(limits.answers);
  return ({ request, response, ...incoming }) => {
    const taken: (() => void)[] = [];
    const take = (budget: Budget, subject: string, amount: number): boolean => {
      if (response.closed || !budget.take(subject, amount)) return false;
      // One listener, however many calls the batch has.
      if (taken.length === 0) response.once('close', () => taken.forEach((giveBack) => giveBack()));
      taken.push(() => budget.giveBack(subject, amount));
      return true;
    };
    const admitNow = (subject: string): AppError | undefined => {
      if (!incoming.isSubscription && !take(calls, subject, incoming.calls)) return busy();
      if (!hasBody(request)) return undefined;
      // A body without a declared length counts as the largest one.
      if (!take(bodies, subject, declaredLength(request) ?? requestLimits.body)) return busy();
      request.resume();
      return undefined;
    };
    // The calls of a batch are admitted together, or none of them.
    let decided: { readonly refusal: AppError | undefined } | undefined;
    return {
      admit(subject) {
        decided ??= { refusal: admitNow(subject) };
        if (decided.refusal !== undefined) throw decided.refusal;
      },
      admitQuestions(subject, count) {
        if (!take(questions, subject, count)) throw busy();
      },
      admitAnswer(subject, bytes) {
        // One answer is always possible, however large.
        if (!take(answers, subject, Math.min(bytes, limits.answers.perOwner))) throw busy();
      },
    };
  };
}

function busy(): AppError {
  return new AppError('SERVER_BUSY', 'Too many requests are being answered. Try again.');
}

/** Whether the method of a request has a body that means something. */
export function hasBody({ method }: Pick<IncomingMessage, 'method'>): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
