import {
  cautiousLimits,
  createPermitClient,
  createPermitFacts,
  defaultTenant,
  logtoIdOf,
  subjectKeyOf,
  type Limits,
  type LogtoManagement,
  type Operation,
  type PermitReads,
} from '@latchkey/directory-sync';
import type { Decider } from '@latchkey/permissions';
import type { PermitManagementOptions } from '@latchkey/permissions/permit';
import { directoryMapping } from '@latchkey/policy/directory';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type FactChanges, waitForPropagation } from '../../directory/fact-changes.ts';
import type { Identity } from '../../authentication/identity.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Database } from '../../platform/database/open-database.ts';
import type { Audit } from '../audit/record.ts';
import type { ComponentChecks, ComponentState } from '../../platform/http/health.ts';
import { oncePerMinute } from '../../platform/log/create-logger.ts';
import { within } from '../../platform/within.ts';
import type { CheckSeconds } from './checks/open-checks.ts';
import { createDeliveryStore } from './inbox/delivery-store.ts';
import { failureOf } from './failure.ts';
import { createInbox, type Inbox } from './inbox/inbox.ts';
import { createQueueDeliveries } from './inbox/queue-deliveries.ts';
import { createAdmission, type Admit } from './revocations/admission.ts';
import { createGaps } from './revocations/gaps.ts';
import { createRecordHints } from './revocations/record-hints.ts';
import { openRevocations, type Revocations, type RevocationsDeps } from './revocations/revocations.ts';
import { createRunStore } from './runs/run-store.ts';
import { createSyncState } from './runs/sync-state.ts';
import { createRecordSync, receiveAll, type SyncedUsers } from './sync-records.ts';
import { createFindInLogto, createFindTenants } from './name-subjects.ts';
import { createSyncRouter } from './sync-router.ts';
import { createSyncControl, type SyncControl } from './sync-control.ts';
import { createCheckStatus } from './worker/check-status.ts';
import { followPauses, openWork } from './worker/open-work.ts';
import { createPermitBudgets } from './worker/permit-budgets.ts';
import { openSyncQueues } from './worker/sync-queues.ts';

export interface DirectorySyncOptions {
  readonly databaseUrl: string;
  readonly database: Pick<Database, 'db' | 'reserved' | 'patient'>;
  readonly bus: Bus;
  readonly factChanges: FactChanges;
  /** Used to check whether the PDP knows a newly created user. */
  readonly decider: Pick<Decider, 'grants'>;
  readonly permit: PermitManagementOptions;
  /** Default: `cautiousLimits`. */
  readonly limits?: Limits | undefined;
  readonly logto?: LogtoManagement | undefined;
  /** Minutes between sweeps; 0 for none. Default: 60. */
  readonly sweepMinutes?: number;
  /** The keys by which the server's own webhook in Logto is identified. Without any, it is identified by its URL. */
  readonly signingKeys?: readonly string[];
  /** The seconds between checks. Default: 30 for deliveries, 180 for roles. */
  readonly checkSeconds?: CheckSeconds;
  /** Timeout of a user's first call in milliseconds. Default: 10,000. */
  readonly firstCallDeadline?: number | undefined;
  /** Get the users that sync reads and changes. */
  readonly users: readonly SyncedUsers[];
  /** Called in the transaction that records a user (Permit key) as suspended or deleted. */
  readonly onRevoked: RevocationsDeps['onRevoked'];
  readonly findPeople: FindPeople;
  /** For the names of tenants on pages. */
  readonly reads: Pick<PermitReads, 'tenant'>;
  readonly audit: Pick<Audit, 'changed' | 'changing' | 'hasRoom'>;
  readonly log: Logger;
}

export interface DirectorySync {
  readonly router: ReturnType<typeof createSyncRouter>;
  readonly inbox: Inbox;
  readonly admit: (identity: Parameters<Admit>[0] & Pick<Identity, 'tenant'>) => Promise<void>;
  readonly revocations: Revocations;
  readonly control: SyncControl;
  /** Minutes between sweeps; 0 for none. */
  readonly sweepMinutes: number;
  readonly warnings: ComponentChecks;
  /** Whether a delivery about the user (Permit key) is being applied. */
  readonly isReconciling: (subject: string) => Promise<boolean>;
  /**
   * Call this after this server has changed an account (Logto id) or its memberships in Logto. Records the status on
   * every replica, then queues the user.
   */
  readonly accountChanged: (id: string, change?: { readonly isSuspended: boolean }) => Promise<void>;
  /** Records that no server was running until now, and requests a run to catch up. */
  readonly markGap: () => Promise<void>;
  close(): Promise<void>;
}

const pauseTopic = { name: 'sync-paused', schema: z.object({ paused: z.boolean() }) };

const runTopic = { name: 'sync-run', schema: z.object({ id: z.string() }) };

