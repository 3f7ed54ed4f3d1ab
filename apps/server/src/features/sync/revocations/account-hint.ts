import { subjectsOf, userPayload, type LogtoEvent } from '@latchkey/directory-sync';

/** What a delivery says about the status of an account, before anyone has asked Logto. */
export interface AccountHint {
  /** Logto's id. */
  readonly id: string;
  /** `undefined`: the delivery says nothing that could be recorded without asking. */
  readonly denial: 'suspended' | 'gone' | undefined;
  /** The user's `updatedAt`, epoch milliseconds; orders payloads in payload mode. */
  readonly version: number;
}

/** Events by which Logto tells that a status changed. */
const statusEvents: ReadonlySet<string> = new Set(['User.Deleted', 'User.SuspensionStatus.Updated']);

/**
 * The users whose status a delivery is about. A suspension or deletion is a denial: it is recorded when it is received. A
 * reactivation is not: only Logto itself may open access again.
 */
export function accountHintsOf(event: LogtoEvent): AccountHint[] {
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
