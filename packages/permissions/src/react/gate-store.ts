import type { GateAnswer, GateAnswers, GateQuestion } from '../core/gate-question.ts';
import { chunksOf } from './chunks-of.ts';
import {
  createGateEntry,
  unknown,
  type GateEntry,
  type GateRequest,
  type GateState,
  keyOf,
} from './gate-entry.ts';

/**
 * Sends questions to the server, to one call of `answerGates` or of the handler of `./fetch`. Resolves with one answer
 * for each question, in the same order. Called with at most 200 questions, and with at most 20,000 bytes of JSON unless
 * a single question is longer. If it rejects, the questions are `unavailable` and retried later. It must settle
 * eventually, so set a timeout on the request.
 */
export type Ask<Permission extends string = string, Role extends string = string> = (
  questions: readonly GateQuestion<Permission>[],
) => Promise<readonly GateAnswer<Permission, Role>[]>;

export interface GateStoreOptions<Permission extends string, Role extends string> {
  /** See `PermissionsProviderProps`. In milliseconds. */
  readonly staleTime?: number | undefined;
  /** See `PermissionsProviderProps`. */
  readonly initialAnswers?: GateAnswers<Permission, Role> | undefined;
  /** When the page was rendered with `initialAnswers`, in milliseconds since 1970. Default: now. */
  readonly renderedAt?: number | undefined;
}

/** Milliseconds. */
const defaultStaleTime = 30_000;

/** How long an answer is cached that no component uses, in milliseconds. */
const unusedTime = 300_000;

/**
 * Concurrent calls of `ask`. A batching link may combine them into one request of 100,000 bytes, which is below the
 * default body limit of servers.
 */
const maxCalls = 5;

/** Milliseconds after an `unavailable` answer. Doubled for each further retry. */
const firstRetryDelay = 2_000;

/** Milliseconds. */
const maxRetryDelay = 30_000;

/**
 * The answers for one user in one tenant, which all components on the page share. Questions of one tick are sent
 * together, `unavailable` ones are retried, and stale ones refetched on mount and by `refresh`. After `invalidate`, an
 * answer that was requested before never replaces the shown one.
 */
