import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from './identity.ts';

type Person = Pick<Identity, 'subject' | 'tenant'>;

export interface FactWatchDeps {
  /** What the PDP knows of a person, as one text: another text is a change. */
  readonly factsOf: (person: Person) => Promise<string>;
  readonly onChange: (person: Person) => void;
  /** Milliseconds between two rounds. Default: 5,000. */
  readonly interval?: number;
}

/**
 * Finds changes that nobody told this server of: in Permit's own console, by its API, by the CLI. The PDP is asked again and
 * again about the people whose pages are open and visible, one after the other, so that a thousand pages cost it one question
 * at a time: a round then takes longer, and a change shows later. A person is asked about once, however many tabs are open.
 */
export interface FactWatch {
  /** `onRead` is called after each read, whether or not the facts changed. */
  readonly watch: (person: Person, onRead?: () => void) => Watching;
  close(): Promise<void>;
}

export interface Watching {
  /**
   * Reads the facts now, because the pages of the person ask again now: otherwise a page could see what is taken back before the
   * next round, which would find no change.
   */
  readonly read: () => void;
  readonly stop: () => void;
}

/** A person whose facts take long to read is read seldom: this many times the time of a read. */
const restFactor = 20;

/** Milliseconds that the facts are kept of a person whose last page was closed: a page that is reloaded compares with them. */
const memory = 10_000;

interface Watched extends Person {
  /** One for each page or stream that watches. */
  readonly watchers: Set<{ readonly onRead?: (() => void) | undefined }>;
  facts: string | undefined;
  restsUntil: number;
  unusedSince: number;
  /** The next read, until it begins. */
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
      // An outage of the PDP changes nothing: the next round asks again.
    }
    const now = performance.now();
    person.restsUntil = now + restFactor * (now - began);
  };

  /** One after the other, so that an older answer never follows a newer one. A read that waits for its turn serves every caller. */
  let reading = Promise.resolve();
  const readNext = (person: Watched): Promise<void> => {
    person.waiting ??= reading = reading.then(() => {
      person.waiting = undefined;
      return read(person);
    });
    return person.waiting;
  };

  const run = async (): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- one question at a time */
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
