import type { GateAnswer, GateQuestion } from '../core/gate-question.ts';

/** The state before the first answer. A single object, because states are compared by identity. */
export const unknown = { state: 'unknown' } as const;

/** A request for one or more questions. Times are in milliseconds since 1970. */
export interface GateRequest {
  readonly askedAt: number;
  /** `undefined` while the answer is pending. */
  readonly answeredAt: number | undefined;
}

/** A question of the page and its current answer. */
export interface GateEntry<Permission extends string, Role extends string> {
  readonly question: GateQuestion<Permission>;
  /** The server-rendered answer. */
  readonly initial: GateState<Permission, Role>;
  answer: GateState<Permission, Role>;
  /** The components that use the answer. */
  readonly listeners: Set<() => void>;
  /** The request whose answer is shown or pending; absent when the question must be (re)fetched. */
  request: GateRequest | undefined;
  /** When it was last used or created: milliseconds since 1970. */
  usedAt: number;
  /** Resolves when the first answer arrives, including `unavailable`. */
  readonly answered: Signal;
}

interface Signal {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** A new entry: without a request, or with an answer that was fetched at `at`. */
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

/** A gate's answer, or `unknown` while the first answer is pending: show neither the button nor its denial. */
export type GateState<Permission extends string = string, Role extends string = string> =
  { readonly state: 'unknown' } | GateAnswer<Permission, Role>;

/** Equal questions have equal keys: the order of an input's properties does not matter. */
export function keyOf(question: GateQuestion): string {
  const [name, details] =
    'path' in question
      ? [question.path, question.input]
      : [question.permission, { instance: question.instance }];
  return `${name} ${JSON.stringify(details, sortProperties)}`;
}

function sortProperties(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
