import { LRUCache } from 'lru-cache';
import type { DecisionSource } from '../core/decision.ts';
import type { Mark } from './invalidations.ts';

/** Options of the decision and list caches. The defaults are in `decider-defaults.ts`. */
export interface CacheOptions {
  /** How long an answer is cached, in milliseconds; 0 disables the cache. Default: 5,000. */
  readonly ttl: number;
  /** The maximum number of cached decisions; the least recently used one is evicted. Default: 50,000. */
  readonly max: number;
  /**
   * How long affected answers are not cached after an invalidation, in milliseconds, because the PDP receives a change
   * shortly after Permit's API. Checks wait at most as long after a role change. Default: 2,000.
   */
  readonly propagationDelay: number;
  /**
   * How long after `ttl` an expired answer may still be used while the PDP is unavailable, in milliseconds; 0 for
   * never. Default: 0.
   */
  readonly staleIfError: number;
}

/** Callers choose the ids that they ask about: only with a limit does `max` bound the memory. */
const maxKeyLength = 2_048;

export interface AnswerSource<Question, Answer> {
  keyOf(question: Question): string;
  latest(question: Question): Mark;
  ask(question: Question): Promise<Answer>;
  /** How much the answer counts towards `max`: 1 or more. */
  sizeOf(answer: Answer): number;
}

export type Answered<Answer> = readonly [Answer, DecisionSource];

interface Entry<Answer> {
  readonly answer: Answer;
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  readonly sequence: number;
}

/**
 * Answers from a bounded cache, from an identical question in flight, or from the PDP. A question never gets an answer
 * to one that was asked before an invalidation, whenever that answer arrives.
 */
export class AnswerCache<Question, Answer extends {}> {
  readonly #options: CacheOptions;
  readonly #source: AnswerSource<Question, Answer>;
  readonly #entries: LRUCache<string, Entry<Answer>>;
  readonly #inFlight = new Map<string, Promise<Answer>>();

  constructor(options: CacheOptions, source: AnswerSource<Question, Answer>) {
    this.#options = options;
    this.#source = source;
    this.#entries = new LRUCache({
      maxSize: Math.max(1, options.max),
      sizeCalculation: ({ answer }) => source.sizeOf(answer),
    });
  }

  /** Synchronous on a cache hit, the usual case. */
  answer(question: Question): Answered<Answer> | Promise<Answered<Answer>> {
    const key = this.#source.keyOf(question);
    const { sequence } = this.#source.latest(question);
    const fresh = this.#youngerThan(this.#options.ttl, key, sequence);
    return fresh === undefined ? this.#ask(question, key, sequence) : [fresh, 'cache'];
  }

  async #ask(question: Question, key: string, sequence: number): Promise<Answered<Answer>> {
    const id = `${sequence} ${key}`;
    const joined = this.#inFlight.get(id);
    const pending = joined ?? this.#source.ask(question);
    if (joined === undefined) this.#inFlight.set(id, pending);
    try {
      const answer = await pending;
      if (joined === undefined) this.#store(key, { answer, at: performance.now(), sequence }, question);
      return [answer, joined === undefined ? 'pdp' : 'joined'];
    } catch (error) {
      const stale = this.#youngerThan(this.#options.ttl + this.#options.staleIfError, key, sequence);
      if (stale !== undefined && this.#source.latest(question).sequence === sequence) return [stale, 'stale'];
      throw error;
    } finally {
      if (joined === undefined) this.#inFlight.delete(id);
    }
  }

  /** Unless an invalidation came after the question, or less than the propagation delay ago. */
  #store(key: string, entry: Entry<Answer>, question: Question): void {
    const { ttl, propagationDelay } = this.#options;
    const latest = this.#source.latest(question);
    if (ttl === 0 || key.length > maxKeyLength) return;
    if (latest.sequence !== entry.sequence || entry.at - latest.at < propagationDelay) return;
    this.#entries.set(key, entry);
  }

  #youngerThan(age: number, key: string, sequence: number): Answer | undefined {
    const entry = this.#entries.get(key);
    const isValid = entry !== undefined && entry.sequence === sequence && performance.now() - entry.at < age;
    return isValid ? entry.answer : undefined;
  }
}
