import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../app-error.ts';
import { createBudget, type Budget } from '../http/budget.ts';
import { declaredLength } from '../http/read-body.ts';

/**
 * Bytes per body and calls per request. The longest legitimate body, 70 kB, replays a thousand deliveries by id. Parsed
 * JSON takes up to fifty times its length.
 */
export const requestLimits = { body: 131_072, batch: 50 };

/** Limits for the requests in progress, in total and per user: bytes of bodies and responses, calls, gate checks. */
const limits = {
  bodies: { total: 1_048_576, perOwner: 393_216 },
  calls: { total: 600, perOwner: 200 },
  // Gate checks, each of which may load an instance. A page makes thirty, a long list a thousand.
  questions: { total: 1_500, perOwner: 1_000 },
  answers: { total: 4_194_304, perOwner: 2_097_152 },
};

export interface BudgetedRequest {
  /** Must be called before the body is read. Idempotent. @throws {AppError} `SERVER_BUSY` */
  admit(subject: string): void;
  /** Admits this number of gate checks, before any of them is made. @throws {AppError} `SERVER_BUSY` */
  admitQuestions(subject: string, count: number): void;
  /** Admits a response of this many bytes, before it is loaded. @throws {AppError} `SERVER_BUSY` */
  admitAnswer(subject: string, bytes: number): void;
}

/** The data of a request that is known before its body is read. */
export interface IncomingCalls {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly calls: number;
  /** Subscriptions do not count as calls in progress, because they have a separate limit. */
  readonly isSubscription: boolean;
}

/** Limits the memory held by the requests of one user, and of all users, until their responses are sent. */
export function createRequestBudget(): (incoming: IncomingCalls) => BudgetedRequest {
  const bodies = createBudget(limits.bodies);
  const calls = createBudget(limits.calls);
  const questions = createBudget(limits.questions);
  const answers = createBudget(limits.answers);
  return ({ request, response, ...incoming }) => {
    const consumed: (() => void)[] = [];
    const consume = (budget: Budget, subject: string, amount: number): boolean => {
      if (response.closed || !budget.consume(subject, amount)) return false;
      // One listener for any number of calls in the batch.
      if (consumed.length === 0) response.once('close', () => consumed.forEach((refund) => refund()));
      consumed.push(() => budget.refund(subject, amount));
      return true;
    };
    const admitNow = (subject: string): AppError | undefined => {
      if (!incoming.isSubscription && !consume(calls, subject, incoming.calls)) return busy();
      if (!hasBody(request)) return undefined;
      // A body without a declared length counts as a body of the maximum length.
      if (!consume(bodies, subject, declaredLength(request) ?? requestLimits.body)) return busy();
      request.resume();
      return undefined;
    };
    // One decision for the whole batch: either all of its calls are admitted, or none.
    let decided: { readonly refusal: AppError | undefined } | undefined;
    return {
      admit(subject) {
        decided ??= { refusal: admitNow(subject) };
        if (decided.refusal !== undefined) throw decided.refusal;
      },
      admitQuestions(subject, count) {
        if (!consume(questions, subject, count)) throw busy();
      },
      admitAnswer(subject, bytes) {
        // A response counts as at most the user's whole share, so that one response of any size is possible.
        if (!consume(answers, subject, Math.min(bytes, limits.answers.perOwner))) throw busy();
      },
    };
  };
}

function busy(): AppError {
  return new AppError('SERVER_BUSY', 'Too many requests are being answered. Try again.');
}

/** Whether requests with this method have a meaningful body. */
export function hasBody({ method }: Pick<IncomingMessage, 'method'>): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
