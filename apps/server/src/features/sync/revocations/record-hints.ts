import { type LogtoEvent, subjectsOf, userPayload } from '@latchkey/directory-sync';
import type { Revocations } from './revocations.ts';

export interface RecordHintsDeps {
  readonly revocations: Pick<Revocations, 'record'>;
  readonly enqueueStatusChecks: ((ids: readonly string[]) => Promise<void>) | undefined;
}

/**
 * Records suspensions and deletions on receipt, without a queue. A job that depends only on Logto then confirms or
 * corrects the record.
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

export interface AccountHint {
  readonly id: string;
  /** `undefined` if there is nothing to record before Logto is queried. */
  readonly denial: 'suspended' | 'gone' | undefined;
  /** The user's `updatedAt` in epoch milliseconds, which orders payloads in payload mode. */
  readonly version: number;
}

const statusEvents: ReadonlySet<string> = new Set(['User.Deleted', 'User.SuspensionStatus.Updated']);

/**
 * A suspension or deletion is a denial, recorded on receipt. A reactivation is not recorded: only an answer from Logto
 * may restore access.
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