export async function openDirectorySync(options: DirectorySyncOptions): Promise<DirectorySync> {
  const { database, bus, decider, factChanges, logto, log, signingKeys = [] } = options;
  const sweepMinutes = logto === undefined ? 0 : (options.sweepMinutes ?? 60);
  const { db, reserved, patient } = database;
  const onError = oncePerMinute((err: Error) =>
    log.error({ err }, 'directory sync lost the database for a moment'),
  );
  await using opening = new AsyncDisposableStack();
  const revocations = await openRevocations({
    db,
    reserved,
    patient,
    bus,
    onRevoked: options.onRevoked,
    // Published only on this replica, because every replica detects the change itself.
    onChange: (subject) => factChanges.publishHere({ subject }),
    onError,
  });
  opening.defer(() => revocations.close());
  const queues = await openSyncQueues(options.databaseUrl, onError);
  opening.defer(() => queues.close());

  const limits = options.limits ?? cautiousLimits;
  const closing = new AbortController();
  const permit = createPermitFacts(
    createPermitClient({
      ...options.permit,
      limits,
      buckets: createPermitBudgets({ db, limits, onError }),
      // A call may wait minutes for its turn. Aborting it lets the server shut down without delay.
      signal: closing.signal,
    }),
  );
  const [deliveries, runs, state] = [createDeliveryStore(db), createRunStore(db), createSyncState(db)];
  const [pauses, progress] = [bus.topic(pauseTopic), bus.topic(runTopic)];
  const control = createSyncControl({ logto, deliveries, runs, state, queues, pauses, progress });
  const requestOnce = async (reason: 'roles' | 'sweep'): Promise<void> => {
    if (!(await runs.isQueued(reason))) await control.requestRun({ reason });
  };

  const gaps = createGaps({
    reserved,
    refresh: () => revocations.refresh(),
    onError,
    async catchUp() {
      if (sweepMinutes > 0) await requestOnce('sweep');
    },
  });
  opening.defer(() => gaps.close());
  opening.defer(() => closing.abort());
  const queueDeliveries = createQueueDeliveries(db, queues.enqueue, {
    onBadDelivery: ({ id }, error) => deliveries.giveUp(id, failureOf(error)),
    onError: (error) => log.error({ err: error }, 'deliveries are not queued yet'),
  });
  const inbox = createInbox({
    pool: db.$client,
    onStored: queueDeliveries.add,
    onAccepted: createRecordHints({
      revocations,
      enqueueStatusChecks: logto && queues.enqueueStatusChecks,
    }),
    onLost: gaps.noteLostDelivery,
  });

  const users = receiveAll(options.users);
  const checkStatus = logto && createCheckStatus({ logto, revocations });
  const shared = {
    logto,
    permit,
    mapping: directoryMapping,
    deliveries,
    revocations,
    enqueue: queues.enqueue,
    onChange: publishChanges(factChanges),
    onUsers: users.onUsers,
    record: createRecordSync(options.audit),
    log,
  };
  const work = await openWork({
    ...shared,
    checkStatus,
    queues,
    runs,
    state,
    inbox,
    signingKeys,
    factChanges,
    sweepMinutes,
    checkSeconds: options.checkSeconds,
    openReading: users.openReading,
    onProgress: (id) => progress.publish({ id }),
    requestRun: () => requestOnce('roles'),
    closing: closing.signal,
  });
  opening.defer(() => work.close());
  opening.defer(await followPauses({ state, queues, pauses, onError }));
  queueDeliveries.addForgotten();
  const searching = setInterval(queueDeliveries.addForgotten, 5_000);
  opening.defer(() => clearInterval(searching));
  const admit = createAdmission({
    ...shared,
    firstCallDeadline: options.firstCallDeadline,
    waitUntilKnown: (subject) =>
      waitForPropagation(async () => (await decider.grants(subject, defaultTenant)).roles.length > 0),
  });

  const resources = opening.move();
  return {
    router: createSyncRouter({
      control,
      audit: options.audit,
      findPeople: options.findPeople,
      findTenants: createFindTenants(options.reads),
      findInLogto: createFindInLogto(logto),
    }),
    inbox,
    revocations,
    markGap: gaps.mark,
    isReconciling: (subject) => queues.isProcessing(`user:${logtoIdOf(subject)}`),
    warnings: {
      deliveries: () => warnWhen(state.undelivered().then((undelivered) => undelivered !== null)),
      attributes: () => warnWhen(runs.lastReal().then((run) => (run?.report?.untrusted?.length ?? 0) > 0)),
    },
    async accountChanged(id, change) {
      if (change?.isSuspended === true) await revocations.record(id, 'suspended');
      else if (change !== undefined) await checkStatus?.(id);
      await queues.enqueue([`user:${id}`], { force: true, isUrgent: true });
    },
    async admit(identity) {
      await admit(identity);
      if (identity.tenant !== defaultTenant) work.noteUse(logtoIdOf(identity.tenant));
    },
    control,
    sweepMinutes,
    close: () => resources.disposeAsync(),
  };
}

/** Publishes the changed facts of each user, or of all users if there are many. */
function publishChanges(factChanges: FactChanges): (operations: readonly Operation[]) => void {
  return (operations) => {
    const keys = new Set(operations.map(subjectKeyOf));
    const isMuch = keys.size > 10 || operations.some(({ kind }) => kind === 'delete-tenant');
    if (isMuch) return factChanges.publish({});
    for (const one of operations) {
      if (one.kind !== 'unassign') continue;
      keys.delete(one.user);
      // Checks of the user's permissions then wait until the PDP has received the removal.
      factChanges.publish({ subject: one.user, assignment: { ...one.grant, assigned: false } });
    }
    for (const subject of keys) factChanges.publish({ subject });
  };
}

/** Milliseconds. */
const probePatience = 1_000;

/** Does not warn if the database is unavailable, which is reported separately. */
async function warnWhen(isFailing: Promise<boolean>): Promise<ComponentState> {
  const known = isFailing.catch(() => false);
  return (await within(probePatience, known, () => false)) ? 'failing' : 'ok';
}
