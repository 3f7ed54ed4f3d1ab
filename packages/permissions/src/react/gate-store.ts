import type { GateAnswer, GateQuestion } from '../gate.ts';

/** Asks the server; one call answers all questions, in order. */
export type Ask<Permission extends string = string, Role extends string = string> = (
  questions: readonly GateQuestion[],
) => Promise<readonly GateAnswer<Permission, Role>[]>;

type Answer = GateAnswer | { readonly state: 'unknown' };

interface Entry {
  answer: Answer;
  readonly question: GateQuestion;
  readonly listeners: Set<() => void>;
  asked: boolean;
}

const unknown: Answer = { state: 'unknown' };

/** How long to wait before asking again while nobody could decide: 2 s, then twice as long each time, 30 s at most. */
const retryDelay = (attempt: number): number => Math.min(2_000 * 2 ** attempt, 30_000);

/**
 * The answers that one signed-in person in one tenant has, shared by all components on the page. Questions of one tick
 * go to the server together. An answer stays until `invalidate`; an outage heals itself by asking again.
 */
export class GateStore {
  readonly #ask: Ask;
  readonly #entries = new Map<string, Entry>();
  #scheduled = false;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  answer(key: string): Answer {
    return this.#entries.get(key)?.answer ?? unknown;
  }

  subscribe(question: GateQuestion, listener: () => void): () => void {
    const key = keyOf(question);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { answer: unknown, question, listeners: new Set(), asked: false };
      this.#entries.set(key, entry);
    }
    const { listeners } = entry;
    listeners.add(listener);
    this.#schedule();
    return () => {
      listeners.delete(listener);
    };
  }

  /** Asks again for everything on the page; what is shown stays until the new answers are there. */
  invalidate(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (const [key, entry] of this.#entries) {
      if (entry.listeners.size === 0) this.#entries.delete(key);
      else entry.asked = false;
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const entries = [...this.#entries.values()].filter((entry) => !entry.asked && entry.listeners.size > 0);
    if (entries.length === 0) return;
    for (const entry of entries) entry.asked = true;
    const answers = await this.#askSafely(entries.map((entry) => entry.question));
    entries.forEach((entry, index) => {
      entry.answer = answers[index] ?? { state: 'unavailable' };
      for (const listener of entry.listeners) listener();
    });
    this.#healLater(entries);
  }

  async #askSafely(questions: readonly GateQuestion[]): Promise<readonly GateAnswer[]> {
    try {
      return await this.#ask(questions);
    } catch {
      return []; // No answer is `unavailable`: the server could not be reached, or answered with an error.
    }
  }

  #healLater(entries: readonly Entry[]): void {
    if (!entries.some((entry) => entry.answer.state === 'unavailable')) {
      this.#attempt = 0;
      return;
    }
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      for (const entry of this.#entries.values())
        if (entry.answer.state === 'unavailable') entry.asked = false;
      this.#schedule();
    }, retryDelay(this.#attempt++));
  }
}

export function keyOf({ path, input }: GateQuestion): string {
  return input === undefined ? path : `${path} ${JSON.stringify(input)}`;
}
