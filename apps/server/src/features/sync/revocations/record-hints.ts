import { type LogtoEvent, subjectsOf, userPayload } from '@latchkey/directory-sync';
import type { Revocations } from './revocations.ts';

export interface RecordHintsDeps {
  readonly revocations: Pick<Revocations, 'record'>;
  /** Queues status checks of users (Logto ids); absent in payload mode. */
  readonly enqueueStatusChecks: ((ids: readonly string[]) => Promise<void>) | undefined;
}

/**
 * Creates a function that records suspensions and deletions as soon as a delivery is received, without a queue. A job
 * that depends only on Logto then confirms or corrects the record.
 */
export function createRecordHints({
  revocations,
  enqueueStatusChecks,
}: RecordHintsDeps): (event: LogtoEvent) => Promise<void> {
  return async (event) => {
    const hints = accountHintsOf(event);
    if (hints.length === 0) return;
    // In payload mode, nothing would correct a payload that arrives late, so versions determine the order.
    const isOrdered = enqueueStatusChecks === undefined;
    for (const { id, denial, version } of hints) {
      // oxlint-disable-next-line no-await-in-loop -- usually one user
      if (denial !== undefined) await revocations.record(id, denial, isOrdered ? { version } : {});
    }
    await enqueueStatusChecks?.(hints.map(({ id }) => id));
  };
}

/** What a delivery says about the status of an account, before Logto is queried. */
export interface AccountHint {
  /** The Logto id. */
  readonly id: string;
  /** `undefined` if there is nothing to record before Logto is queried. */
  readonly denial: 'suspended' | 'gone' | undefined;
  /** The user's `updatedAt` in epoch milliseconds, which orders payloads in payload mode. */
  readonly version: number;
}

/** Events by which Logto reports a status change. */
const statusEvents: ReadonlySet<string> = new Set(['User.Deleted', 'User.SuspensionStatus.Updated']);

/**
 * Returns the users whose status an event is about. A suspension or deletion is a denial, which is recorded on receipt.
 * A reactivation is not recorded: only an answer from Logto may restore access.
 */
function accountHintsOf(event: LogtoEvent): AccountHint[] {
  return subjectsOf(event).flatMap((subject): AccountHint[] => {
    if (subject.kind !== 'user') return [];
    const payload = userPayload(event, subject.id);
    if (payload?.kind === 'user-gone') {
      return [{ id: subject.id, denial: 'gone', version: payload.version }];
    }
    if (payload?.kind !== 'user') return [];
    const denial = payload.user.isSuspended === true ? 'suspended' : undefined;
    if (denial === undefined && !statusEvents.has(event.event)) return [];
    return [{ id: subject.id, denial, version: payload.version }];
  });
}
