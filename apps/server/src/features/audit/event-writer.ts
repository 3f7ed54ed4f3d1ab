import { setTimeout as pause } from 'node:timers/promises';
import { divideBatch, isDataException } from '../../platform/database/outage.ts';
import type { AuditEvent } from './audit-event.ts';
import type { AskedCount, EventStore } from './event-store.ts';
import type { Spill } from './spill.ts';

export interface EventWriterDeps {
  readonly store: Pick<EventStore, 'insert' | 'addCounts'>;
  /** Without it, events that do not fit into memory during a PostgreSQL outage are lost and counted. */
  readonly spill?: Spill | undefined;
  /** Called with an event that PostgreSQL refuses; the event is skipped. */
  readonly onBadEvent: (id: string, error: unknown) => void;
  readonly onOutage: (error: unknown) => void;
  /** Called with the number of events lost since the last call. */
  readonly onLoss: (count: number) => void;
  readonly onStored: (events: readonly AuditEvent[]) => void;
}

/** A writer that stores events asynchronously: in batches, in order, and with retries after an outage. */
export interface EventWriter {
  /** @param isUrgent - whether to write the event immediately instead of with the next batch */
  add(event: AuditEvent, isUrgent: boolean): void;
  addAsked(count: AskedCount): void;
  /** Resolves when less than a batch of events is pending, or after a few seconds. */
  hasRoom(): Promise<void>;
  /** Resolves when all events added before the call are stored. @throws when PostgreSQL is unavailable. */
  flush(): Promise<void>;
  /** Stores pending events, or writes them to files. */
  close(): Promise<void>;
}

/** Milliseconds for which events are collected into a batch. */
const batchPause = 250;
const batchSize = 1_000;
/** Number of events in memory above which they are written to a file during a PostgreSQL outage. */
const spillAt = 5_000;
/** Maximum number of events in memory: about 20 MB. */
const maxInMemory = 40_000;
/** Milliseconds between two attempts during a PostgreSQL outage. */
const retryPause = 1_000;
/** Milliseconds that a caller who records many events waits for PostgreSQL. */
const roomDeadline = 5_000;
/** Milliseconds that shutdown waits for PostgreSQL. */
const closeDeadline = 3_000;

export function createEventWriter(deps: EventWriterDeps): EventWriter {
  const { store, spill, onBadEvent, onOutage, onLoss, onStored } = deps;
  let events: AuditEvent[] = [];
  let asked = new Map<string, AskedCount>();
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let mayHaveFiles = spill !== undefined;
  let isClosed = false;

  const storeBatch = (batch: readonly AuditEvent[]): Promise<void> =>
    divideBatch(
      batch,
      async (items) => {
        await store.insert(items);
        onStored(items);
      },
      async ({ id }, error) => {
        // An error with another cause, such as a missing migration, can be fixed, so the event stays pending.
        if (!isDataException(error)) throw error;
        onBadEvent(id, error);
      },
    );
  /** Removes the batch from memory unless it has been removed already. */
  const dequeue = (batch: readonly AuditEvent[]): void => {
    if (events[0] === batch[0]) events = events.slice(batch.length);
  };
  const storeEvents = async (): Promise<void> => {
    while (events.length > 0) {
      const batch = events.slice(0, batchSize);
      await storeBatch(batch); // oxlint-disable-line no-await-in-loop -- in order
      dequeue(batch);
    }
  };
  const storeAsked = async (): Promise<void> => {
    const counts = asked;
    asked = new Map();
    try {
      await store.addCounts([...counts.values()]);
    } catch (error) {
      for (const count of counts.values()) addAsked(count);
      throw error;
    }
  };
  const storeFiles = async (): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- one file at a time, oldest first */
    while (mayHaveFiles) {
      const file = await spill?.oldest();
      if (file === undefined) {
        mayHaveFiles = false;
        return;
      }
      for (let start = 0; start < file.events.length; start += batchSize)
        await storeBatch(file.events.slice(start, start + batchSize));
      await file.remove();
    }
    /* oxlint-enable no-await-in-loop */
  };
  const storeAll = async (): Promise<void> => {
    await storeEvents();
    await storeAsked();
    await storeFiles();
    if (lost > 0) onLoss(lost);
    lost = 0;
  };
  const spillEvents = async (): Promise<void> => {
    if (spill === undefined || events.length === 0) return;
    mayHaveFiles = true;
    while (events.length > 0) {
      const batch = events.slice(0, spillAt);
      await spill.write(batch); // oxlint-disable-line no-await-in-loop -- in order
      dequeue(batch);
    }
  };

  /** Runs until everything is stored, with retries, or until the writer is closed. */
  const run = async (): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- one attempt at a time */
    for (;;) {
      try {
        await storeAll();
        if (events.length === 0) return;
      } catch (error) {
        onOutage(error);
        if (isClosed) return;
        if (events.length >= spillAt) await spillEvents().catch(onOutage);
        await pause(retryPause, undefined, { ref: false });
        if (isClosed) return;
      }
    }
    /* oxlint-enable no-await-in-loop */
  };
  const wake = (): void => {
    clearTimeout(timer);
    timer = undefined;
    running ??= run().finally(() => {
      running = undefined;
      if (!isClosed && events.length + asked.size > 0) wakeSoon();
    });
  };
  const wakeSoon = (): void => {
    if (running === undefined) timer ??= setTimeout(wake, batchPause);
  };
  const addAsked = (added: AskedCount): void => {
    const key = JSON.stringify([added.tenant, added.hour, added.action, added.outcome]);
    const present = asked.get(key);
    asked.set(key, present === undefined ? added : { ...present, count: present.count + added.count });
  };

  const flush = async (): Promise<void> => {
    await running?.catch(() => {});
    await storeAll();
  };

  // An earlier process may have left files.
  wakeSoon();
  return {
    add(event, isUrgent) {
      if (events.length >= maxInMemory) {
        lost++;
        return;
      }
      events.push(event);
      if (isUrgent || events.length >= batchSize) wake();
      else wakeSoon();
    },
    addAsked(count) {
      addAsked(count);
      wakeSoon();
    },
    async hasRoom() {
      if (events.length < batchSize) return;
      const stored = flush().catch(() => {});
      await Promise.race([stored, pause(roomDeadline, undefined, { ref: false })]);
    },
    flush,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const stored = (async () => {
        await running;
        await storeAll();
      })();
      stored.catch(onOutage);
      await Promise.race([stored.catch(() => {}), pause(closeDeadline, undefined, { ref: false })]);
      await spillEvents().catch(onOutage);
      if (events.length + lost > 0) onLoss(events.length + lost);
    },
  };
}
