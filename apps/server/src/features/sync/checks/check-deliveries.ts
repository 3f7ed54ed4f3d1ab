import { allowedLosses, type LogtoManagement } from '@latchkey/directory-sync';
import { correctStatuses, type CorrectStatusesDeps } from '../revocations/correct-statuses.ts';
import type { SyncState } from '../runs/sync-state.ts';
import { listenerPatience, recoverDeliveries, type RecoverDeps } from '../undelivered/recover-deliveries.ts';

export interface CheckDeliveriesDeps extends RecoverDeps, CorrectStatusesDeps {
  readonly logto: LogtoManagement;
  readonly revocations: RecoverDeps['revocations'] & CorrectStatusesDeps['revocations'];
  readonly state: SyncState;
}

/** Milliseconds. Older deliveries are left to the next run over the whole directory. */
const furthest = 600_000;
/** Milliseconds to read twice, because log entries are written after the attempt has ended and use another clock. */
const overlap = 60_000;
/** Maximum pages of a hundred entries per webhook. */
const maxPages = 10;

/**
 * Reads the log of the server's webhook in Logto, and receives the failed deliveries from it. While Logto cannot
 * deliver, also checks the accounts of all users for suspensions and deletions that the log does not have.
 * @throws {LogtoApiError}
 */
export function createCheckDeliveries(deps: CheckDeliveriesDeps): (signal: AbortSignal) => Promise<void> {
  const { state } = deps;
  return async (signal) => {
    const now = Date.now();
    const from = Math.max((await state.logReadAt()) ?? 0, now - furthest) - overlap;
    await recoverDeliveries({ from, to: now - listenerPatience, maxPages }, deps);
    await state.setLogReadAt(now);
    if ((await state.undelivered()) !== null) await checkAccounts(deps, signal);
  };
}

/** One call per hundred users; then queries each user who differs from the records. */
async function checkAccounts(deps: CheckDeliveriesDeps, signal: AbortSignal): Promise<void> {
  const present: string[] = [];
  const suspended: string[] = [];
  for await (const page of deps.logto.users({ signal })) {
    for (const { id, isSuspended } of page) {
      present.push(id);
      if (isSuspended === true) suspended.push(id);
    }
  }
  // More than a run may remove: this may be the wrong Logto, or an incomplete one. The run then stops and reports it.
  await correctStatuses({ present, suspended, mostMissing: allowedLosses(present.length) }, deps);
}
