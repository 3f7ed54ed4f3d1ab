import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../authentication/identity.ts';

type Person = Pick<Identity, 'subject' | 'tenant'>;

export interface FactWatchDeps {
  /** Returns what the PDP knows about a user, as text. A different text means a change. */
  readonly factsOf: (person: Person) => Promise<string>;
  readonly onChange: (person: Person) => void;
  /** Milliseconds between two rounds. Default: 5,000. */
  readonly interval?: number;
}

/**
 * Detects changes made in Permit's console, through its API or by the CLI. Polls the PDP for each user with a visible
 * page, one query at a time, so with a thousand pages a round takes longer.
 */
export interface FactWatch {
  /** `onRead` is called after each read, whether or not the facts changed. */
  readonly watch: (person: Person, onRead?: () => void) => Watching;
  close(): Promise<void>;
}

export interface Watching {
  /**
   * Reads the facts now, because the user's pages are about to read. Otherwise a page could see a grant that is removed
   * before the next round, which would find no change.
   */
  readonly read: () => void;
  readonly stop: () => void;
}

/** After a slow read, the pause is this multiple of its duration. */
const restFactor = 20;

/** Milliseconds to retain a user's facts after their last page closes, for comparison when the page is reloaded. */
const memory = 10_000;

interface Watched extends Person {
  readonly watchers: Set<{ readonly onRead?: (() => void) | undefined }>;
  facts: string | undefined;
  restsUntil: number;
  unusedSince: number;
  /** The next read, until it starts. */
  waiting: Promise<void> | undefined;
}

export function openFactWatch({ factsOf, onChange, interval = 5_000 }: FactWatchDeps): FactWatch {
  const people = new Map<string, Watched>();
  const closing = new AbortController();

  const read = async (person: Watched): Promise<void> => {
    const began = performance.now();
    try {
      const facts = await factsOf(person);
      const isChanged = person.facts !== undefined && person.facts !== facts;
      person.facts = facts;
      if (isChanged && person.watchers.size > 0) onChange(person);
      for (const { onRead } of person.watchers) onRead?.();
    } catch {
      // A PDP outage changes nothing: the next round tries again.
    }
    const now = performance.now();
    person.restsUntil = now + restFactor * (now - began);
  };

  /** Serializes reads, so that an older answer never overwrites a newer one. A queued read serves every caller. */
  let reading = Promise.resolve();
  const readNext = (person: Watched): Promise<void> => {
    person.waiting ??= reading = reading.then(() => {
      person.waiting = undefined;
      return read(person);
    });
    return person.waiting;
  };

  const run = async (): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- one query at a time */
    while (!closing.signal.aborted) {
      await sleep(interval, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      for (const [key, person] of people) {
        if (closing.signal.aborted) return;
        const now = performance.now();
        if (person.watchers.size > 0 && person.restsUntil <= now) await readNext(person);
        else if (person.watchers.size === 0 && person.unusedSince + memory <= now) people.delete(key);
      }
    }
    /* oxlint-enable no-await-in-loop */
  };
  const running = run();

  return {
    watch({ subject, tenant }, onRead) {
      const key = JSON.stringify([subject, tenant]);
      const unseen = {
        watchers: new Set<never>(),
        facts: undefined,
        restsUntil: 0,
        unusedSince: 0,
        waiting: undefined,
      };
      const person: Watched = people.get(key) ?? { subject, tenant, ...unseen };
      people.set(key, person);
      const watcher = { onRead };
      person.watchers.add(watcher);
      if (person.watchers.size === 1) void readNext(person);
      return {
        read: () => void readNext(person),
        stop() {
          if (!person.watchers.delete(watcher)) return;
          person.unusedSince = performance.now();
        },
      };
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
