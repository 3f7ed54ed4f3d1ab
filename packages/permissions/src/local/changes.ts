import type { Invalidation } from '../permit/invalidations.ts';

/** Changes that are remembered one by one. More than these count as a change of everything. */
const maxChanges = 10_000;

/** A change of one user or instance. Each has an object of its own. */
export interface Change {
  readonly sequence: number;
}

/**
 * What was reported as changed since the lists were read: by the process's own writes, by other replicas, by webhooks. Nobody is
 * decided by what was read before their last change. A change is remembered until all lists have been read that began after it:
 * a list that was on its way when the change came would bring back what was before.
 */
export class Changes {
  #sequence = 0;
  #everything = 0;
  readonly #users = new ChangedKeys();
  readonly #instances = new ChangedKeys();

  /** Counts the changes. */
  get sequence(): number {
    return this.#sequence;
  }

  /** What began to be read before this is out of date, whoever it is about. */
  get everything(): number {
    return this.#everything;
  }

  get users(): Omit<ChangedKeys, 'add'> {
    return this.#users;
  }

  get instances(): Omit<ChangedKeys, 'add'> {
    return this.#instances;
  }

  add({ subject, instance }: Invalidation): void {
    this.#sequence += 1;
    const change = { sequence: this.#sequence };
    if (subject !== undefined) this.#users.add(subject, change);
    else if (instance !== undefined) this.#instances.add(instance, change);
    else this.#everything = this.#sequence;
    if (this.#users.size + this.#instances.size > maxChanges) {
      this.forget(this.#sequence);
      this.#everything = this.#sequence;
    }
  }

  /**
   * A list replaces the one before. What changed since it began to be read has to be read again, and what is being read one by
   * one does not count: it may be older than the list.
   */
  listRead(began: number): void {
    this.unreadAfter(began);
    this.#users.renew();
    this.#instances.renew();
  }

  /** Something is in use that began to be read then. What changed since is in it as it was before. */
  unreadAfter(began: number): void {
    this.#users.unreadAfter(began);
    this.#instances.unreadAfter(began);
  }

  /** All lists began to be read after these changes. */
  forget(until: number): void {
    this.#users.forget(until);
    this.#instances.forget(until);
  }
}

/** The users, or the instances, that changed, and which of them were read again since. */
class ChangedKeys {
  readonly #changes = new Map<string, Change>();
  readonly #unread = new Map<string, Change>();

  get size(): number {
    return this.#changes.size;
  }

  add(key: string, change: Change): void {
    this.#changes.set(key, change);
    this.#unread.set(key, change);
  }

  /** The last change, if what it changed was not read since. */
  unread(key: string): Change | undefined {
    return this.#unread.get(key);
  }

  allUnread(): ReadonlyMap<string, Change> {
    return this.#unread;
  }

  /** @returns whether that was the last change: else what was read says nothing */
  read(key: string, change: Change): boolean {
    if (this.#unread.get(key) !== change) return false;
    return this.#unread.delete(key);
  }

  unreadAfter(began: number): void {
    for (const [key, change] of this.#changes) if (change.sequence > began) this.#unread.set(key, change);
  }

  renew(): void {
    for (const [key, { sequence }] of this.#unread) this.add(key, { sequence });
  }

  forget(until: number): void {
    for (const [key, { sequence }] of this.#changes) {
      if (sequence > until) continue;
      this.#changes.delete(key);
      this.#unread.delete(key);
    }
  }
}
