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
import type { Revocations } from '../auth/revocations.ts';
import type { DeliveryStore, PendingDelivery, Settled } from '../inbox/delivery-store.ts';
import { describeOperation } from './describe-operation.ts';
import { failureOf, mayPass, PayloadUnusableError } from './failure.ts';
import type { SubjectJob, SubjectResult } from './sync-queues.ts';

export interface SettleDeps {
  /** Absent in the guide's mode: then only payloads tell. */
  readonly logto: LogtoManagement | undefined;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly deliveries: DeliveryStore;
  readonly revocations: Revocations;
  /** Subjects that turned out to need a look of their own. */
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
  /** Everything wants a look. */
  readonly requestRun: () => Promise<void>;
  /** Hears what was changed in Permit. */
  readonly onChange: (operations: readonly Operation[]) => void;
  readonly log: Logger;
}

type Job = SubjectJob & { readonly isLast: boolean };

/** Subjects looked at side by side. */
const lanes = 16;

/** Milliseconds after which a batch writes down what it has settled so far: Permit's limits may hold the rest up for long. */
const patience = 1_000;

/**
 * Looks at subjects that deliveries have named, and settles the deliveries. A delivery says only that something changed:
 * what is true is asked of Logto, so doubled, late and shuffled deliveries come to the same.
 */
export function createSettleSubjects(deps: SettleDeps): (jobs: readonly Job[]) => Promise<SubjectResult[]> {
  const { deliveries, logto, revocations, log } = deps;
  return async (jobs) => {
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
    const known = logto === undefined ? new Set<string>() : await revocations.known(users);
    const batch: Batch = { isNew: (id) => !known.has(id), newcomers: [], operations: [] };
    const settled: Settled[] = [];
    let writtenAt = Date.now();
    const writeDown = async (): Promise<void> => {
      writtenAt = Date.now();
      deps.onChange(batch.operations.splice(0));
      await revocations.remember(batch.newcomers.splice(0));
      await deliveries.settle(settled.splice(0));
    };
    const results = new Map<string, SubjectResult>();
    const queue = jobs.values();
    const settleOne = async ({ subject, force, isLast }: Job): Promise<SubjectResult> => {
      const waiting = pending.get(subject) ?? [];
      if (waiting.length === 0 && force !== true) return 'done';
      const ids = waiting.map(({ id }) => id);
      try {
        const operations = await lookAt(subjectNamed(subject), { waiting, batch }, deps);
        batch.operations.push(...operations);
        settled.push({ subject, deliveries: ids, changes: operations.map(describeOperation) });
        return 'done';
      } catch (error) {
        const hopeless = isLast || !mayPass(error);
        const failure = failureOf(error);
        await deliveries.fail({ subject, deliveries: ids, failure, hopeless });
        const { code, status, detail } = failure;
        log.error({ subject, deliveries: ids, code, status, hopeless }, 'a subject could not be settled');
        return { retry: !hopeless, reason: detail };
      }
    };
    const lane = async (): Promise<void> => {
      /* oxlint-disable no-await-in-loop -- one lane */
      for (const job of queue) {
        results.set(job.subject, await settleOne(job));
        if (Date.now() - writtenAt >= patience) await writeDown();
      }
      /* oxlint-enable no-await-in-loop */
    };
    await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, lane));
    await writeDown();
    return jobs.map(({ subject }) => results.get(subject) ?? { retry: true, reason: 'not reached' });
  };
}

/** What the looks of one batch share; emptied as it is written down. */
interface Batch {
  readonly isNew: (id: string) => boolean;
  readonly newcomers: string[];
  readonly operations: Operation[];
}

async function lookAt(
  subject: Subject,
  { waiting, batch }: { readonly waiting: readonly PendingDelivery[]; readonly batch: Batch },
  deps: SettleDeps,
): Promise<readonly Operation[]> {
  const { logto, permit, mapping, revocations } = deps;
  if (subject.kind === 'directory') {
    if (logto !== undefined) await deps.requestRun();
    return [];
  }
  if (logto === undefined) return applyPayloads(subject, waiting, deps);
  if (subject.kind === 'user') {
    const outcome = await reconcileUser(
      {
        id: subject.id,
        because: 'delivery',
        isNew: batch.isNew(subject.id),
        onStatus: async (status) => {
          // Who may come in is written down with the batch; who may not, or may again, at once.
          if (status === 'active' && !revocations.isRevoked(userKey(subject.id)))
            batch.newcomers.push(subject.id);
          else if (status !== 'unknown') await revocations.record(subject.id, status);
        },
      },
      { logto, permit, mapping },
    );
    return outcome.operations;
  }
  const outcome = await reconcileOrganization(subject.id, { logto, permit, mapping });
  await deps.enqueue(
    outcome.mismatchedUserIds.map((id) => `user:${id}`),
    { force: true },
  );
  return outcome.operations;
}

/** The guide's mode: what was sent, in its own order, as far as nothing later is known. */
async function applyPayloads(
  subject: Exclude<Subject, { kind: 'directory' }>,
  waiting: readonly PendingDelivery[],
  { permit, mapping, revocations }: SettleDeps,
): Promise<Operation[]> {
  const payloads = waiting
    .map(({ body }) => readEvent(body))
    .map((event) =>
      subject.kind === 'user' ? userPayload(event, subject.id) : organizationPayload(event, subject.id),
    )
    .filter((payload) => payload !== undefined);
  const operations: Operation[] = [];
  /* oxlint-disable no-await-in-loop -- each is compared with what the one before has left */
  for (const payload of payloads) {
    if (payload.kind === 'user' || payload.kind === 'user-gone') {
      const status =
        payload.kind === 'user-gone' ? 'gone' : payload.user.isSuspended === true ? 'suspended' : 'active';
      if (!(await revocations.record(subject.id, status, payload.version))) continue;
    }
    // Who is suspended or gone gets no role by a membership that comes late.
    if (payload.kind === 'membership' && revocations.isRevoked(userKey(subject.id))) continue;
    operations.push(...(await applyPayload(payload, { permit, mapping })).operations);
  }
  /* oxlint-enable no-await-in-loop */
  return operations;
}

/** @throws {PayloadUnusableError} for what an older version took, or somebody's hand changed */
function readEvent(body: string): LogtoEvent {
  try {
    return LogtoEvent.parse(JSON.parse(body));
  } catch (error) {
    throw new PayloadUnusableError(error);
  }
}
