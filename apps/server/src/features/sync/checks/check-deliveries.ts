import { allowedLosses, type LogtoManagement } from '@latchkey/directory-sync';
import { correctStatuses, type CorrectStatusesDeps } from '../revocations/correct-statuses.ts';
import type { SyncState } from '../runs/sync-state.ts';
import { listenerPatience, recoverDeliveries, type RecoverDeps } from '../undelivered/recover-deliveries.ts';

export interface CheckDeliveriesDeps extends RecoverDeps, CorrectStatusesDeps {
  readonly logto: LogtoManagement;
  readonly revocations: RecoverDeps['revocations'] & CorrectStatusesDeps['revocations'];
  readonly state: SyncState;
}

/** Milliseconds. What is older is left to the next run over the whole directory. */
const furthest = 600_000;
/** Milliseconds that are read twice: an entry is written when the attempt has ended, by another clock than the one here. */
const overlap = 60_000;
/** Pages of a hundred entries for each webhook. */
const maxPages = 10;

/**
 * Reads the log of the server's webhook in Logto: what could not be delivered is received from there. While Logto cannot deliver,
 * the accounts of all users are checked as well, for suspensions and deletions that the log does not have.
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

/** One call for a hundred users; then each user who differs from what is recorded is asked about. */
async function checkAccounts(deps: CheckDeliveriesDeps, signal: AbortSignal): Promise<void> {
  const present: string[] = [];
  const suspended: string[] = [];
  for await (const page of deps.logto.users({ signal })) {
    for (const { id, isSuspended } of page) {
      present.push(id);
      if (isSuspended === true) suspended.push(id);
    }
  }
  // More than a run may take away: this may be another Logto, or half of one. The run stops, and says so.
  await correctStatuses({ present, suspended, mostMissing: allowedLosses(present.length) }, deps);
}
