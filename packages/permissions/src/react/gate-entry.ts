import type { GateAnswer, GateQuestion } from '../core/gate-question.ts';

/** The state before the first answer. There is a single object, because states are compared by identity. */
export const unknown = { state: 'unknown' } as const;

/** A request for one or more questions. Times are in milliseconds since 1970. */
export interface GateRequest {
  readonly askedAt: number;
  /** When the answer arrived; `undefined` while it is pending. */
  readonly answeredAt: number | undefined;
}

export interface GateEntry<Permission extends string, Role extends string> {
  readonly question: GateQuestion<Permission>;
  /** The server-rendered answer. */
  readonly initial: GateState<Permission, Role>;
  answer: GateState<Permission, Role>;
  readonly listeners: Set<() => void>;
  /** `undefined` when the answer must be fetched, or fetched again. */
  request: GateRequest | undefined;
  /** When it was created or last used, in milliseconds since 1970. */
  usedAt: number;
  /** Resolves when the first answer arrives, even `unavailable`. */
  readonly answered: Signal;
}

interface Signal {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** Without a request, or with an answer that was fetched at the time `at`. */
export function createGateEntry<Permission extends string, Role extends string>(
  question: GateQuestion<Permission>,
  initial?: { readonly answer: GateAnswer<Permission, Role>; readonly at: number },
): GateEntry<Permission, Role> {
  const answer = initial?.answer ?? unknown;
  return {
    question,
    initial: answer,
    answer,
    listeners: new Set(),
    request: initial && { askedAt: initial.at, answeredAt: initial.at },
    usedAt: Date.now(),
    answered: createSignal(),
  };
}

function createSignal(): Signal {
  const waiting: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => {
    waiting.push(resolve);
  });
  return { promise, resolve: () => waiting.forEach((resolve) => resolve()) };
}

/** A gate's answer, or `unknown` while the first is pending: show neither the button nor a reason for its absence. */
export type GateState<Permission extends string = string, Role extends string = string> =
  { readonly state: 'unknown' } | GateAnswer<Permission, Role>;

/** Equal for equal questions, regardless of the order of their properties. */
export function keyOf(question: GateQuestion): string {
  return JSON.stringify(question, sortProperties);
}

function sortProperties(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
