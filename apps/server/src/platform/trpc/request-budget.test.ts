import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { createRequestBudget, requestLimits, type BudgetedRequest } from './request-budget.ts';

interface Incoming {
  readonly method?: string;
  readonly calls?: number;
  /** The declared length in bytes. */
  readonly length?: number;
}

/** The budget of one process. Creates requests that hold their share until their response is closed. */
function requests() {
  const budgetOf = createRequestBudget();
  return ({ method = 'GET', calls = 1, length }: Incoming = {}) => {
    const headers = length === undefined ? {} : { 'content-length': String(length) };
    const resume = vi.fn<() => void>();
    const answer = Object.assign(new EventEmitter(), { closed: false });
    const admitted = budgetOf({
      request: { method, headers, resume } as unknown as IncomingMessage, // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
      response: answer as unknown as ServerResponse, // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
      calls,
      isSubscription: false,
    });
    const close = (): void => {
      answer.closed = true;
      answer.emit('close');
    };
    return { ...admitted, resume, close };
  };
}
/** `admitted`, or the error code. */
const outcome = (admit: () => void): unknown => {
  try {
    admit();
    return 'admitted';
  } catch (error) {
    return Object(error).code;
  }
};
const admit = (request: BudgetedRequest, subject = 'ann'): unknown => outcome(() => request.admit(subject));

test('a user has at most 200 concurrent calls, all users 600, and they are released when the response is closed', () => {
  const next = requests();
  const first = next({ calls: 200 });
  expect(admit(first)).toBe('admitted');
  // Each call of a batch asks for its share, but the batch is counted only once.
  expect(admit(first)).toBe('admitted');
  const refused = next();
  expect(admit(refused)).toBe('SERVER_BUSY');
  // The refused request took nothing. It remains refused, because some of its calls may already have been answered.
  expect(['bob', 'cy'].map((subject) => admit(next({ calls: 200 }), subject))).toEqual([
    'admitted',
    'admitted',
  ]);
  expect(admit(next(), 'dora')).toBe('SERVER_BUSY');
  first.close();
  expect(admit(refused)).toBe('SERVER_BUSY');
  expect(admit(next({ calls: 200 }))).toBe('admitted');
  expect(admit(next(), 'dora')).toBe('SERVER_BUSY');
});

test('a body is read when it is admitted, counts as long as its request, and without a length as the longest', () => {
  const next = requests();
  const bodies = [1, 2, 3].map(() => next({ method: 'POST' }));
  expect(bodies.map((body) => admit(body))).toEqual(['admitted', 'admitted', 'admitted']);
  expect(bodies.map(({ resume }) => resume.mock.calls.length)).toEqual([1, 1, 1]);
  const refused = next({ method: 'POST', length: 1 });
  expect(admit(refused)).toBe('SERVER_BUSY');
  expect(refused.resume).not.toHaveBeenCalled();
  for (const method of ['GET', 'HEAD']) {
    const bodiless = next({ method });
    expect(admit(bodiless)).toBe('admitted');
    expect(bodiless.resume).not.toHaveBeenCalled();
  }
  bodies[0]?.close();
  expect(admit(next({ method: 'POST', length: requestLimits.body - 1 }))).toBe('admitted');
  expect(admit(next({ method: 'POST', length: 2 }))).toBe('SERVER_BUSY');
  expect(admit(next({ method: 'POST', length: 1 }))).toBe('admitted');
});

test('gate checks are counted separately from calls, each time', () => {
  const next = requests();
  const call = next({ calls: 200 });
  expect(admit(call)).toBe('admitted');
  const ask = (count: number): unknown => outcome(() => call.admitQuestions('ann', count));
  expect([ask(600), ask(401), ask(400), ask(1)]).toEqual([
    'admitted',
    'SERVER_BUSY',
    'admitted',
    'SERVER_BUSY',
  ]);
  expect(outcome(() => next().admitQuestions('bob', 501))).toBe('SERVER_BUSY');
  call.close();
  expect(outcome(() => next().admitQuestions('bob', 501))).toBe('admitted');
});

test('one response of any size is always possible, but not a second one beside it', () => {
  const next = requests();
  const reading = next();
  expect(outcome(() => reading.admitAnswer('ann', 1_000_000_000))).toBe('admitted');
  expect(outcome(() => next().admitAnswer('ann', 1))).toBe('SERVER_BUSY');
  expect(outcome(() => next().admitAnswer('bob', 1))).toBe('admitted');
  reading.close();
  expect(outcome(() => next().admitAnswer('ann', 1))).toBe('admitted');
});

test('a disconnected client starts nothing, and nothing remains taken', () => {
  const next = requests();
  for (let count = 0; count < 10; count++) {
    const gone = next({ calls: 200 });
    gone.close();
    expect(admit(gone)).toBe('SERVER_BUSY');
  }
  expect(admit(next({ calls: 200 }))).toBe('admitted');
});