export class GateStore<Permission extends string, Role extends string> {
  /** The questions of the page with their answers, by `keyOf`. Public for tools. */
  readonly entries = new Map<string, GateEntry<Permission, Role>>();
  #ask: Ask<Permission, Role>;
  readonly #staleTime: number;
  readonly #reported = new Set<string>();
  #scheduled: Promise<void> | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask<Permission, Role>, options: GateStoreOptions<Permission, Role> = {}) {
    const { staleTime = defaultStaleTime, initialAnswers = [], renderedAt = Date.now() } = options;
    this.#ask = ask;
    this.#staleTime = staleTime;
    for (const [question, answer] of initialAnswers) {
      this.entries.set(keyOf(question), createGateEntry(question, { answer, at: renderedAt }));
    }
  }

  answer(key: string): GateState<Permission, Role> {
    return this.entries.get(key)?.answer ?? unknown;
  }

  /** React compares it with the page during hydration. */
  initialAnswer(key: string): GateState<Permission, Role> {
    return this.entries.get(key)?.initial ?? unknown;
  }

  /** Resolves when the first answer arrives. For Suspense. */
  load(question: GateQuestion<Permission>): Promise<void> {
    const { answered } = this.#entry(question);
    void this.#schedule();
    return answered.promise;
  }

  /** Fetches the answer unless it is fresh, and calls `listener` when it changes. Returns the unsubscribe function. */
  subscribe(question: GateQuestion<Permission>, listener: () => void): () => void {
    const entry = this.#entry(question);
    entry.listeners.add(listener);
    if (this.#isDue(entry)) entry.request = undefined;
    void this.#schedule();
    return () => {
      entry.listeners.delete(listener);
      entry.usedAt = Date.now();
    };
  }

  /** Refetches all answers on the page, and resolves when they arrive. The old ones are shown meanwhile. */
  invalidate(): Promise<void> {
    for (const [key, entry] of this.entries) {
      if (entry.listeners.size === 0 && entry.answer !== unknown) this.entries.delete(key);
    }
    return this.#askAgain(() => true);
  }

  /** Refetches stale and unavailable answers. */
  refresh(): void {
    void this.#askAgain((entry) => this.#isDue(entry));
  }

  /** For tools: replaces `ask` for all gates. Returns the function that restores it. */
  replaceAsk(ask: Ask<Permission, Role>): () => void {
    const before = this.#ask;
    this.#ask = ask;
    void this.invalidate();
    return () => void this.replaceAsk(before);
  }

  #entry(question: GateQuestion<Permission>): GateEntry<Permission, Role> {
    const key = keyOf(question);
    const entry = this.entries.get(key) ?? createGateEntry(question);
    this.entries.set(key, entry);
    return entry;
  }

  /** Stale, or not a decision. */
  #isDue({ answer, request }: GateEntry<Permission, Role>): boolean {
    if (request?.answeredAt === undefined) return false;
    return isUnavailable(answer) || Date.now() - request.askedAt >= this.#staleTime;
  }

  #askAgain(isDue: (entry: GateEntry<Permission, Role>) => boolean): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (const entry of this.entries.values()) {
      if ((entry.listeners.size > 0 || entry.answer === unknown) && isDue(entry)) entry.request = undefined;
    }
    return this.#schedule();
  }

  #schedule(): Promise<void> {
    return (this.#scheduled ??= Promise.resolve().then(() => {
      this.#scheduled = undefined;
      return this.#flush();
    }));
  }

  async #flush(): Promise<void> {
    const now = Date.now();
    const due: GateEntry<Permission, Role>[] = [];
    const request: GateRequest = { askedAt: now, answeredAt: undefined };
    for (const [key, entry] of this.entries) {
      if (entry.listeners.size === 0 && now - entry.usedAt >= unusedTime) this.entries.delete(key);
      else if (entry.request === undefined) {
        entry.request = request;
        due.push(entry);
      }
    }
    const chunks = chunksOf(due).values();
    const sendNext = async (): Promise<void> => {
      for (const chunk of chunks) await this.#send(chunk, request); // oxlint-disable-line no-await-in-loop -- `maxCalls` of these loops share the chunks
    };
    await Promise.all(Array.from({ length: maxCalls }, sendNext));
  }

  async #send(chunk: readonly GateEntry<Permission, Role>[], request: GateRequest): Promise<void> {
    // Not for entries that were invalidated after this request was created: another request is made for them.
    const isCurrent = (entry: GateEntry<Permission, Role>): boolean => entry.request === request;
    const asked = chunk.filter(isCurrent);
    if (asked.length === 0) return;
    const answers = await this.#askSafely(asked.map(({ question }) => question));
    const answeredAt = Date.now();
    const changed = new Set<() => void>();
    asked.forEach((entry, index) => {
      if (!isCurrent(entry)) return;
      const answer = answers[index] ?? { state: 'unavailable' };
      entry.request = { askedAt: request.askedAt, answeredAt };
      entry.answered.resolve();
      if (JSON.stringify(answer) === JSON.stringify(entry.answer)) return;
      entry.answer = answer;
      this.#report(entry);
      for (const listener of entry.listeners) changed.add(listener);
    });
    for (const listener of changed) listener();
    this.#retryLater();
  }

  async #askSafely(
    questions: readonly GateQuestion<Permission>[],
  ): Promise<readonly GateAnswer<Permission, Role>[]> {
    try {
      const answers = await this.#ask(questions);
      if (Array.isArray(answers)) return answers;
    } catch {
      // The server could not be reached, or responded with an error.
    }
    return []; // A missing answer becomes `unavailable`.
  }

  /** Logs what the server cannot answer, once, for the developer, unless the instance no longer exists. */
  #report({ answer, question }: GateEntry<Permission, Role>): void {
    const problem = answer.state === 'unavailable' ? answer.problem : undefined;
    if (problem === undefined || problem === 'not_found') return;
    const text = `The gate of "${'path' in question ? question.path : question.permission}" has no answer: ${problem}.`;
    if (this.#reported.has(text)) return;
    this.#reported.add(text);
    console.error(text);
  }

  #retryLater(): void {
    if (
      ![...this.entries.values()].some(({ answer, listeners }) => isUnavailable(answer) && listeners.size > 0)
    ) {
      this.#attempt = 0;
      return;
    }
    this.#retry ??= setTimeout(
      () =>
        void this.#askAgain(
          ({ answer, request }) => isUnavailable(answer) && request?.answeredAt !== undefined,
        ),
      Math.min(firstRetryDelay * 2 ** this.#attempt++, maxRetryDelay),
    );
  }
}

function isUnavailable(answer: GateState): boolean {
  return answer.state === 'unavailable' && answer.problem === undefined;
}

/** On focus and reconnect. Returns the unsubscribe function; `undefined` in React Native. */
export function refreshOnReturn(refresh: () => void): (() => void) | undefined {
  if (typeof document === 'undefined') return undefined; // React Native
  const unsubscribed = new AbortController();
  const { signal } = unsubscribed;
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') refresh();
  };
  document.addEventListener('visibilitychange', onVisible, { signal });
  addEventListener('focus', onVisible, { signal });
  addEventListener('online', refresh, { signal });
  return () => unsubscribed.abort();
}
