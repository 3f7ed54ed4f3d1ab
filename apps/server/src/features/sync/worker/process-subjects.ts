import {
  applyPayload,
  LogtoEvent,
  organizationPayload,
  reconcileOrganization,
  reconcileUser,
  subjectNamed,
  userKey,
  userPayload,
  type LogtoManagement,
  type DirectoryMapping,
  type Operation,
  type PermitFacts,
  type Subject,
} from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { failureOf, isRetryable, PayloadUnusableError } from '../failure.ts';
import type { DeliveryStore, PendingDelivery, SettledSubject } from '../inbox/delivery-store.ts';
import type { Revocations } from '../revocations/revocations.ts';
import {
  type RecordSync,
  type SyncCause,
  type ReadUser,
  type SyncedUsers,
  describeOperation,
} from '../sync-records.ts';
import { bulkFrom, gatherCreations } from './gather-creations.ts';
import type { SubjectJob, SubjectResult } from './sync-queues.ts';

export interface ProcessSubjectsDeps {
  /** Absent in payload mode, in which the payloads of deliveries are the only source. */
  readonly logto: LogtoManagement | undefined;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly deliveries: DeliveryStore;
  readonly revocations: Revocations;
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
  /** Queues users (Logto ids) whose status must be checked again. */
  readonly enqueueStatusChecks: (ids: readonly string[]) => Promise<void>;
  readonly requestRun: () => Promise<void>;
  readonly onUsers: SyncedUsers['onUsers'];
  readonly record: RecordSync;
  readonly onChange: (operations: readonly Operation[]) => void;
  /** Called with a subject whose reconciliation failed: some of its operations may have reached Permit. */
  readonly onDoubt: (subject: Subject) => void;
  /** Aborted on shutdown. Failures after that do not count as failed attempts. */
  readonly closing: AbortSignal;
  readonly log: Logger;
}

type Job = SubjectJob & { readonly isLast: boolean };

const concurrency = 16;

/** Milliseconds after which a batch records its settled subjects: Permit's limits may delay the rest. */
const recordInterval = 1_000;

/**
 * Reconciles the subjects of deliveries. A delivery only signals that a subject changed: the current state is fetched
 * from Logto, so repeated, late and reordered deliveries lead to the same result.
 */
export function createProcessSubjects(
  deps: ProcessSubjectsDeps,
): (jobs: readonly Job[]) => Promise<SubjectResult[]> {
  const { deliveries, logto, permit, revocations, log } = deps;
  return async (jobs) => {
    const { inTurn, createUser } = gatherCreations(permit.writes, concurrency);
    const batchDeps = { ...deps, permit: { ...permit, writes: { ...permit.writes, createUser } } };
    const pending = Map.groupBy(
      await deliveries.pendingOf(
        jobs.map(({ subject }) => subject),
        logto === undefined,
      ),
      ({ subject }) => subject,
    );
    const users = jobs
      .map(({ subject }) => subjectNamed(subject))
      .flatMap((one) => (one.kind === 'user' ? [one.id] : []));
    const records = logto === undefined ? new Map() : await revocations.recordsOf(users);
    const batch: Batch = {
      // Before a bulk call, every user is read: it is not known what Permit does with those that exist.
      isNew: (id) => jobs.length < bulkFrom && !records.has(id),
      seenRevision: (id) => records.get(id)?.revision ?? 0,
      activeUsers: [],
      operations: [],
      users: [],
    };
    const settled: SettledSubject[] = [];
    let recordedAt = Date.now();
    const record = async (): Promise<void> => {
      recordedAt = Date.now();
      deps.onChange(batch.operations.splice(0));
      await deps.onUsers(batch.users.splice(0));
      await revocations.rememberActive(batch.activeUsers.splice(0));
      await deliveries.settle(settled.splice(0));
    };
    const results = new Map<string, SubjectResult>();
    const processOne = async ({ subject, force, isLast }: Job): Promise<SubjectResult> => {
      const waiting = pending.get(subject) ?? [];
      if (waiting.length === 0 && force !== true) return 'done';
      const ids = waiting.map(({ id }) => id);
      try {
        const operations = await reconcile(subjectNamed(subject), { waiting, batch }, batchDeps);
        batch.operations.push(...operations);
        settled.push({ subject, deliveries: ids, changes: operations.map(describeOperation) });
        return 'done';
      } catch (error) {
        deps.onDoubt(subjectNamed(subject));
        if (deps.closing.aborted) return { retry: true, reason: 'the server stops' };
        const permanent = isLast || !isRetryable(error);
        const failure = failureOf(error);
        await deliveries.fail({ subject, deliveries: ids, failure, permanent });
        const { code, status, detail } = failure;
        log.error({ subject, deliveries: ids, code, status, permanent }, 'a subject could not be reconciled');
        return { retry: !permanent, reason: detail };
      }
    };
    const works = jobs.map((job) =>
      inTurn(async () => {
        results.set(job.subject, await processOne(job));
        if (Date.now() - recordedAt >= recordInterval) await record();
      }),
    );
    // Waits for all subjects even if one fails, because after a failure the queue gives the subjects to another worker.
    await Promise.allSettled(works);
    await Promise.all(works);
    await record();
    return jobs.map(({ subject }) => results.get(subject) ?? { retry: true, reason: 'not reached' });
  };
}

