import {
  cautiousLimits,
  createLogtoManagement,
  createPermitClient,
  createPermitFacts,
  defaultTenant,
  logtoIdOf,
  subjectKeyOf,
  tenantKey,
  userKey,
  type Limits,
  type LogtoManagementOptions,
  type Operation,
  type Subject,
} from '@latchkey/directory-sync';
import type { Decider } from '@latchkey/permissions';
import type { Invalidation, PermitManagementOptions } from '@latchkey/permissions/permit';
import { directoryMapping } from '@latchkey/policy/directory';
import type { Logger } from 'pino';
import type { FactChanges } from '../../auth/fact-changes.ts';
import type { Identity } from '../../auth/identity.ts';
import { waitForPropagation } from '../../auth/wait-for-propagation.ts';
import type { Bus } from '../../bus/open-bus.ts';
import type { Database } from '../../database/open-database.ts';
import type { Audit } from '../audit/record.ts';
import type { ComponentChecks, ComponentState } from '../../http/readiness.ts';
import { within } from '../../within.ts';
import { createDeliveryStore } from './inbox/delivery-store.ts';
import { failureOf } from './failure.ts';
import { createInbox, type Inbox } from './inbox/inbox.ts';
import { createQueueDeliveries } from './inbox/queue-deliveries.ts';
import { pauseTopic, runTopic } from './messages.ts';
import { createAdmission, type Admit } from './revocations/admission.ts';
import { createGaps } from './revocations/gaps.ts';
import { createRecordHints } from './revocations/record-hints.ts';
import { openRevocations, type Revocations } from './revocations/revocations.ts';
import { createExecuteRun } from './runs/execute-run.ts';
import { createRunStore, type RunRequest } from './runs/run-store.ts';
import { createSyncState } from './runs/sync-state.ts';
import { createRecordSync } from './sync-records.ts';
import type { SyncedUsers } from './synced-users.ts';
import type { SyncControl } from './sync-control.ts';
import { openChecks, type CheckSeconds } from './checks/open-checks.ts';
import { createAbandonWork } from './worker/abandon-work.ts';
import { createCheckStatus } from './worker/check-status.ts';
import { openPause } from './worker/open-pause.ts';
import { createPermitBudgets } from './worker/permit-budgets.ts';
import { createProcessStatusCheck } from './worker/process-status-check.ts';
import { createProcessSubjects } from './worker/process-subjects.ts';
import { openSyncQueues } from './worker/sync-queues.ts';

export interface DirectorySyncOptions {
  readonly databaseUrl: string;
  readonly database: Pick<Database, 'db' | 'reserved' | 'patient'>;
  readonly bus: Bus;
  readonly factChanges: FactChanges;
  /** Checks whether the PDP knows a newly created user. */
  readonly decider: Pick<Decider, 'grants'>;
  readonly permit: PermitManagementOptions;
  /** Default: `cautiousLimits`. */
  readonly limits?: Limits | undefined;
  /** Absent: payload mode. */
  readonly logto?: LogtoManagementOptions | undefined;
  /** Minutes between sweeps; 0 for none. Default: 60. */
  readonly sweepMinutes?: number;
  /** The keys of the server's own webhook in Logto. Default: none, and the webhook is identified by its URL. */
  readonly signingKeys?: readonly string[];
  /** Default: a minute for deliveries, three for roles. */
  readonly checkSeconds?: CheckSeconds;
  /** Timeout of a user's first call in milliseconds. Default: 10,000. */
  readonly firstCallDeadline?: number | undefined;
  readonly users: SyncedUsers;
  readonly audit: Pick<Audit, 'changed' | 'hasRoom'>;
  readonly log: Logger;
}

