import type { GateAnswer, GateQuestion } from '../gate-question.ts';

/** Calls the server's `answerGates`: one call for all questions, one answer for each, in the same order. */
export type Ask<Permission extends string = string, Role extends string = string> = (
  questions: readonly GateQuestion<Permission>[],
) => Promise<readonly GateAnswer<Permission, Role>[]>;

type Answer<Permission extends string, Role extends string> = GateAnswer<Permission, Role> | typeof unknown;

interface Entry<Permission extends string, Role extends string> {
  answer: Answer<Permission, Role>;
  readonly question: GateQuestion<Permission>;
  readonly listeners: Set<() => void>;
  /** The request whose answer is shown or awaited; absent before the first one and after a change. */
  request: symbol | undefined;
  /** Resolves when the first answer arrives, `unavailable` included. */
  readonly answered: ReturnType<typeof createSignal>;
}

const unknown = { state: 'unknown' } as const;

/** Milliseconds before the first retry while answers are `unavailable`; doubled for each further retry. */
const firstRetryDelay = 2_000;

/** Milliseconds between retries at most. */
const maxRetryDelay = 30_000;

const retryDelay = (attempt: number): number => Math.min(firstRetryDelay * 2 ** attempt, maxRetryDelay);

/** A promise with its resolve function. */
function createSignal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const waiting: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => {
    waiting.push(resolve);
  });
  return { promise, resolve: () => waiting.forEach((resolve) => resolve()) };
}

/**
 * The gate answers for one user in one tenant, shared by all components on the page. Questions of one tick go to the
 * server together. An answer stays until `invalidate`; `unavailable` answers are requested again automatically.
 */
export class GateStore<Permission extends string, Role extends string> {
  readonly #ask: Ask<Permission, Role>;
  readonly #entries = new Map<string, Entry<Permission, Role>>();
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask<Permission, Role>) {
    this.#ask = ask;
  }

  answer(key: string): Answer<Permission, Role> {
    return this.#entries.get(key)?.answer ?? unknown;
  }

  /** Asks unless the question was asked before; resolves when the first answer arrives. For Suspense. */
  load(question: GateQuestion<Permission>): Promise<void> {
    const { answered } = this.#entry(question);
    this.#schedule();
    return answered.promise;
  }

  subscribe(question: GateQuestion<Permission>, listener: () => void): () => void {
    const { listeners } = this.#entry(question);
    listeners.add(listener);
    this.#schedule();
    return () => {
      listeners.delete(listener);
    };
  }

  /** Asks again for everything on the page. The old answers are shown until the new ones arrive. */
  invalidate(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (const [key, entry] of this.#entries) {
      if (entry.listeners.size === 0 && entry.answer !== unknown) this.#entries.delete(key);
      else entry.request = undefined;
    }
    this.#schedule();
  }

  #entry(question: GateQuestion<Permission>): Entry<Permission, Role> {
    const key = keyOf(question);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = {
        answer: unknown,
        question,
        listeners: new Set(),
        request: undefined,
        answered: createSignal(),
      };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** The first of several flushes asks everything; the others find nothing to ask. */
  #schedule(): void {
    queueMicrotask(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const entries = [...this.#entries.values()].filter((entry) => entry.request === undefined);
    if (entries.length === 0) return;
    const request = Symbol('request');
    for (const entry of entries) entry.request = request;
    const answers = await this.#askSafely(entries.map((entry) => entry.question));
    entries.forEach((entry, index) => {
      // Invalidated meanwhile: this answer may be from before the change, and another request is on its way.
      if (entry.request !== request) return;
      entry.answer = answers[index] ?? { state: 'unavailable' };
      entry.answered.resolve();
      for (const listener of entry.listeners) listener();
    });
    this.#retryUnavailableLater(entries);
  }

  async #askSafely(
    questions: readonly GateQuestion<Permission>[],
  ): Promise<readonly GateAnswer<Permission, Role>[]> {
    try {
      return await this.#ask(questions);
    } catch {
      return []; // A missing answer becomes `unavailable`: the server could not be reached, or answered with an error.
    }
  }

  #retryUnavailableLater(entries: readonly Entry<Permission, Role>[]): void {
    if (!entries.some((entry) => entry.answer.state === 'unavailable')) {
      this.#attempt = 0;
      return;
    }
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      for (const entry of this.#entries.values()) {
        if (entry.answer.state === 'unavailable' && entry.listeners.size > 0) entry.request = undefined;
      }
      this.#schedule();
    }, retryDelay(this.#attempt++));
  }
}

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