/** What the subjects of one batch share. The lists are emptied whenever they are recorded. */
interface Batch {
  readonly isNew: (id: string) => boolean;
  readonly seenRevision: (id: string) => number;
  readonly activeUsers: string[];
  readonly operations: Operation[];
  readonly users: ReadUser[];
}

async function reconcile(
  subject: Subject,
  { waiting, batch }: { readonly waiting: readonly PendingDelivery[]; readonly batch: Batch },
  deps: ProcessSubjectsDeps,
): Promise<readonly Operation[]> {
  const { logto, permit, mapping, revocations } = deps;
  const onApplied = deps.record(causeOf(waiting));
  if (subject.kind === 'directory') {
    if (logto !== undefined) await deps.requestRun();
    return [];
  }
  if (logto === undefined) return applyPayloads(subject, { waiting, batch }, deps);
  if (subject.kind === 'user') {
    const readAt = new Date();
    const outcome = await reconcileUser(
      {
        id: subject.id,
        because: 'delivery',
        isNew: batch.isNew(subject.id),
        onStatus: async (found) => {
          const status = found === 'machine' ? 'active' : found;
          // An active user is recorded with the batch. A suspension, deletion or reactivation is recorded immediately.
          if (status === 'active' && !revocations.isRevoked(userKey(subject.id)))
            batch.activeUsers.push(subject.id);
          else if (status !== 'unknown') {
            const seenRevision = batch.seenRevision(subject.id);
            const isRecorded = await revocations.record(subject.id, status, { seenRevision });
            // The status changed while Logto was queried, so Logto's answer may be outdated.
            if (!isRecorded) await deps.enqueueStatusChecks([subject.id]);
          }
        },
      },
      { logto, permit, mapping, onApplied },
    );
    if (outcome.user !== undefined) batch.users.push({ ...outcome.user, readAt });
    return outcome.operations;
  }
  const outcome = await reconcileOrganization(subject.id, { logto, permit, mapping, onApplied });
  await deps.enqueue(
    outcome.mismatchedUserIds.map((id) => `user:${id}`),
    { force: true },
  );
  return outcome.operations;
}

/** Returns the cause of a reconciliation. The newest pending delivery of the subject stands for all of them. */
function causeOf(waiting: readonly PendingDelivery[]): SyncCause {
  const newest = waiting.at(-1);
  return newest === undefined ? { kind: 'recheck' } : { kind: 'delivery', id: newest.id };
}

/** Applies payloads in the order in which they were received. Skips one if a later version is already applied. */
async function applyPayloads(
  subject: Exclude<Subject, { kind: 'directory' }>,
  { waiting, batch }: { readonly waiting: readonly PendingDelivery[]; readonly batch: Batch },
  { permit, mapping, revocations, record }: ProcessSubjectsDeps,
): Promise<Operation[]> {
  const payloads = waiting
    .map(({ body }) => readEvent(body))
    .map((event) =>
      subject.kind === 'user' ? userPayload(event, subject.id) : organizationPayload(event, subject.id),
    )
    .filter((payload) => payload !== undefined);
  const operations: Operation[] = [];
  const onApplied = record(causeOf(waiting));
  /* oxlint-disable no-await-in-loop -- each is compared with the previous result */
  for (const payload of payloads) {
    if (payload.kind === 'user' || payload.kind === 'user-gone') {
      const status =
        payload.kind === 'user-gone' ? 'gone' : payload.user.isSuspended === true ? 'suspended' : 'active';
      if (!(await revocations.record(subject.id, status, { version: payload.version }))) continue;
    }
    // A late membership gives no role to a user who is suspended or gone.
    if (payload.kind === 'membership' && revocations.isRevoked(userKey(subject.id))) continue;
    const readAt = new Date();
    const outcome = await applyPayload(payload, { permit, mapping, onApplied });
    operations.push(...outcome.operations);
    if (outcome.user !== undefined) batch.users.push({ ...outcome.user, readAt });
  }
  /* oxlint-enable no-await-in-loop */
  return operations;
}

/** Parses a stored body. @throws {PayloadUnusableError} for a body stored by an older version or changed manually */
function readEvent(body: string): LogtoEvent {
  try {
    return LogtoEvent.parse(JSON.parse(body));
  } catch (error) {
    throw new PayloadUnusableError(error);
  }
}
