import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Check } from '../core/decision.ts';
import type { Policy } from '../core/policy.ts';
import { resourceOf } from '../explain/situation.ts';

/**
 * What a change affects. Only the first of `subject`, `instance` and `tenant` that is set counts: `{ subject, tenant }`
 * affects all decisions about the user, in every tenant. If none is set, all decisions are affected.
 */
export interface Invalidation {
  /** The key of the user whose roles or attributes changed. */
  readonly subject?: string | undefined;
  /** The key of the tenant that changed. */
  readonly tenant?: string | undefined;
  /** The instance that changed, as `resource:key`. */
  readonly instance?: string | undefined;
  /** A role that `subject` got or lost. Checks about the user wait until the PDP has received this change. */
  readonly assignment?: AssignmentChange | undefined;
}

/** A role that was assigned to a user or removed from one. */
export interface AssignmentChange {
  /** The key of the role. */
  readonly role: string;
  /** The tenant key. */
  readonly tenant: string;
  /** The instance as `resource:key`. Omit it for a tenant role. */
  readonly instance?: string | undefined;
  /** Whether the role was assigned (`true`) or removed (`false`). */
  readonly assigned: boolean;
}

export interface Mark {
  readonly sequence: number;
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
}

const never: Mark = { sequence: 0, at: Number.NEGATIVE_INFINITY };
const later = (one: Mark, other: Mark): Mark => (one.sequence >= other.sequence ? one : other);

/**
 * When each user, tenant and instance was last invalidated. Evicting an entry invalidates everything older, which costs
 * calls to the PDP but never leaves a stale decision.
 */
export class Invalidations {
  #sequence = 0;
  #everything: Mark = never;
  #anyInstance: Mark = never;
  readonly #marks = new LRUCache<string, Mark>({
    max: 10_000,
    dispose: (mark, _key, reason) => {
      if (reason === 'evict') this.#everything = later(this.#everything, mark);
    },
  });

  add({ subject, tenant, instance }: Invalidation): void {
    this.#sequence += 1;
    const mark: Mark = { sequence: this.#sequence, at: performance.now() };
    if (subject !== undefined) this.#marks.set(`user ${subject}`, mark);
    else if (instance !== undefined) {
      this.#marks.set(`instance ${instance}`, mark);
      this.#marks.set(`instances of ${instance.split(':')[0]}`, mark);
      this.#anyInstance = mark;
    } else if (tenant !== undefined) this.#marks.set(`tenant ${tenant}`, mark);
    else this.#everything = mark;
  }

  /** @param sources - The resources from whose instances roles on this instance may derive. */
  latest({ subject, tenant, instance }: Invalidation, sources: readonly string[] = []): Mark {
    // The usual case: nothing has changed.
    if (this.#marks.size === 0) return this.#everything;
    let latest = this.#everything;
    const names = [`user ${subject}`, `tenant ${tenant}`, `instance ${instance}`];
    for (const name of [...names, ...sources.map((resource) => `instances of ${resource}`)]) {
      const mark = this.#marks.get(name);
      if (mark !== undefined) latest = later(latest, mark);
    }
    return latest;
  }

  /** Affects the user's permissions on any instance in the tenant. */
  latestOfAll({ subject, tenant }: Pick<Invalidation, 'subject' | 'tenant'>): Mark {
    return later(this.latest({ subject, tenant }), this.#anyInstance);
  }
}

/** Returns the latest invalidation that affects a check. */
export function createLatestOf(policy: Policy, invalidations: Invalidations): (check: Check) => Mark {
  const sources = derivationSources(policy);
  return ({ subject, tenant, permission, instance }) => {
    if (instance === undefined) return invalidations.latest({ subject, tenant });
    const resource = resourceOf(permission);
    return invalidations.latest(
      { subject, tenant, instance: `${resource}:${instance}` },
      sources.get(resource),
    );
  };
}

/** For each resource, those from whose instance roles its own derive, directly or transitively. */
function derivationSources({ resources }: Policy): ReadonlyMap<string, readonly string[]> {
  const directOf = (resource: string): string[] =>
    Object.values(resources[resource]?.roles ?? {}).flatMap(({ derivedFrom = [] }) =>
      derivedFrom.map(({ on }) => on),
    );
  return new Map(
    Object.keys(resources).map((resource) => {
      const found = new Set(directOf(resource));
      for (const source of found) for (const next of directOf(source)) found.add(next);
      return [resource, [...found]];
    }),
  );
}

/** Milliseconds. Each pause is twice the previous one, up to `max`. */
const pauses = { first: 10, max: 160 };

interface Propagation {
  /** Resolves when the PDP has received the change, or after `propagationDelay`. Never rejects. */
  follow(change: Invalidation): Promise<void>;
  /**
   * Resolves when the user's followed changes are received, or were waited for long enough; `undefined` without any.
   */
  pending(subject: string): Promise<unknown> | undefined;
}

/** Polls, because Permit's API confirms a write before its PDPs have received it, and a PDP does not announce it. */
export function createPropagation(
  hasRole: (subject: string, change: AssignmentChange, signal: AbortSignal) => Promise<boolean>,
  propagationDelay: number,
): Propagation {
  const bySubject = new Map<string, Promise<unknown>>();

  const untilReceived = async (subject: string, change: AssignmentChange): Promise<void> => {
    const end = performance.now() + propagationDelay;
    let pause = pauses.first;
    for (let left = propagationDelay; left > 0; left = end - performance.now()) {
      /* oxlint-disable no-await-in-loop -- one question at a time */
      const answer = hasRole(subject, change, AbortSignal.timeout(Math.ceil(left)));
      // After an outage too, because the PDP may still have the old facts.
      if ((await answer.catch(() => undefined)) === change.assigned) return;
      await sleep(Math.min(pause, left));
      /* oxlint-enable no-await-in-loop */
      pause = Math.min(2 * pause, pauses.max);
    }
  };

  return {
    async follow({ subject, assignment }) {
      if (subject === undefined || assignment === undefined) return;
      const received = untilReceived(subject, assignment);
      const all = Promise.all([bySubject.get(subject), received]);
      bySubject.set(subject, all);
      void all.then(() => bySubject.get(subject) === all && bySubject.delete(subject));
      await received;
    },
    pending: (subject) => bySubject.get(subject),
  };
}
