import {
  cautiousLimits,
  createLogtoManagement,
  createPermitFacts,
  createPermitTransport,
  createRateLimiter,
  subjectKeyOf,
  type Limits,
  type LogtoManagementOptions,
  type Operation,
} from '@latchkey/directory-sync';
import type { PermitManagementOptions } from '@latchkey/permissions/permit';
import { directoryMapping } from '@latchkey/policy/directory';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { openRevocations, type Revocations } from '../auth/revocations.ts';
import type { Bus } from '../bus/open-bus.ts';
import { createDeliveryStore, type DeliveryStore } from '../inbox/delivery-store.ts';
import { createInbox, type Inbox } from '../inbox/inbox.ts';
import { createQueueArrivals } from '../inbox/queue-arrivals.ts';
import { createAdmission, type Admit } from './admission.ts';
import { createPermitBudgets } from './permit-budgets.ts';
import { createRunDirectory } from './run-directory.ts';
import { createRuns, type RunRequest, type Runs } from './runs.ts';
import { createSettleSubjects } from './settle-subjects.ts';
import { openSyncQueues, type SyncQueues } from './sync-queues.ts';
import { createSyncState } from './sync-state.ts';

export interface DirectorySyncOptions {
  readonly databaseUrl: string;
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly permit: PermitManagementOptions;
  readonly limits?: Limits | undefined;
  /** Absent: the guide's mode, in which only payloads tell. */
  readonly logto?: LogtoManagementOptions | undefined;
  /** Minutes between sweeps; 0 for none. */
  readonly sweepMinutes?: number;
  readonly untilKnown?: (subject: string) => Promise<void>;
  readonly log: Logger;
}

/** What operators see of sync and can do with it. */
export interface SyncControl {
  readonly mode: 'management-api' | 'payloads';
  readonly deliveries: DeliveryStore;
  readonly runs: Runs;
  nextLookAt: SyncQueues['nextLookAt'];
  isPaused(): Promise<boolean>;
  setPaused(paused: boolean): Promise<void>;
  /** Answers how many deliveries wait again. */
  replay(which: readonly string[] | 'dead'): Promise<number>;
  /** Answers with the run's id. */
  requestRun(request: RunRequest): Promise<string>;
}

export interface DirectorySync {
  readonly inbox: Inbox;
  readonly admit: Admit;
  readonly revocations: Revocations;
  readonly control: SyncControl;
  /** Lets running work end first. */
  close(): Promise<void>;
}

/** Opens everything that keeps Permit's directory that of Logto, working. */
export async function openDirectorySync(options: DirectorySyncOptions): Promise<DirectorySync> {
  const { databaseUrl, db, bus, log, sweepMinutes = 60, untilKnown = async () => {} } = options;
  const onError = (err: Error): void => log.error({ err }, 'directory sync lost the database for a moment');
  const queues = await openSyncQueues(databaseUrl, onError);
  const revocations = await openRevocations({ db, bus, onError });
  const limits = options.limits ?? cautiousLimits;
  const limiter = createRateLimiter(limits, { buckets: createPermitBudgets({ db, limits, onError }) });
  const permit = createPermitFacts(createPermitTransport(options.permit, limiter));
  const logto = options.logto && createLogtoManagement(options.logto);
  const [deliveries, runs, state] = [createDeliveryStore(db), createRuns(db), createSyncState(db)];
  const arrivals = createQueueArrivals(db, queues, (error) => log.error({ err: error }, 'not queued yet'));
  const inbox = createInbox({ db, onArrival: arrivals.add });
  const enqueue = (subjects: readonly string[], { force }: { force: true }) =>
    queues.enqueue(subjects, { force });
  const onChange = (operations: readonly Operation[]): void => {
    const keys = new Set(operations.map(subjectKeyOf));
    const isMuch = keys.size > 10 || operations.some(({ kind }) => kind === 'delete-tenant');
    if (isMuch) bus.publish({ kind: 'invalidated' });
    else for (const subject of keys) bus.publish({ kind: 'invalidated', subject });
  };
  const shared = { permit, mapping: directoryMapping, deliveries, revocations, enqueue, onChange, log };

  const requestRun = async (request: RunRequest): Promise<string> => {
    const id = await runs.request(request);
    await queues.enqueueRun(id);
    return id;
  };
  const requestOnce = async (): Promise<void> => {
    if (!(await runs.isQueued('roles'))) await requestRun({ reason: 'roles' });
  };
  const run =
    logto &&
    createRunDirectory({
      ...shared,
      logto,
      runs,
      state,
      inbox,
      announce: (what, id) =>
        bus.publish(what === 'facts' ? { kind: 'invalidated' } : { kind: 'sync-run', id }),
    });
  const settle = createSettleSubjects({ ...shared, logto, requestRun: requestOnce });
  await queues.work({
    settle,
    run: async (id, signal) => run?.(id ?? (await runs.request({ reason: 'sweep' })), signal),
  });

  const turn = (paused: boolean): void => {
    (paused ? queues.pause() : queues.resume()).catch((error: unknown) =>
      log.error({ err: error }, 'not paused'),
    );
  };
  let paused = await state.isPaused();
  if (paused) await queues.pause();
  const unsubscribe = bus.subscribe((message) => {
    if (message.kind !== 'sync-paused' || message.paused === paused) return;
    ({ paused } = message);
    turn(paused);
  });
  arrivals.addForgotten();
  const lookingAround = setInterval(arrivals.addForgotten, 5_000);
  const sweep = (): void => {
    queues.enqueueSweep(sweepMinutes * 60).catch((error: unknown) => log.error({ err: error }, 'no sweep'));
  };
  // The queue takes one for each interval, so a server that is often restarted sweeps as well.
  const sweeping = logto && sweepMinutes > 0 ? setInterval(sweep, 60_000) : undefined;

  return {
    inbox,
    revocations,
    admit: createAdmission({ ...shared, logto, untilKnown }),
    control: {
      mode: logto === undefined ? 'payloads' : 'management-api',
      deliveries,
      runs,
      nextLookAt: (subjects) => queues.nextLookAt(subjects),
      isPaused: () => state.isPaused(),
      async setPaused(wanted) {
        await state.setPaused(wanted);
        bus.publish({ kind: 'sync-paused', paused: wanted });
      },
      replay: (which) =>
        deliveries.reopen(which, (subjects, transaction) =>
          queues.enqueue(subjects, { transaction, isUrgent: true }),
        ),
      requestRun,
    },
    async close() {
      clearInterval(sweeping);
      clearInterval(lookingAround);
      unsubscribe();
      revocations.close();
      await queues.close();
    },
  };
}
