import { LRUCache } from 'lru-cache';

/** What a change touches: everything about a user, in a tenant, on an instance (`reports:1`); nothing named is everything. */
export interface Invalidation {
  readonly subject?: string | undefined;
  readonly tenant?: string | undefined;
  readonly instance?: string | undefined;
}

interface Mark {
  readonly sequence: number;
  /** Milliseconds, monotonic. */
  readonly at: number;
}

const never: Mark = { sequence: 0, at: Number.NEGATIVE_INFINITY };
const later = (one: Mark, other: Mark): Mark => (one.sequence >= other.sequence ? one : other);

/**
 * When answers about whom or what became doubtful. Marks are bounded in number: one that is forgotten makes everything
 * older than itself doubtful, which costs questions and never a stale answer.
 */
export class Invalidations {
  #sequence = 0;
  #everything: Mark = never;
  readonly #marks: LRUCache<string, Mark>;

  constructor(max = 10_000) {
    this.#marks = new LRUCache<string, Mark>({
      max,
      dispose: (mark, _key, reason) => {
        if (reason === 'evict') this.#everything = later(this.#everything, mark);
      },
    });
  }

  add({ subject, tenant, instance }: Invalidation): void {
    this.#sequence += 1;
    const mark: Mark = { sequence: this.#sequence, at: performance.now() };
    if (subject !== undefined) this.#marks.set(`user ${subject}`, mark);
    else if (instance !== undefined) this.#marks.set(`instance ${instance}`, mark);
    else if (tenant !== undefined) this.#marks.set(`tenant ${tenant}`, mark);
    else this.#everything = mark;
  }

  /** The latest change that touches an answer about these. */
  latest({ subject, tenant, instance }: Invalidation): Mark {
    const marks = [
      this.#marks.get(`user ${subject}`),
      this.#marks.get(`tenant ${tenant}`),
      instance === undefined ? undefined : this.#marks.get(`instance ${instance}`),
    ];
    return marks.reduce<Mark>(
      (latest, mark) => (mark === undefined ? latest : later(latest, mark)),
      this.#everything,
    );
  }
}
