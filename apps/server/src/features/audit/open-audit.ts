import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Database } from '../../platform/database/open-database.ts';
import { oncePerMinute } from '../../platform/log/create-logger.ts';
import { type AuditEvent, auditTopic, type AuditChange } from './audit-event.ts';
import { createBegunChanges } from './begun-changes.ts';
import type { PresentState } from './interrupted-change.ts';
import { createEventStore } from './event-store.ts';
import { createEventWriter } from './event-writer.ts';
import { dayAfter, dayOf, dropPartitionsBefore, makePartitions } from './partitions.ts';
import { createAudit, isReadingOfLog, type Audit } from './record.ts';
import { createSpill } from './spill.ts';

export interface AuditOptions {
  readonly database: Pick<Database, 'db' | 'patient'>;
  readonly bus: Bus;
  readonly retentionDays: number;
  /** The folder that buffers events during a PostgreSQL outage. Default: they are buffered only in memory. */
  readonly spillFolder?: string | undefined;
  /** Called with the number of lost events, which the server also logs. */
  readonly onLost?: ((count: number) => void) | undefined;
  /** Shows whether an interrupted change was made. */
  readonly present: PresentState;
  readonly now: () => Date;
  readonly log: Logger;
}

export interface AuditLog {
  readonly record: Audit;
  /** Announces stored events, at most once a second. */
  readonly changes: Pick<Topic<AuditChange>, 'subscribe'>;
  /** Resolves when all events recorded before the call are stored. @throws when PostgreSQL is unavailable. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two messages to open pages. */
const publishPause = 1_000;
/** Milliseconds between two polls for changes whose end was never recorded. */
const interruptedPause = 60_000;
/** Milliseconds between two rounds of creating and dropping partitions. */
const maintenancePause = 3_600_000;

export function openAudit(options: AuditOptions): AuditLog {
  const { database, bus, retentionDays, spillFolder, onLost, now, log } = options;
  const { db, patient } = database;
  const onOutage = oncePerMinute((err: unknown) => log.error({ err }, 'audit events wait to be stored'));
  const changes = bus.topic<AuditChange>(auditTopic);
  const publishSoon = throttled((events) => changes.publish(changeOf(events)));
  const store = createEventStore(db);
  // Reads of the log are not announced: an open page that fetches events after each announcement would never stop.
  const onStored = (events: readonly AuditEvent[]): void =>
    publishSoon(events.filter((event) => !isReadingOfLog(event)));
  const writer = createEventWriter({
    store,
    spill: spillFolder === undefined ? undefined : createSpill(spillFolder),
    onBadEvent: (event, err) => log.error({ err, event }, 'an audit event cannot be stored'),
    onOutage,
    onStored,
    onLoss(count) {
      log.error({ count }, 'audit events are lost: neither PostgreSQL nor the disk accepted them');
      onLost?.(count);
      record.changed({
        tenant: 'default',
        action: 'audit.gap',
        channel: 'console',
        actor: null,
        after: { count },
      });
    },
  });
  const begunChanges = createBegunChanges(database, store, options.present);
  const record = createAudit({ writer, store, begunChanges, onOutage, onStored, now });

  const maintain = async (): Promise<void> => {
    const today = dayOf(now());
    await makePartitions(patient, [today, dayAfter(today, 1)]);
    await dropPartitionsBefore(patient, dayAfter(today, -retentionDays));
  };
  let maintaining = Promise.resolve();
  const startMaintenance = (): void => {
    maintaining = maintaining.then(maintain).catch(onOutage);
  };
  const findInterrupted = (): void => {
    maintaining = maintaining.then(() => begunChanges.storeInterrupted(onStored)).catch(onOutage);
  };
  startMaintenance();
  findInterrupted();
  const timers = [
    setInterval(startMaintenance, maintenancePause).unref(),
    setInterval(findInterrupted, interruptedPause).unref(),
  ];

  return {
    record,
    changes,
    flush: () => writer.flush(),
    async close() {
      timers.forEach((timer) => clearInterval(timer));
      publishSoon.cancel();
      await writer.close();
      await maintaining;
    },
  };
}

/** The fields of an event by which pages decide whether to fetch their data again. */
type ChangedEvent = Pick<AuditEvent, 'tenant' | 'kind' | 'subject'>;

/** Returns a function that collects distinct events and publishes them together, at most once a second. */
function throttled(
  publish: (events: ChangedEvent[]) => void,
): ((events: readonly AuditEvent[]) => void) & { cancel(): void } {
  const waiting = new Map<string, ChangedEvent>();
  let timer: NodeJS.Timeout | undefined;
  const add = (events: readonly AuditEvent[]): void => {
    if (events.length === 0) return;
    for (const { tenant, kind, subject } of events) {
      const fields = { tenant, kind, subject: kind === 'change' ? subject : null };
      waiting.set(JSON.stringify(fields), fields);
    }
    timer ??= setTimeout(() => {
      timer = undefined;
      publish([...waiting.values()]);
      waiting.clear();
    }, publishPause);
  };
  return Object.assign(add, { cancel: () => clearTimeout(timer) });
}

function changeOf(events: readonly ChangedEvent[]): AuditChange {
  return {
    tenants: [...new Set(events.map(({ tenant }) => tenant))],
    about: events.flatMap(({ tenant, subject }) => (subject === null ? [] : [{ tenant, subject }])),
  };
}
