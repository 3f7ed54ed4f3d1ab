import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { listSetRules, readEnvironment } from '../policy-as-code/environment/read-environment.ts';
import { retryRateLimited } from '../policy-as-code/environment/retry-rate-limited.ts';
import type { CallPermit } from '../permit/permit-caller.ts';
import type { Check } from '../decision.ts';
import { environmentPolicyOf } from './environment-world.ts';
import { createFactLists, type FactList, type FactLists } from './fact-lists.ts';
import { LinkTable } from './link-table.ts';
import { FactsLimitError } from './local-errors.ts';
import { RoleTable } from './role-table.ts';
import type { Part, Snapshot } from './snapshot.ts';

/** Users and instances that are read one by one at a time. Beyond that the PDP is asked. */
const maxReads = 20;

/** Milliseconds between rounds at most, after failures and after long ones. */
const maxPause = 60_000;

/** Milliseconds. A timer that is set to more ends at once. */
const longestTimer = 2 ** 31 - 1;

/** Waits without keeping the process. An abort ends it. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(Math.min(milliseconds, longestTimer), undefined, { ref: false, signal }).catch(() => {});

/** How a snapshot is kept. */
export interface ReaderOptions {
  readonly pollEvery: number;
  readonly maxAge: number;
  readonly maxFacts: number;
  readonly deadline: number;
  /** Told at the end of each round: the error, or `undefined`. */
  readonly onEnd: (error: unknown) => void;
}

/** How far the list is that is being read. */
export interface Reading {
  readonly list: FactList;
  readonly read: number;
  readonly total: number | undefined;
}

/**
 * Reads a snapshot from Permit's API and keeps it up to date. Every round asks whether a part has changed, which its size or its
 * content says, and reads what has, and what is old. What changed about a person or an instance is read when somebody asks for it.
 */
export class SnapshotReader {
  readonly #snapshot: Snapshot;
  readonly #call: CallPermit;
  readonly #options: ReaderOptions;
  readonly #lists: FactLists;
  #signature: string | undefined;
  readonly #reads = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #wake = new AbortController();
  #rounds: Promise<unknown> = Promise.resolve();
  /** The list that is being read, and how far. */
  reading: Reading | undefined;