export interface DirectorySync {
  readonly inbox: Inbox;
  readonly admit: (identity: Parameters<Admit>[0] & Pick<Identity, 'tenant'>) => Promise<void>;
  readonly revocations: Revocations;
  readonly control: SyncControl;
  /** Warnings about sync that an operator must resolve. */
  readonly warnings: ComponentChecks;
  /** Queues a user (Logto id) for reconciliation with priority. */
  readonly reconcileUser: (id: string) => Promise<void>;
  /** Records that no server was running until now, and requests a run to catch up. */
  readonly markGap: () => Promise<void>;
  /** Resolves when running work has ended. */
  close(): Promise<void>;
}

/** Milliseconds that a probe waits for the database. */
const probePatience = 1_000;

/** Without a database there is no warning, because its own component reports that. */
async function warnWhen(isFailing: Promise<boolean>): Promise<ComponentState> {
  const known = isFailing.catch(() => false);
  return (await within(probePatience, known, () => false)) ? 'failing' : 'ok';
}

/** The facts in Permit that belong to a subject. */
function changeOf(subject: Subject): Invalidation {
  if (subject.kind === 'user') return { subject: userKey(subject.id) };
  return subject.kind === 'organization' ? { tenant: tenantKey(subject.id) } : {};
}

/** Opens directory sync and starts its workers. */
export async function openDirectorySync(options: DirectorySyncOptions): Promise<DirectorySync> {
  const {
    databaseUrl,
    database,
    bus,
    decider,
    factChanges,
    log,
    sweepMinutes = 60,
    signingKeys = [],
  } = options;
  const { db, reserved, patient } = database;
  const onError = (err: Error): void => log.error({ err }, 'directory sync lost the database for a moment');
  await using opening = new AsyncDisposableStack();
  const revocations = await openRevocations({
    db,
    reserved,
    patient,
    bus,
    // Every replica detects the change itself.
    onChange: (subject) => factChanges.publishHere({ subject }),
    onError,
  });
  opening.defer(() => revocations.close());
  const queues = await openSyncQueues(databaseUrl, onError);
  opening.defer(() => queues.close());
  const limits = options.limits ?? cautiousLimits;
  const closing = new AbortController();
  const permit = createPermitFacts(
    createPermitClient({
      ...options.permit,
      limits,
      buckets: createPermitBudgets({ db, limits, onError }),
      // A call that waits for its turn, perhaps for minutes, does not delay shutdown.
      signal: closing.signal,
    }),
  );
  const logto = options.logto && createLogtoManagement(options.logto);
  const [deliveries, runs, state] = [createDeliveryStore(db), createRunStore(db), createSyncState(db)];
  const queueDeliveries = createQueueDeliveries(db, queues.enqueue, {
    onBadDelivery: ({ id }, error) => deliveries.giveUp(id, failureOf(error)),
    onError: (error) => log.error({ err: error }, 'deliveries are not queued yet'),
  });
  const enqueue = (subjects: readonly string[], { force }: { force: true }) =>
    queues.enqueue(subjects, { force });
  const onChange = (operations: readonly Operation[]): void => {
    const keys = new Set(operations.map(subjectKeyOf));
    const isMuch = keys.size > 10 || operations.some(({ kind }) => kind === 'delete-tenant');
    if (isMuch) factChanges.publish({});
    else for (const subject of keys) factChanges.publish({ subject });
  };
  const { onUsers, openReading } = options.users;
  const shared = {
    permit,
    mapping: directoryMapping,
    deliveries,
    revocations,
    enqueue,
    onChange,
    onUsers,
    record: createRecordSync(options.audit),
    log,
  };

  const requestRun = (request: RunRequest): Promise<string> =>
    runs.request(request, (id, transaction) => queues.enqueueRun(id, { transaction }));
  const requestRunOnce = async (): Promise<void> => {
    if (!(await runs.isQueued('roles'))) await requestRun({ reason: 'roles' });
  };
  const gaps = createGaps({
    reserved,
    refresh: () => revocations.refresh(),
    onError,
    async catchUp() {
      if (logto !== undefined && sweepMinutes > 0 && !(await runs.isQueued('sweep')))
        await requestRun({ reason: 'sweep' });
    },
  });
  opening.defer(() => gaps.close());
  opening.defer(() => closing.abort());
  const inbox = createInbox({
    pool: db.$client,
    onStored: queueDeliveries.add,
    onAccepted: createRecordHints({
      revocations,
      enqueueStatusChecks: logto && queues.enqueueStatusChecks,
    }),
    onLost: gaps.noteLostDelivery,
  });
  const checkStatus = logto && createCheckStatus({ logto, revocations });
  const runProgress = bus.topic(runTopic);
  const onProgress = (id: string): void => runProgress.publish({ id });
  const comparing = logto && checkStatus && { ...shared, logto, checkStatus, state, inbox, signingKeys };
  const { checkSeconds = { deliveries: 60, roles: 180 } } = options;
  const checks = comparing && openChecks(comparing, queues, checkSeconds);
  opening.defer(() => checks?.close());
  const executeRun =
    comparing &&
    createExecuteRun({
      ...comparing,
      runs,
      openReading,
      onFactsChanged: () => factChanges.publish({}),
      onProgress,
    });
  await queues.work({
    process: createProcessSubjects({
      ...shared,
      logto,
      enqueueStatusChecks: queues.enqueueStatusChecks,
      requestRun: requestRunOnce,
      onDoubt: (subject) => factChanges.publish(changeOf(subject)),
      closing: closing.signal,
    }),
    checkStatus: createProcessStatusCheck({ ...shared, checkStatus: async (id) => checkStatus?.(id) }),
    run: async (id, signal) => executeRun?.(id, signal),
    check: async (check, signal) => checks?.run(check, signal),
    abandon: createAbandonWork({ ...shared, runs, onProgress }),
  });

  const pause = await openPause({ state, queues, topic: bus.topic(pauseTopic), onError });
  opening.defer(pause.close);
  queueDeliveries.addForgotten();
  const searching = setInterval(queueDeliveries.addForgotten, 5_000);
  opening.defer(() => clearInterval(searching));
  const sweep = (): void => {
    queues.enqueueSweep(sweepMinutes * 60).catch((error: unknown) => log.error({ err: error }, 'no sweep'));
  };
  // The queue accepts one sweep per interval, so a server that is often restarted sweeps too.
  const sweeping = logto && sweepMinutes > 0 ? setInterval(sweep, 60_000) : undefined;
  opening.defer(() => clearInterval(sweeping));
  const admit = createAdmission({
    ...shared,
    logto,
    firstCallDeadline: options.firstCallDeadline,
    waitUntilKnown: (subject) =>
      waitForPropagation(async () => (await decider.grants(subject, defaultTenant)).roles.length > 0),
  });

  const resources = opening.move();
  return {
    inbox,
    revocations,
    markGap: gaps.mark,
    warnings: {
      deliveries: () => warnWhen(state.undelivered().then((undelivered) => undelivered !== null)),
      attributes: () => warnWhen(runs.lastReal().then((run) => (run?.report?.untrusted?.length ?? 0) > 0)),
    },
    reconcileUser: (id) => queues.enqueue([`user:${id}`], { force: true, isUrgent: true }),
    async admit(identity) {
      await admit(identity);
      if (identity.tenant !== defaultTenant) checks?.noteUse(logtoIdOf(identity.tenant));
    },
    control: {
      mode: logto === undefined ? 'payloads' : 'management-api',
      deliveries,
      runs,
      nextAttemptAt: queues.nextAttemptAt,
      undelivered: () => state.undelivered(),
      isPaused: () => state.isPaused(),
      setPaused: pause.set,
      replay: (which) =>
        deliveries.reopen(which, (subjects, transaction) =>
          queues.enqueue(subjects, { transaction, isUrgent: true }),
        ),
      requestRun,
      watchRun: (id, onProgress) =>
        runProgress.subscribe({
          onMessage(message) {
            if (message.id === id) onProgress();
          },
          onGap: onProgress,
        }),
    },
    close: () => resources.disposeAsync(),
  };
}
