import type { LogtoManagement } from '@latchkey/directory-sync';
import type { AccountStatus, Revocations } from '../revocations/revocations.ts';

export interface CheckStatusDeps {
  readonly logto: Pick<LogtoManagement, 'user' | 'isApplication'>;
  readonly revocations: Pick<Revocations, 'recordsOf' | 'record'>;
}

/** A status that changes again and again while it is read is left to the job of the next delivery. */
const mostAttempts = 3;

/**
 * Asks Logto whether a user is active, suspended or gone, and records the answer. Needs nothing of Permit, so it waits for
 * none of Permit's limits.
 * @throws {LogtoApiError}
 */
export function createCheckStatus({ logto, revocations }: CheckStatusDeps): (id: string) => Promise<void> {
  return async (id) => {
    /* oxlint-disable no-await-in-loop -- asked again only when the record changed meanwhile */
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const seenRevision = (await revocations.recordsOf([id])).get(id)?.revision ?? 0;
      const status = await statusOf(id, logto);
      if (await revocations.record(id, status, { seenRevision })) return;
    }
    /* oxlint-enable no-await-in-loop */
  };
}

/** A machine is never suspended or deleted as a user is: nothing refuses it. */
async function statusOf(id: string, logto: CheckStatusDeps['logto']): Promise<AccountStatus> {
  const user = await logto.user(id);
  if (user === undefined) return (await logto.isApplication(id)) ? 'active' : 'gone';
  return user.isSuspended === true ? 'suspended' : 'active';
}
