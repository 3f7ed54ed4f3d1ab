import type { GateAnswer, GateQuestion } from '../gate-question.ts';
import type { GateState } from './gate-state.ts';

/** Before the first answer. One object, so that it is compared by identity. */
export const unknown = { state: 'unknown' } as const;

export type Answer<Permission extends string, Role extends string> =
  GateAnswer<Permission, Role> | typeof unknown;

/** One request for one or more questions. Milliseconds since 1970. */
export interface GateRequest {
  readonly askedAt: number;
  /** `undefined` while the answer is awaited. */
  readonly answeredAt: number | undefined;
}

/** One question of the page and what is known of its answer. */
export interface GateEntry<Permission extends string, Role extends string> {
  readonly question: GateQuestion<Permission>;
  /** The answer that the server has rendered with. */
  readonly initial: GateState<Permission, Role>;
  answer: Answer<Permission, Role>;
  /** The components that show the answer. */
  readonly listeners: Set<() => void>;
  /** The request whose answer is shown or awaited; absent when the question must be asked (again). */
  request: GateRequest | undefined;
  /** When it was last shown, or made: milliseconds since 1970. */
  usedAt: number;
  /** Resolves when the first answer arrives, `unavailable` included. */
  readonly answered: Signal;
}

interface Signal {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** An entry that is still to be asked; with an answer, one that was asked just now. */
export function createGateEntry<Permission extends string, Role extends string>(
  question: GateQuestion<Permission>,
  initial?: GateAnswer<Permission, Role>,
): GateEntry<Permission, Role> {
  const now = Date.now();
  const answer = initial ?? unknown;
  return {
    question,
    initial: answer,
    answer,
    listeners: new Set(),
    request: initial === undefined ? undefined : { askedAt: now, answeredAt: now },
    usedAt: now,
    answered: createSignal(),
  };
}

/** A promise with its resolve function. */
function createSignal(): Signal {
  const waiting: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => {
    waiting.push(resolve);
  });
  return { promise, resolve: () => waiting.forEach((resolve) => resolve()) };
}