  constructor(snapshot: Snapshot, call: CallPermit, options: ReaderOptions) {
    this.#snapshot = snapshot;
    this.#call = retryRateLimited((operation, run) => {
      this.#stopping.signal.throwIfAborted();
      return call(operation, run);
    }, true);
    this.#options = options;
    this.#lists = createFactLists(this.#call, options.maxFacts, (list, read, total) => {
      this.reading = { list, read, total };
    });
    void this.#keep();
  }

  /** Asks for changes now, after a round that is under way. Rejects when that fails. */
  refresh(): Promise<void> {
    const round = this.#rounds.then(() => this.#round());
    const { onEnd } = this.#options;
    this.#rounds = round.then(
      () => onEnd(undefined),
      (error: unknown) => this.#stopping.signal.aborted || onEnd(error),
    );
    return round;
  }

  /** Starts the next round as soon as it may. */
  hurry(): void {
    this.#wake.abort();
  }

  /** Waits a second at most for what is on its way, so that its connection is not left half used. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    const underWay = Promise.allSettled([this.#rounds, ...this.#reads.values()]);
    const waited = new AbortController();
    // It keeps the process: whoever closes has more to do afterwards.
    const limit = sleep(1_000, undefined, { signal: waited.signal }).catch(() => {});
    await Promise.race([underWay, limit]);
    waited.abort();
  }

  async #keep(): Promise<void> {
    const { pollEvery } = this.#options;
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const began = performance.now();
      try {
        await this.refresh(); // oxlint-disable-line no-await-in-loop -- one round after the other
        failures = 0;
      } catch {
        failures += 1;
      }
      // Reading takes half of the time at most, also when something hurries: Permit's API has other callers.
      const busy = performance.now() - began;
      await pause(Math.min(busy, maxPause), this.#stopping.signal); // oxlint-disable-line no-await-in-loop
      const backoff = Math.min(maxPause, pollEvery * 2 ** failures);
      const rest = (failures === 0 ? pollEvery : backoff) - busy;
      await pause(rest, this.#wake.signal); // oxlint-disable-line no-await-in-loop
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
    }
  }

  async #round(): Promise<void> {
    try {
      await this.#readAllChanged();
      // One call at a time: Permit limits the rate.
      const signature = await this.#policySignature();
      const users = await this.#lists.count('users');
      const assignments = await this.#lists.count('role_assignments');
      const links = await this.#lists.count('relationship_tuples');
      const { counts } = this.#snapshot.facts;
      await this.#bring('policy', signature !== this.#signature, async () => {
        const policy = environmentPolicyOf(await readEnvironment(this.#call));
        return () => {
          this.#signature = signature;
          this.#snapshot.setPolicy(policy);
        };
      });
      const { facts } = this.#snapshot;
      await this.#bring('users', users !== counts.users, async () => {
        const keys = await this.#lists.users();
        return () => facts.setUsers(keys);
      });
      await this.#bring('role_assignments', assignments !== counts.assignments, async () => {
        const roles = await RoleTable.from(await this.#lists.assignments());
        return () => facts.setRoles(roles);
      });
      await this.#bring('relationship_tuples', links !== counts.links, async () => {
        const table = await LinkTable.from(await this.#lists.links());
        return () => facts.setLinks(table);
      });
    } catch (error) {
      if (error instanceof FactsLimitError) this.#snapshot.clear();
      throw error;
    } finally {
      this.reading = undefined;
    }
  }

  /**
   * Reads a part if it has changed, is half as old as it may be, or has to be read for another reason.
   * @param read - returns what puts the part into use
   */
  async #bring(part: Part, hasChanged: boolean, read: () => Promise<() => void>): Promise<void> {
    const before = this.#snapshot.began(part);
    const began = { sequence: this.#snapshot.changes.sequence, at: performance.now() };
    const isOld = before === undefined || began.at - before.at > this.#options.maxAge / 2;
    if (!isOld && !hasChanged) return;
    const replace = await read();
    replace();
    this.#snapshot.replaced(part, began);
  }

  /** A text that is another one after most changes of the policy, by few small calls. */
  async #policySignature(): Promise<string> {
    const first = { page: 1, perPage: 100 };
    const answers = [
      await this.#call('list resources', ({ api }) => api.resources.list(first)),
      await this.#call('list roles', ({ api }) => api.roles.list(first)),
      await this.#call('list condition set rules', (permit) => listSetRules(permit, 1)),
    ];
    return createHash('sha256').update(JSON.stringify(answers)).digest('base64');
  }

  /** Reads the users and instances that have changed, so that the counts are right again; many of them only with their lists. */
  async #readAllChanged(): Promise<void> {
    const { users, instances } = this.#snapshot.changes;
    const [changedUsers, changedInstances] = [users.allUnread(), instances.allUnread()];
    if (!this.#snapshot.isFresh || changedUsers.size + changedInstances.size > maxReads) return;
    await Promise.all([
      ...[...changedUsers.keys()].map((key) => this.#readUser(key)),
      ...[...changedInstances.keys()].map((key) => this.#readInstance(key)),
    ]);
  }

  /**
   * Reads what has changed of what the check is about. Never rejects, and takes no longer than the deadline: what is not read by
   * then cannot be told.
   */
  async readChanged({ subject, instance }: Check): Promise<void> {
    const { users, instances } = this.#snapshot.changes;
    const reads: Promise<void>[] = [];
    if (users.unread(subject) !== undefined) reads.push(this.#readUser(subject));
    const unread = instances.allUnread();
    // After a mass of changes the lists are sooner read than each instance.
    if (instance !== undefined && unread.size <= maxReads)
      for (const key of unread.keys()) reads.push(this.#readInstance(key));
    if (reads.length === 0 || !this.#snapshot.isFresh) return;
    await Promise.race([Promise.all(reads), sleep(this.#options.deadline, undefined, { ref: false })]);
  }

  #readUser(key: string): Promise<void> {
    const { changes, facts } = this.#snapshot;
    const change = changes.users.unread(key);
    return this.#once(`user ${key} ${change?.sequence}`, async () => {
      const began = changes.sequence;
      const { isKnown, assignments } = await this.#lists.ofUser(key);
      if (change === undefined || !changes.users.read(key, change)) return;
      facts.replaceUser(key, isKnown, assignments);
      changes.instances.unreadAfter(began);
    });
  }

  #readInstance(object: string): Promise<void> {
    const { changes, facts } = this.#snapshot;
    const change = changes.instances.unread(object);
    return this.#once(`instance ${object} ${change?.sequence}`, async () => {
      const began = changes.sequence;
      const { assignments, links } = await this.#lists.ofInstance(object);
      if (change === undefined || !changes.instances.read(object, change)) return;
      facts.replaceInstance(object, assignments, links);
      changes.unreadAfter(began);
    });
  }

  /** Joins a reading that is under way. A failure leaves the change unread. */
  #once(name: string, read: () => Promise<void>): Promise<void> {
    const underWay = this.#reads.get(name);
    if (underWay !== undefined) return underWay;
    if (this.#reads.size >= maxReads) return Promise.resolve();
    const reading = read()
      .catch(() => {})
      .finally(() => this.#reads.delete(name));
    this.#reads.set(name, reading);
    return reading;
  }
}
